"""The formula grammar: what it reads, how it writes it back, and how it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_analyzer.design.formula import Atom, formula_text, parse_formula, quoted
from regression_analyzer.errors import UsageError


def terms(text: str, dot: tuple[str, ...] = ()) -> list[str]:
    return [":".join(atom.text for atom in term) for term in parse_formula(text, dot=dot).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ a", ["a"]),
        ("y ~ a + b + a", ["a", "b"]),
        ("y ~ a * b", ["a", "b", "a:b"]),
        ("y ~ a * b - a", ["b", "a:b"]),
        ("y ~ (a + b + c)^2", ["a", "b", "c", "a:b", "a:c", "b:c"]),
        ("y ~ (a + b)^2 - a:b", ["a", "b"]),
        ("y ~ b:a + a:b", ["b:a"]),
        ("y ~ a:b + c", ["c", "a:b"]),
        ("y ~ a * b * c - a:b:c", ["a", "b", "c", "a:b", "a:c", "b:c"]),
        ("y ~ I(x^2) + log(x) + sqrt(x) + exp(x)", ["I(x^2)", "log(x)", "sqrt(x)", "exp(x)"]),
        ("y ~ C(x) + poly(x, 3) + bs(x, 5)", ["C(x)", "poly(x, 3)", "bs(x, 5)"]),
        ("y ~ `two words` + größe + a.b_c", ["two words", "größe", "a.b_c"]),
        ("y ~ `tick``ed`", ["tick`ed"]),
        ("y ~ log", ["log"]),
        ("y ~ 1", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("y ~ a", True), ("y ~ 0 + a", False), ("y ~ a - 1", False)])
def test_intercept(text: str, expected: bool) -> None:
    assert parse_formula(text).intercept is expected


def test_the_target_may_be_transformed() -> None:
    assert parse_formula("log(price) ~ a").target == Atom(column="price", transform="log")


def test_the_offset_is_not_a_term() -> None:
    parsed = parse_formula("y ~ a + offset(log(n))")
    assert parsed.offset == Atom(column="n", transform="log")
    assert len(parsed.terms) == 1


def test_the_dot_is_every_proposed_column_but_the_target() -> None:
    assert terms("y ~ . - b", dot=("a", "b", "c", "y")) == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("y ~ a +", 8),
        ("y ~ a $ b", 7),
        ("y ~ foo(a)", 5),
        ("y ~ (a + b", 11),
        ("y ~ log(x", 10),
        ("y ~ poly(x, 99)", 13),
        ("y a", 3),
        ("y ~ `a", 5),
        ("y ~ 2", 5),
        ("y ~ a^b", 7),
        ("y ~ __import__(os)", 5),
    ],
)
def test_errors_name_the_position(text: str, position: int) -> None:
    with pytest.raises(UsageError, match=f"character {position}:"):
        parse_formula(text)


def test_deep_nesting_is_refused_not_followed() -> None:
    with pytest.raises(UsageError):
        parse_formula("y ~ " + "(" * 500 + "a" + ")" * 500)


def test_an_explosion_of_terms_is_refused() -> None:
    columns = " + ".join(f"x{i}" for i in range(40))
    with pytest.raises(UsageError, match="terms"):
        parse_formula(f"y ~ ({columns})^10")


@given(name=st.text(min_size=1, max_size=20).filter(lambda s: s.strip() != ""))
def test_any_name_can_be_quoted(name: str) -> None:
    (term,) = parse_formula(f"y ~ {quoted(name)}").terms
    assert term == (Atom(column=name),)


@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_formula(text)
    except UsageError as error:
        assert "character" in error.message


@pytest.mark.parametrize("text", ["y ~ a * b + I(`x y`^2)", "log(y) ~ 0 + poly(a, 2):b + offset(n)", "y ~ I(x^-1)"])
def test_writing_and_reading_agree(text: str) -> None:
    parsed = parse_formula(text)
    assert parsed.target is not None
    written = formula_text(parsed.target, parsed.terms, intercept=parsed.intercept, offset=parsed.offset)
    assert parse_formula(written) == parsed
