"""Points: what an analysis says of its data and of itself in fixed words, for a model to choose from by id.

A model that is asked about overlap, outliers, missing rows or leaks does not write about them. It names points, and
their words, which the report chose, are told as they stand: there is no number for it to get wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_POINTS = 4
"""In one answer."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Point:
    """One thing that can be told as it stands.

    Attributes
    ----------
    key : its id, ``"f1"`` for a finding, ``"k1"`` for a check; opaque to who chooses
    shared : what a model is told of it: no number, no cell, no row
    text : what the reader is told, whole sentences
    """

    key: str
    text: str
    shared: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Points:
    """What can be told beside sentences.

    Attributes
    ----------
    each : to choose from
    caution : what must stand beside any sentence about a predictor: that data do not tell what brings about what
    """

    each: Sequence[Point] = ()
    caution: str = ""

    @property
    def shared(self) -> list[dict[str, Any]]:
        """What a model is told."""
        return [{"id": point.key, **point.shared} for point in self.each]

    @property
    def keys(self) -> list[str]:
        """The ids on offer."""
        return [point.key for point in self.each]

    def told(self, keys: Sequence[str]) -> list[str]:
        """Return the words of chosen points, each once, in the order chosen."""
        by_key = {point.key: point.text for point in self.each}
        return [by_key[key] for key in dict.fromkeys(keys) if key in by_key][:MOST_POINTS]
