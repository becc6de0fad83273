"""The check of a language whose words are closed: every word belongs to a phrase that is known, or to a name.

A phrase is words around slots: ``um {estimate} höher``. Its role is what it says, so that a direction stands in one
phrase with the target or the size it is said of. A slot with a number is never on its own, only in a phrase that says
what the number is; so is the level that others are compared with. Phrases are found from left to right, the longest
first. What no phrase holds cannot be said: there is nothing to forbid, and no number word, no word for causes and no
certainty in any list.

Notation: ``höher/höhere`` one of some words, ``{estimate/interval}`` one of some slots, ``etwa?`` a word that may be
absent.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from regression_analyzer.insight.texts import has_number
from regression_analyzer.insight.words import STAND_INS, Said, Words

ROLES = (
    "up",
    "down",
    "more_of",
    "ties",
    "compared",
    "most",
    "least",
    "larger",
    "smaller",
    "open",
    "seen",
    "numbers",
    "where",
    "plain",
)
"""What a phrase says: that something is higher or lower; of more of a predictor; that things go together; what a level
is compared with; the order of predictors; that something is left open or can be seen; what a number is; where a
predictor is something; nothing."""
ALONE = ("name", "target", "level")
"""Kinds of slots that need no phrase."""
NAMES = (*ALONE, "reference")
"""Kinds of slots that an article may stand before."""
QUANTITIES = ("estimate", "times", "interval", "factors", "p_value", "rows", "share", "error", "mean")
OF_ONE = frozenset({"estimate", "times", "interval", "factors", "p_value"})
"""Kinds of numbers that belong to one predictor."""
LABELS: Mapping[str, str] = {"factors": "interval", "times": "estimate"}
_TOKEN = re.compile(rf"[{''.join(STAND_INS.values())}]|[^\W\d_]+['’]?|\S")
PUNCTUATION = frozenset(",:()")
"""May stand between phrases. Anything else could be markup, a sign or a second sentence."""

Token = str
Phrase = tuple[Token, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lexicon:
    """The phrases of one language.

    Attributes
    ----------
    phrases : role -> phrases in the notation above
    patterns : whole sentences made of them, for a model to follow
    articles : words that may stand before the slot of a name
    """

    phrases: Mapping[str, tuple[str, ...]]
    patterns: tuple[str, ...]
    articles: frozenset[str]

    @property
    def listed(self) -> tuple[str, ...]:
        """All phrases, for a model."""
        return tuple(phrase for phrases in self.phrases.values() for phrase in phrases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A sentence taken apart into phrases.

    Attributes
    ----------
    roles : of its phrases
    kinds : kinds of numbers that stand in a phrase
    marks : slots of any kind in it
    names : how often predictors are named
    crossed : things go together, and predictors are named on both sides of that, beside an order of them
    unknown : what no phrase holds, as it stands
    """

    roles: frozenset[str]
    kinds: frozenset[str]
    marks: frozenset[str]
    names: int
    crossed: bool
    unknown: tuple[str, ...]


def lines(text: str) -> tuple[str, ...]:
    """Return the phrases of a block of lines."""
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def turned(phrases: Sequence[str], opposites: Mapping[str, str]) -> tuple[str, ...]:
    """Return phrases with words in place of their opposites (``"mehr"`` -> ``"weniger"``); those without any, not.

    Parameters
    ----------
    opposites : beginning of a word -> what takes its place
    """
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, opposites))})")
    changed = (pattern.sub(lambda match: opposites[match.group(0)], phrase) for phrase in phrases)
    return tuple(new for new, old in zip(changed, phrases, strict=True) if new != old)


def words_of(lexicon: Lexicon) -> Words:
    """Return the check of a language."""
    return Words(
        trouble=lambda bare, marked: _trouble(bare, _known(lexicon).scan(marked)),
        read=lambda _bare, marked: _said(_known(lexicon).scan(marked)),
        claims=lambda name: _known(lexicon).holds_a_word_of(name),
        placed_trouble=lambda _marked, _directed: None,
        conditional=lambda marked: "where" in _known(lexicon).scan(marked).roles,
        closed=True,
    )


class _Known:
    """Phrases by their first word, the longest first."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._starting: dict[Token, list[tuple[Phrase, str]]] = {}
        pairs = {(p, role) for role, texts in lexicon.phrases.items() for text in texts for p in phrases_of(text)}
        for phrase, role in sorted(pairs, key=lambda pair: (-len(pair[0]), pair)):
            self._starting.setdefault(phrase[0], []).append((phrase, role))
        self._articles = lexicon.articles
        words = {token for phrase, _ in pairs for token in phrase} | lexicon.articles
        self.words = frozenset(words) - frozenset(STAND_INS.values())

    def scan(self, marked: str) -> Scan:
        """Take a marked sentence apart."""
        tokens = self._without_articles([token for token in tokens_of(marked) if token not in PUNCTUATION])
        if tokens and tokens[-1] == ".":
            tokens.pop()
        found, unknown, place = list[tuple[Phrase, str]](), list[str](), 0
        alone = {STAND_INS[kind] for kind in ALONE}
        while place < len(tokens):
            phrase, role = self._longest(tokens, place)
            if not phrase and tokens[place] not in alone:
                unknown.append(tokens[place])
            found.append((phrase or (tokens[place],), role))
            place += len(phrase) or 1
        kinds = {kind for kind, mark in STAND_INS.items() if mark in tokens}
        return Scan(
            roles=frozenset(role for _, role in found if role),
            kinds=frozenset(LABELS.get(kind, kind) for kind in kinds if kind in QUANTITIES),
            marks=frozenset(kinds),
            names=tokens.count(STAND_INS["name"]),
            crossed=_crossed(found),
            unknown=tuple(unknown),
        )

    def _without_articles(self, tokens: Sequence[Token]) -> list[Token]:
        named = {STAND_INS[kind] for kind in NAMES}
        following = [*tokens[1:], ""]
        pairs = zip(tokens, following, strict=True)
        return [token for token, after in pairs if not (token in self._articles and after in named)]

    def _longest(self, tokens: Sequence[Token], place: int) -> tuple[Phrase, str]:
        for phrase, role in self._starting.get(tokens[place], ()):
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                return phrase, role
        return (), ""

    def holds_a_word_of(self, name: str) -> bool:
        """Return whether a name has a word of the language in it, so that only its slot may stand for it."""
        return len(name.strip()) > 1 and not self.words.isdisjoint(tokens_of(name))


def _crossed(found: Sequence[tuple[Phrase, str]]) -> bool:
    """Return whether predictors stand on both sides of what says that things go together, or before and within it."""
    mark = STAND_INS["name"]
    tied = [(place, mark in phrase) for place, (phrase, role) in enumerate(found) if role == "ties"]
    named = [place for place, (phrase, role) in enumerate(found) if mark in phrase and role != "most"]
    return any(named[0] < place and (within or named[-1] > place) for place, within in tied if named)


@cache
def _known(lexicon: Lexicon) -> _Known:
    """Return the phrases of a language, taken apart once where they are first needed."""
    return _Known(lexicon)


def tokens_of(text: str) -> list[Token]:
    """Return words in lower case, marks, and any other sign by itself; an apostrophe belongs to the word before it."""
    plain = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return _TOKEN.findall(plain)


def phrases_of(text: str) -> Iterator[Phrase]:
    """Yield every phrase that a line of the notation stands for."""
    for chosen in itertools.product(*map(choices, text.split())):
        yield tuple(token for word in chosen for token in tokens_of(marked_by(word)) if token not in PUNCTUATION)


def choices(word: str) -> list[str]:
    """Return what a word of the notation stands for: ``""`` where it may be absent."""
    listed = word.removesuffix("?").replace("/", "}/{" if "{" in word else "/").split("/")
    return [*listed, ""] if word.endswith("?") else listed


def marked_by(text: str) -> str:
    """Return a text with marks in place of ``{estimate}`` and other kinds of slots."""
    return re.sub(r"\{(\w+)\}", lambda match: STAND_INS[match.group(1)], text)


def _trouble(bare: str, scan: Scan) -> str | None:
    if has_number(bare):
        return "a number that is not a slot"
    if scan.unknown:
        shown = [word for word in dict.fromkeys(scan.unknown) if word not in STAND_INS.values()]
        outside = f": {', '.join(shown)}" if shown else ", as a number or a reference level on its own"
        return f"words outside DATA.phrases{outside}"[:200]
    if "open" in scan.roles and scan.roles & {"ties", "seen", "up", "down"}:
        return "open and settled in one sentence"
    if scan.roles & {"ties", "seen"} and not scan.marks & {"target", *QUANTITIES}:
        return "nothing is said of the target"
    if scan.crossed:
        return "predictors that are said to go together with each other"
    if scan.names > 1 and scan.marks & OF_ONE:
        return "a number, and more than one predictor"
    if "more_of" in scan.roles and not (scan.roles & {"up", "down", "open"} or "estimate" in scan.kinds):
        return "more of a predictor, and not whether the target is higher or lower"
    return None


def _said(scan: Scan) -> Said:
    roles = scan.roles
    return Said(
        up="up" in roles,
        down="down" in roles,
        most="most" in roles,
        least="least" in roles,
        than=bool(roles & {"larger", "smaller"}),
        larger="larger" in roles,
        smaller="smaller" in roles,
        of_target=bool(roles & {"up", "down"}),
        open="open" in roles,
        certain="seen" in roles,
        ties=bool(roles & {"ties", "seen"}),
        kinds=scan.kinds,
    )
