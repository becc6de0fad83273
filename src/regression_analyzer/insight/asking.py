"""A question until it is answered, or until there is no point in asking again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from regression_analyzer.insight.budget import LONGEST_QUESTION, Budget
from regression_analyzer.insight.choose import Chosen
from regression_analyzer.insight.client import Call, TroubleError, call
from regression_analyzer.insight.forms import fits
from regression_analyzer.insight.value import Answer, NotAvailable, Question, Reason, Sent

TOKENS = 8_000
"""That an answer may have; twice as many where it was cut off (models that think aloud use them up)."""
TRIES: Mapping[Reason, int] = {
    "truncated": 2,
    "connection": 2,
    "rate_limited": 3,
    "server_error": 3,
    "bad_json": 2,
    "wrong_form": 2,
}
"""Requests that a kind of trouble is worth; one where it is not named."""
PAUSE_S = 0.5

FENCE = re.compile(r"\A```\w*\s*\n(.*)\n\s*```\Z", re.DOTALL)
"""Around an answer of a server that does not hold its model to a form; what is within must have it all the same."""

Sleep = Callable[[float], None]


def ask_vendor(
    question: Question, chosen: Chosen, budget: Budget, *, send: bool = True, sleep: Sleep = time.sleep
) -> Answer | NotAvailable:
    """Ask one question of one vendor.

    Parameters
    ----------
    budget : of the analysis; every request is taken from it
    send : False to make the request only, for a preview
    sleep : waits some seconds

    Returns
    -------
    Answer or NotAvailable
        The answer has the form asked for.
    """
    if len(question.text) > LONGEST_QUESTION:
        return NotAvailable(reason="budget", provider=chosen.provider)
    with budget.waiting():
        return _until_answered(question, chosen, budget, send=send, sleep=sleep)


def _until_answered(
    question: Question, chosen: Chosen, budget: Budget, *, send: bool, sleep: Sleep
) -> Answer | NotAvailable:
    sent: list[Sent] = []
    tokens, tries = TOKENS, 0
    reason: Reason = "budget"
    while True:
        timeout_s = budget.take(tokens)
        if timeout_s is None:
            break
        tries += 1
        request = Call(chosen=chosen, question=question, tokens=tokens, timeout_s=timeout_s, send=send)
        try:
            content = _content(call(request, sent), question)
            return Answer(content=content, provider=chosen.provider, model=chosen.model, sent=tuple(sent))
        except TroubleError as trouble:
            reason = trouble.reason
            pause = _pause(trouble, tries)
        if tries >= TRIES.get(reason, 1) or pause >= budget.left_s():
            break
        tokens = TOKENS * 2 if reason == "truncated" else tokens
        sleep(pause)
    return NotAvailable(reason=reason, provider=chosen.provider, sent=tuple(sent))


def _pause(trouble: TroubleError, tries: int) -> float:
    if trouble.retry_after_s is not None:
        return trouble.retry_after_s
    return PAUSE_S * 2 ** (tries - 1) if trouble.reason in {"rate_limited", "server_error", "connection"} else 0.0


def _content(text: str, question: Question) -> Mapping[str, Any]:
    try:
        content = json.loads(FENCE.sub(r"\1", text.strip().removeprefix("\ufeff")))
    except (ValueError, RecursionError):
        raise TroubleError("bad_json") from None
    if not fits(content, question.schema):
        raise TroubleError("wrong_form")
    return dict(content)
