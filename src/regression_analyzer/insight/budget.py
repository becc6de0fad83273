"""How much one analysis may ask: requests, words of answers, and time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

CALLS = 8
OUTPUT_TOKENS = 60_000
SECONDS = 150.0
SECONDS_A_CALL = 60.0
LONGEST_QUESTION = 60_000
"""Characters of one question."""


@dataclass(slots=True, eq=False, kw_only=True)
class Budget:
    """What is left for one analysis.

    Attributes
    ----------
    calls : requests, retries among them
    output_tokens : that all answers together may have
    seconds : of waiting for answers, from the first question
    clock : seconds, for tests
    """

    calls: int = CALLS
    output_tokens: int = OUTPUT_TOKENS
    seconds: float = SECONDS
    seconds_a_call: float = SECONDS_A_CALL
    clock: Callable[[], float] = time.monotonic
    _began: float | None = field(default=None, init=False)

    def left_s(self) -> float:
        """Return the seconds left."""
        if self._began is None:
            self._began = self.clock()
        return self.seconds - (self.clock() - self._began)

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
