"""Anything may arrive, of any type and in any place: it is an answer of the form asked for, or there is none."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regression_analyzer.analysis import Options
from regression_analyzer.errors import AnalyzerError
from regression_analyzer.insight.asking import ask_vendor
from regression_analyzer.insight.budget import Budget
from regression_analyzer.insight.choose import Chosen, choose
from regression_analyzer.insight.columns import advise
from regression_analyzer.insight.narrative import narrate, narrative_question
from regression_analyzer.insight.question import Reply, answer_question
from regression_analyzer.insight.value import Answer, NotAvailable, Question
from regression_analyzer.profile import describe
from regression_analyzer.report import numbers
from regression_analyzer.report.points import points_of
from regression_analyzer.table import read_table

from .documents import charges_csv, charges_document, charges_story
from .fake_vendor import FakeVendor
from .replies import data_of, sensible

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["\ud800", "\x00", "a\u202eb", "c1", "none", "{target}", "yes", "9" * 40]),
)  # fmt: skip
ODD = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
Path = tuple[str | int, ...]


def places(value: Any, above: Path = ()) -> Iterator[Path]:
    """Yield the path of every node of a JSON value, the whole first."""
    yield above
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from places(each, (*above, key))


def put(value: Any, place: Path, new: object) -> Any:
    """Return a copy of a JSON value with another node at a place."""
    if not place:
        return new
    changed = copy.deepcopy(value)
    node = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = new
    return changed


def bent(value: Any, at: int, odd: object) -> Any:
    """Return a JSON value with something odd at one of its places."""
    found = list(places(value))
    return put(value, found[at % len(found)], odd)


def ask_of(vendor: FakeVendor, provider: str = "openai") -> Chosen:
    chosen = choose(vendor.environ(provider), None)
    assert isinstance(chosen, Chosen)
    return chosen


@pytest.fixture(scope="module", params=["openai", "anthropic"])
def wired(request: pytest.FixtureRequest) -> Iterator[tuple[FakeVendor, Chosen]]:
    with FakeVendor() as vendor:
        yield vendor, ask_of(vendor, request.param)


def asked(vendor: FakeVendor, chosen: Chosen, question: Question) -> Answer | NotAvailable:
    return ask_vendor(question, chosen, Budget(calls=1), sleep=lambda _: None)


COLUMNS = read_table(charges_csv(60), name="t.csv")
PROFILE = describe(COLUMNS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 999), odd=ODD)
def test_an_odd_answer_about_columns_changes_nothing_or_fits(
    at: int, odd: object, wired: tuple[FakeVendor, Chosen]
) -> None:
    vendor, chosen = wired

    def reply(question: str, schema: Mapping[str, Any]) -> object:
        return bent(sensible(question, schema), at, odd)

    vendor.reply = reply
    advice = advise(COLUMNS, PROFILE, Options(), lambda q: asked(vendor, chosen, q), "summary")
    assert advice.profile.target == PROFILE.target
    (advice.context or "").encode()
    assert {f.code for f in advice.findings} <= {"llm_unavailable", "llm_after_outcome"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 999), odd=ODD)
def test_an_odd_narrative_is_checked_or_none(at: int, odd: object, wired: tuple[FakeVendor, Chosen]) -> None:
    vendor, chosen = wired

    def reply(question: str, schema: Mapping[str, Any]) -> object:
        return bent(sensible(question, schema), at, odd)

    vendor.reply = reply
    told = narrate(charges_story(), lambda q: asked(vendor, chosen, q), share="summary")
    if told.narrative is not None:
        told.narrative.text.encode()
        assert "\u202e" not in told.narrative.text
    else:
        assert told.findings


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 999), odd=ODD)
def test_an_odd_body_ends_in_a_reason(at: int, odd: object, wired: tuple[FakeVendor, Chosen]) -> None:
    """The vendors' libraries do not check what arrives: text may be a list, and a list a text."""
    vendor, chosen = wired
    vendor.reply = sensible
    plain = vendor.wire
    vendor.wire = lambda whole: bent(whole, at, odd)
    try:
        said = asked(vendor, chosen, narrative_question(charges_story(), None))
    finally:
        vendor.wire = plain
    assert isinstance(said, Answer) or said.reason in {
        "bad_json", "wrong_form", "refused", "truncated", "server_error", "bad_request",
    }  # fmt: skip


def name_points(question: Question) -> Answer:
    points = [point["id"] for point in data_of(question.text)["points"]]
    return Answer(content={"sentences": [], "points": points}, provider="openai", model="m")


PLACES = [place for place in places(json.loads(json.dumps(charges_document()))) if place]
TOLD = [place for place in PLACES if place[0] in {"model", "column_analysis", "feature_importance", "findings"}]
TOLD += [place for place in PLACES if place[0] in {"diagnostics", "ledger"}]


@settings(max_examples=400, deadline=None)
@given(place=st.sampled_from(TOLD), odd=ODD)
def test_an_odd_document_is_told_or_refused(place: Path, odd: object) -> None:
    document = put(charges_document(), place, odd)
    try:
        assert isinstance(
            answer_question(document, "What matters?", name_points, numbers, "summary", points_of=points_of), Reply
        )
    except AnalyzerError as error:
        assert error.code == "not_an_analysis"


@pytest.mark.parametrize("odd", [["age"], {"age": 1}, 7, True])
@pytest.mark.parametrize(
    "place",
    [
        ("model", "predictors", 0),
        ("model", "coefficients", 1, "predictor"),
        ("model", "coefficients", 1, "level"),
        ("model", "target"),
        ("model", "terms", 0, "term"),
        ("feature_importance", "contribution", 0, "predictor"),
        ("findings",),
    ],
)
def test_a_name_that_is_none_is_refused(place: Path, odd: object) -> None:
    document = put(json.loads(json.dumps(charges_document())), place, odd)
    with pytest.raises(AnalyzerError, match="no analysis document"):
        answer_question(document, "What matters?", name_points, numbers, "summary", points_of=points_of)
