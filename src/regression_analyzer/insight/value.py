"""A question to a language model and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from regression_analyzer.errors import UsageError

Share = Literal["names", "summary", "sample"]
SHARES: tuple[Share, ...] = ("names", "summary", "sample")

LONGEST_ASKED = 1_000
"""Characters of a question about a finished analysis; a longer one is refused, never cut."""

Reason = Literal[
    "no_key",
    "no_model",
    "key_file",
    "no_library",
    "preview",
    "wrong_key",
    "not_found",
    "bad_request",
    "refused",
    "truncated",
    "timeout",
    "connection",
    "rate_limited",
    "server_error",
    "bad_json",
    "wrong_form",
    "budget",
    "turned",
]
"""Why there is no answer. ``no_key`` is the normal state of a program without a key: nothing is said of it.
``turned``: after a model's word turned the table nothing more may leave."""

Schema = Mapping[str, Any]
"""A JSON schema within what all vendors accept: see ``insight.forms``."""


def too_long(asked: str) -> UsageError:
    """The error for a question of more characters than are taken."""
    return UsageError(
        f"The question has {len(asked):,} characters; at most {LONGEST_ASKED:,} are taken.",
        hint="Ask one thing at a time.",
        code="long_question",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request as it left: the address and the exact bytes of its body (UTF-8)."""

    url: str
    body: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Answer:
    """An answer in the form asked for.

    Attributes
    ----------
    content : valid against the question's schema
    provider, model : who said so
    sent : every request it took, in order
    """

    content: Mapping[str, Any]
    provider: str
    model: str
    sent: tuple[Sent, ...] = ()

    @property
    def by(self) -> str:
        """Who answered, as decisions and the narrative name it."""
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NotAvailable:
    """No answer, with the reason: rules decide."""

    reason: Reason
    provider: str = ""
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Question:
    """What is asked.

    Attributes
    ----------
    name : ``"orientation"``, ``"columns"``, ``"narrative"`` or ``"question"``
    text : the whole message
    schema : form of the answer
    """

    name: str
    text: str
    schema: Schema = field(default_factory=dict)


Ask = Callable[[Question], "Answer | NotAvailable"]
"""All that an analysis knows of a language model."""


def nobody(question: Question) -> NotAvailable:
    """Answer nothing: there is no language model."""
    del question
    return NotAvailable(reason="no_key")
