"""Per-client limits: calls that make work in a minute, bytes uploaded in an hour."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from regression_analyzer.api.problem import Problem
from regression_analyzer.jobs.settings import Settings

BYTES_IN_MB = 1_000_000


class Quota:
    """Counts in memory: the serving process is one."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        calls, megabytes = settings.rate_limit_per_minute, settings.upload_quota_mb_per_hour
        self._calls = RateLimitItemPerMinute(calls) if calls else None
        self._megabytes = RateLimitItemPerHour(megabytes) if megabytes else None

    def spend_call(self, client: str) -> None:
        """Count one call, or answer 429."""
        self._spend(self._calls, client, 1, "Too many calls in a minute")

    def spend_bytes(self, client: str, size: int) -> None:
        """Count an upload, or answer 429."""
        self._spend(self._megabytes, client, math.ceil(size / BYTES_IN_MB), "Too many megabytes uploaded in an hour")

    def _spend(self, item: RateLimitItem | None, client: str, cost: int, said: str) -> None:
        if item is None or self._limiter.hit(item, client, cost=cost):
            return
        seconds = max(1, math.ceil(self._limiter.get_window_stats(item, client).reset_time - time.time()))
        raise Problem(
            429,
            f"{said}.",
            hint=f"Try again in {seconds} seconds.",
            code="rate_limited",
            headers={"Retry-After": str(seconds)},
        )
