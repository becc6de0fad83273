"""A Wilkinson formula as typed atoms. Read by hand-written recursive descent; nothing is ever evaluated.

Grammar (blanks are free, names may be back-quoted)::

    formula  = [ target ] "~" sum
    target   = atom | cbind(successes, failures) | cbind(successes, trials - successes)
    sum      = [ "+" | "-" ] product { ( "+" | "-" ) product }
    product  = pairing { "*" pairing }              a*b is a + b + a:b
    pairing  = power { ":" power }
    power    = primary [ "^" whole-number ]         (a+b)^2 is a + b + a:b
    primary  = "0" | "1" | "(" sum ")" | "." | atom
    atom     = name | log(name) | sqrt(name) | exp(name) | C(name) | I(name^number)
             | poly(name, k) | bs(name, k) | offset(name) | offset(log(name))
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from regression_analyzer.design.value import Counts
from regression_analyzer.errors import UsageError

FUNCTIONS = ("log", "sqrt", "exp", "C", "I", "poly", "bs", "offset")
MAX_EXPANDED_TERMS = 5_000

_TOKEN = re.compile(
    r"(?P<blank>\s+)"
    r"|`(?P<quoted>(?:[^`]|``)*)`"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>(?:[^\W\d]|\.)[\w.]*)"
    r"|(?P<mark>[~+:*\-^(),])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One column under one transformation.

    Attributes
    ----------
    column : name of the source column
    transform : ``"identity"``, ``"log"``, ``"sqrt"``, ``"exp"``, ``"category"``, ``"power"``, ``"poly"``, ``"bs"``
    parameter : exponent, degree or number of columns; None elsewhere
    """

    column: str
    transform: str = "identity"
    parameter: float | None = None

    @property
    def text(self) -> str:
        """The atom as a formula would have it, without back-quotes (the name of its term)."""
        return self._written(self.column)

    @property
    def source(self) -> str:
        """The atom as formula text that parses to itself."""
        return self._written(quoted(self.column))

    def _written(self, name: str) -> str:
        number = "" if self.parameter is None else f"{self.parameter:.15g}"
        match self.transform:
            case "identity":
                return name
            case "category":
                return f"C({name})"
            case "power":
                return f"I({name}^{number})"
            case "poly" | "bs":
                return f"{self.transform}({name}, {number})"
            case _:
                return f"{self.transform}({name})"


AtomTerm = tuple[Atom, ...]
"""An interaction of atoms, in the order written; one atom for a main effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A parsed formula: terms in order of size, then of appearance, without repetition."""

    target: Atom | None
    terms: tuple[AtomTerm, ...]
    intercept: bool
    offset: Atom | None
    counts: Counts | None = None


def quoted(name: str) -> str:
    """Return a column name as it can stand in a formula."""
    match = _TOKEN.fullmatch(name)
    plain = match is not None and match.lastgroup == "name" and name != "." and name not in FUNCTIONS
    return name if plain else "`" + name.replace("`", "``") + "`"


def target_text(target: Atom, counts: Counts | None, *, source: bool = False) -> str:
    """Write a target; as ``source``, such that it parses to itself."""
    if counts is None:
        return target.source if source else target.text
    successes, other = (quoted(n) if source else n for n in (target.column, counts.column))
    return f"cbind({successes}, {f'{other} - {successes}' if counts.total else other})"


def formula_text(
    target: Atom, terms: Sequence[AtomTerm], *, intercept: bool, offset: Atom | None, counts: Counts | None = None
) -> str:
    """Write a formula that parses back to the same terms."""
    parts = [":".join(atom.source for atom in term) for term in terms]
    if offset is not None:
        parts.append(f"offset({offset.source})")
    if not intercept:
        parts.insert(0, "0")
    return f"{target_text(target, counts, source=True)} ~ {' + '.join(parts) or '1'}"


def parse_formula(text: str, *, dot: Sequence[str] = ()) -> Formula:
    """Parse a formula.

    Parameters
    ----------
    dot : columns that a lone "." stands for (the target is left out of them)

    Raises
    ------
    UsageError
        With the position (1-based character) and what was expected there.
    """
    return _Parser(text, dot).formula()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


@dataclass(slots=True)
class _Sum:
    """Terms under construction; ``None`` among them stands for the intercept."""

    added: list[AtomTerm | None]
    offset: Atom | None = None


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            reason = "a back-quote is not closed" if text[at] == "`" else f'"{text[at]}" is not part of a formula'
            raise _error(text, at, reason)
        kind = match.lastgroup or "blank"
        if kind == "quoted":
            tokens.append(_Token("name", match.group("quoted").replace("``", "`"), at))
        elif kind != "blank":
            tokens.append(_Token("dot" if match.group() == "." else kind, match.group(), at))
        at = match.end()
    tokens.append(_Token("end", "the end", len(text)))
    return tokens


def _error(text: str, position: int, reason: str) -> UsageError:
    return UsageError(
        f'The formula "{text}" cannot be read at character {position + 1}: {reason}.',
        hint='A formula looks like "price ~ area + rooms * region"; names with blanks go in back-quotes.',
        code="formula",
    )


class _Parser:
    def __init__(self, text: str, dot: Sequence[str]) -> None:
        self.text = text
        self.dot = tuple(dot)
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, expected: str) -> UsageError:
        found = self.token
        shown = "the formula ends" if found.kind == "end" else f'found "{found.text}"'
        return _error(self.text, found.position, f"{shown} where {expected} was expected")

    def take(self, mark: str) -> bool:
        if self.token.kind == "mark" and self.token.text == mark:
            self.at += 1
            return True
        return False

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise self.fail(f'"{mark}"')

    def formula(self) -> Formula:
        target, counts = self.target()
        own = {part.column for part in (target, counts) if part is not None}
        self.dot = tuple(name for name in self.dot if name not in own)
        self.need("~")
        total = self.sum()
        if self.token.kind != "end":
            raise self.fail('"+", "-", "*", ":", "^" or the end')
        terms = [t for t in total.added if t is not None]
        terms.sort(key=len)
        return Formula(
            target=target, terms=tuple(terms), intercept=None in total.added, offset=total.offset, counts=counts
        )

    def target(self) -> tuple[Atom | None, Counts | None]:
        """Read what stands before "~"."""
        if self.token.text == "~" and self.token.kind == "mark":
            return None, None
        call = self.tokens[self.at + 1] if self.token.text == "cbind" and self.token.kind == "name" else None
        if call is None or call.kind != "mark" or call.text != "(":
            return self.atom(), None
        self.at += 2
        successes = self.name("a column of successes")
        self.need(",")
        start, other = self.token.position, self.name("a column of failures")
        total = self.take("-")
        if total and self.name("the column of successes") != successes:
            raise _error(self.text, start, f'"{successes}" must be what is subtracted from "{other}"')
        self.need(")")
        return Atom(column=successes), Counts(column=other, total=total)

    def name(self, expected: str) -> str:
        if self.token.kind != "name":
            raise self.fail(expected)
        self.at += 1
        return self.tokens[self.at - 1].text

    def sum(self, *, outer: bool = True) -> _Sum:
        """Read a sum; the outermost one starts with an intercept."""
        self.depth += 1
        if self.depth > 50:
            raise self.fail("fewer nested brackets")
        result = _Sum([None] if outer else [])
        minus = self.take("-")
        if not minus:
            self.take("+")
        while True:
            start = self.token.position
            part = self.product()
            self.join(result, part, minus=minus, start=start)
            if self.take("+"):
                minus = False
            elif self.take("-"):
                minus = True
            else:
                break
        self.depth -= 1
        return result

    def join(self, result: _Sum, part: _Sum, *, minus: bool, start: int) -> None:
        if part.offset is not None:
            if minus or result.offset is not None:
                raise _error(self.text, start, "only one offset can be added")
            result.offset = part.offset
        zero = part.added == [_ZERO]
        for term in [None] if zero else part.added:
            keys = [_key(t) for t in result.added]
            present = _key(term) in keys
            if minus != zero:
                if present:
                    del result.added[keys.index(_key(term))]
            elif not present:
                result.added.append(term)

    def product(self) -> _Sum:
        left = self.pairing()
        while self.take("*"):
            right = self.pairing()
            left = self.union(left, right, self.cross(left, right))
        return left

    def pairing(self) -> _Sum:
        left = self.power()
        while self.take(":"):
            left = self.cross(left, self.power())
        return left

    def power(self) -> _Sum:
        operand = self.primary()
        if not self.take("^"):
            return operand
        token = self.token
        if token.kind != "number" or not token.text.isdigit() or not 1 <= int(token.text) <= 20:
            raise self.fail("a whole number from 1 to 20")
        self.at += 1
        result = operand
        for _ in range(int(token.text) - 1):
            result = self.union(result, self.cross(result, operand))
        return result

    def union(self, *sums: _Sum) -> _Sum:
        found: dict[frozenset[Atom] | None, AtomTerm | None] = {}
        for one in sums:
            if one.offset is not None:
                raise self.fail("an offset only as a summand")
            for term in one.added:
                found.setdefault(_key(term), term)
        if len(found) > MAX_EXPANDED_TERMS:
            raise self.fail(f"an expression of at most {MAX_EXPANDED_TERMS:,} terms")
        return _Sum(list(found.values()))

    def cross(self, left: _Sum, right: _Sum) -> _Sum:
        if len(left.added) * len(right.added) > MAX_EXPANDED_TERMS * 10:
            raise self.fail(f"an expression of at most {MAX_EXPANDED_TERMS:,} terms")
        if _ZERO in left.added or _ZERO in right.added or left.offset or right.offset:
            raise self.fail("a column on both sides of the interaction")
        pairs = [_Sum([tuple(dict.fromkeys((a or ()) + (b or ()))) or None]) for a in left.added for b in right.added]
        return self.union(*pairs)

    def primary(self) -> _Sum:
        token = self.token
        if token.kind == "number":
            if token.text not in {"0", "1"}:
                raise self.fail("a column, 0 or 1")
            self.at += 1
            return _Sum([_ZERO] if token.text == "0" else [None])
        if token.kind == "dot":
            self.at += 1
            return _Sum([(Atom(column=name),) for name in self.dot])
        if self.take("("):
            inner = self.sum(outer=False)
            self.need(")")
            return inner
        atom = self.atom()
        return _Sum([], offset=_inside(atom)) if atom.transform.startswith("offset ") else _Sum([(atom,)])

    def atom(self) -> Atom:
        token = self.token
        if token.kind != "name":
            raise self.fail("a column's name")
        self.at += 1
        bare = self.text[token.position] != "`"
        if not (bare and self.token.text == "(" and self.token.kind == "mark"):
            return Atom(column=token.text)
        if token.text not in FUNCTIONS:
            self.at -= 1
            raise self.fail(f"a column or one of {', '.join(FUNCTIONS)}")
        self.need("(")
        result = self.call(token.text)
        self.need(")")
        return result

    def call(self, function: str) -> Atom:
        if function == "offset":
            inner = self.atom()
            if inner.transform not in {"identity", "log"}:
                raise self.fail("offset(column) or offset(log(column))")
            return Atom(column=inner.column, transform=f"offset {inner.transform}")
        if self.token.kind != "name":
            raise self.fail(f"a column's name inside {function}()")
        name = self.token.text
        self.at += 1
        if function in {"log", "sqrt", "exp"}:
            return Atom(column=name, transform=function)
        if function == "C":
            return Atom(column=name, transform="category")
        if function == "I":
            if not self.take("^"):
                return Atom(column=name)
            sign = -1.0 if self.take("-") else 1.0
            return Atom(column=name, transform="power", parameter=sign * self.number("an exponent"))
        self.need(",")
        return Atom(column=name, transform=function, parameter=self.size(function))

    def number(self, expected: str) -> float:
        if self.token.kind != "number":
            raise self.fail(expected)
        self.at += 1
        return float(self.tokens[self.at - 1].text)

    def size(self, function: str) -> float:
        low, high = (1, 25) if function == "poly" else (3, 50)
        value = self.number("a whole number")
        if value != int(value) or not low <= value <= high:
            self.at -= 1
            raise self.fail(f"a whole number from {low} to {high} for {function}()")
        return value


_ZERO: AtomTerm = (Atom(column="0", transform="zero"),)


def _key(term: AtomTerm | None) -> frozenset[Atom] | None:
    return None if term is None else frozenset(term)


def _inside(offset: Atom) -> Atom:
    return Atom(column=offset.column, transform=offset.transform.removeprefix("offset "))
