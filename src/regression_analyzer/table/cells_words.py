"""Cells that are words: yes and no in several languages, and spellings that look alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

_PAIRS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"yes", "y", "true", "t"}), frozenset({"no", "n", "false", "f"})),
    (frozenset({"ja", "j", "wahr"}), frozenset({"nein", "n", "falsch"})),
    (frozenset({"oui", "o", "vrai"}), frozenset({"non", "n", "faux"})),
    (frozenset({"si", "sí", "sì", "s", "verdadero", "vero"}), frozenset({"no", "n", "falso"})),
    (frozenset({"sim", "s", "verdadeiro"}), frozenset({"não", "nao", "n", "falso"})),
    (frozenset({"ja", "j", "waar"}), frozenset({"nee", "nej", "nei", "n", "onwaar"})),
    (frozenset({"tak", "t"}), frozenset({"nie", "n"})),
    (frozenset({"да"}), frozenset({"нет"})),
    (frozenset({"はい"}), frozenset({"いいえ"})),
    (frozenset({"是"}), frozenset({"否"})),
    (frozenset({"on"}), frozenset({"off"})),
)
MOST_SPELLINGS = 16
MOST_LEVELS_COMPARED = 5_000


def yes_no_sides(counts: Mapping[str, int]) -> dict[str, str] | None:
    """Return case-folded spelling -> the spelling to keep, or None where the column is not yes/no.

    Both sides must occur. The more common spelling of each side is kept (ties: the first in the alphabet).
    """
    if not 1 < len(counts) <= MOST_SPELLINGS:
        return None
    folded = {text.casefold() for text in counts}
    for yes, no in _PAIRS:
        if folded <= yes | no and folded & yes and folded & no:
            kept = {}
            for side in (yes, no):
                spelled = {t: n for t, n in counts.items() if t.casefold() in side}
                best = min(spelled, key=lambda t: (-spelled[t], t))
                kept.update(dict.fromkeys(side, best))
            return {f: kept[f] for f in kept}
    return None


def look_alikes(counts: Mapping[str, int], limit: int = 5) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Return groups of levels that differ only in case or inner blanks, with their frequencies.

    Returns
    -------
    list of (levels, rows), the most frequent group first, at most `limit`
    """
    if len(counts) > MOST_LEVELS_COMPARED:
        return []
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, rows in counts.items():
        groups[" ".join(text.casefold().split())][text] += rows
    alike = [g for g in groups.values() if len(g) > 1]
    alike.sort(key=lambda g: -sum(g.values()))
    return [(tuple(t for t, _ in g.most_common()), tuple(n for _, n in g.most_common())) for g in alike[:limit]]
