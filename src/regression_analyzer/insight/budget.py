"""How much one analysis may ask: requests, words of answers, and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from regression_analyzer.errors import ConfigurationError

CALLS = 8
OUTPUT_TOKENS = 64_000
SECONDS = 135.0
SECONDS_A_CALL = 45.0
LONGEST_CALL_S = 3_600
TIMEOUT_VARIABLE = "LLM_TIMEOUT_S"
CALLS_OF_TIME = 3
"""All questions together may wait so many times as long as one."""
LONGEST_QUESTION = 60_000
"""Characters of one question."""


@dataclass(slots=True, eq=False, kw_only=True)
class Budget:
    """What is left for one analysis.

    Attributes
    ----------
    calls : requests, retries among them
    output_tokens : that all answers together may have
    seconds : of waiting for answers; what is done between two questions takes none of them
    clock : seconds, for tests
    """

    calls: int = CALLS
    output_tokens: int = OUTPUT_TOKENS
    seconds: float = SECONDS
    seconds_a_call: float = SECONDS_A_CALL
    clock: Callable[[], float] = time.monotonic
    _began: float | None = field(default=None, init=False)

    def after(self, requests: int, tokens: int) -> None:
        """Take requests that another process has made for this budget, and the tokens that their answers might have."""
        self.calls -= requests
        self.output_tokens -= tokens

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Take the time of what is done within from the seconds."""
        self._began = self.clock()
        try:
            yield
        finally:
            self.seconds = self.left_s()
            self._began = None

    def left_s(self) -> float:
        """Return the seconds left."""
        return self.seconds - (0.0 if self._began is None else self.clock() - self._began)

    def take(self, tokens: int) -> float | None:
        """Take one request with an answer of at most ``tokens`` tokens.

        Returns
        -------
        float or None
            seconds the request may take; None where the budget does not allow it
        """
        left = self.left_s()
        if self.calls < 1 or self.output_tokens < tokens or left <= 0:
            return None
        self.calls -= 1
        self.output_tokens -= tokens
        return min(left, self.seconds_a_call)


def budget_of(environ: Mapping[str, str]) -> Budget:
    """Return the budget of one analysis, with the time that ``LLM_TIMEOUT_S`` allows one request.

    Raises
    ------
    ConfigurationError
        It is no whole number of seconds from 1 to 3600.
    """
    text = environ.get(TIMEOUT_VARIABLE, "").strip()
    if not text:
        return Budget()
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_CALL_S:
        raise ConfigurationError(
            f"{TIMEOUT_VARIABLE} must be a whole number from 1 to {LONGEST_CALL_S}; it is {text[:40]!r}.",
            hint=f"Set {TIMEOUT_VARIABLE} to the seconds one request may take, or leave it out for the default (45).",
            code="bad_setting",
        )
    return Budget(seconds=CALLS_OF_TIME * float(text), seconds_a_call=float(text))
