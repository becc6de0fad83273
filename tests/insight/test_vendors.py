"""Every vendor's library against a server that speaks its wire format, well and badly."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

import pytest

from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.ask import make_answerer, make_ask, through_pipe
from regression_analyzer.insight.budget import Budget, budget_of
from regression_analyzer.insight.forms import items, one_of, record, text
from regression_analyzer.insight.value import Answer, NotAvailable, Question

from .fake_vendor import KEY, FakeVendor

PROVIDERS = ("anthropic", "openai", "google", "groq", "local")
PATHS = {
    "anthropic": "/v1/messages",
    "openai": "/v1/chat/completions",
    "google": "/v1beta/openai/chat/completions",
    "groq": "/openai/v1/chat/completions",
    "local": "/v1/chat/completions",
}
QUESTION = Question(
    name="columns",
    text="What is c1?\nDATA\n{}",
    schema=record(kind=one_of(["a", "b"]), why=text(), unit=text(), parts=items(record(id=one_of(["c1"])))),
)


def asked(vendor: FakeVendor, provider: str, **limits: float) -> Answer | NotAvailable:
    return make_ask(vendor.environ(provider), budget=Budget(**limits))(QUESTION)  # type: ignore[arg-type]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_arrives(provider: str) -> None:
    with FakeVendor() as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, Answer)
    assert said.content == {"kind": "a", "why": "words", "unit": "words", "parts": []}
    assert said.by.startswith(f"{provider}/")
    (got,) = vendor.received
    assert got.path == PATHS[provider]
    assert got.question == QUESTION.text
    assert got.schema == QUESTION.schema
    assert got.headers["authorization"] == f"Bearer {'none' if provider == 'local' else KEY}"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_log_holds_the_bytes_that_left_and_no_key(provider: str) -> None:
    with FakeVendor(behaviours=("500", "ok")) as vendor:
        said = asked(vendor, provider)
    assert [each.body.encode() for each in said.sent] == [each.body for each in vendor.received]
    assert [each.url for each in said.sent] == [vendor.root + PATHS[provider]] * 2
    assert KEY not in repr(said.sent)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("behaviour", "reason", "requests"),
    [
        ("refusal", "refused", 1),
        ("truncated", "truncated", 2),
        ("401", "wrong_key", 1),
        ("403", "wrong_key", 1),
        ("404", "not_found", 1),
        ("400", "bad_request", 1),
        ("429", "rate_limited", 3),
        ("500", "server_error", 3),
        ("malformed", "bad_json", 2),
        ("empty", "bad_json", 2),
        ("broken", "bad_json", 2),
        ("violation", "wrong_form", 2),
        ("redirect", "bad_request", 1),
    ],
)
def test_troubles_are_told_apart(
    provider: str, behaviour: str, reason: str, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regression_analyzer.insight.asking.PAUSE_S", 0.01)
    with FakeVendor(behaviours=(behaviour,)) as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, NotAvailable)
    assert (said.reason, said.provider, len(vendor.received)) == (reason, provider, requests)
    assert len(said.sent) == requests


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_slow_answer_times_out(provider: str) -> None:
    with FakeVendor(behaviours=("timeout",), slow_s=1.0) as vendor:
        said = asked(vendor, provider, seconds_a_call=0.3, seconds=0.6)
    assert isinstance(said, NotAvailable)
    assert said.reason == "timeout"


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_an_answer_that_trickles_in_times_out(provider: str) -> None:
    with FakeVendor(behaviours=("drip",), slow_s=6.0) as vendor:
        began = time.monotonic()
        said = asked(vendor, provider, seconds_a_call=0.4, seconds=0.5)
    assert isinstance(said, NotAvailable)
    assert said.reason == "timeout"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("behaviour", ["truncated", "429", "500", "malformed", "violation"])
def test_passing_trouble_is_got_over(provider: str, behaviour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regression_analyzer.insight.asking.PAUSE_S", 0.01)
    with FakeVendor(behaviours=(behaviour, "ok")) as vendor:
        assert isinstance(asked(vendor, provider), Answer)
    assert len(vendor.received) == 2


def test_a_cut_answer_is_asked_again_with_more_room() -> None:
    with FakeVendor(behaviours=("truncated", "ok")) as vendor:
        asked(vendor, "anthropic")
    assert [each.content["max_tokens"] for each in vendor.received] == [8_000, 16_000]


def test_the_wait_that_the_vendor_asks_for_is_kept() -> None:
    with FakeVendor(behaviours=("429", "ok")) as vendor:
        began = time.monotonic()
        asked(vendor, "groq")
    assert time.monotonic() - began >= 0.2


def test_no_wait_is_longer_than_the_budget() -> None:
    with FakeVendor(behaviours=("429",)) as vendor:
        said = asked(vendor, "openai", seconds=0.15)
    assert isinstance(said, NotAvailable)
    assert (said.reason, len(vendor.received)) == ("rate_limited", 1)


def test_a_budget_ends_the_asking() -> None:
    with FakeVendor() as vendor:
        ask = make_ask(vendor.environ("openai"), budget=Budget(calls=1))
        first, second = ask(QUESTION), ask(QUESTION)
    assert isinstance(first, Answer)
    assert isinstance(second, NotAvailable)
    assert (second.reason, len(vendor.received)) == ("budget", 1)


def test_a_closed_door_is_a_connection_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regression_analyzer.insight.asking.PAUSE_S", 0.01)
    vendor = FakeVendor()
    vendor.close()
    said = asked(vendor, "openai")
    assert isinstance(said, NotAvailable)
    assert said.reason == "connection"


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_preview_makes_the_bytes_and_sends_nothing(provider: str) -> None:
    with FakeVendor() as vendor:
        previewed = make_ask(vendor.environ(provider), send=False)(QUESTION)
        assert vendor.received == []
        make_ask(vendor.environ(provider))(QUESTION)
    assert isinstance(previewed, NotAvailable)
    assert previewed.reason == "preview"
    assert previewed.sent[0].body.encode() == vendor.received[0].body


@pytest.mark.parametrize("behaviour", ["ok", "401", "broken"])
def test_no_key_in_logs(behaviour: str, caplog: pytest.LogCaptureFixture) -> None:
    with FakeVendor(behaviours=(behaviour,)) as vendor, caplog.at_level(logging.DEBUG):
        for provider in PROVIDERS:
            asked(vendor, provider)
    assert KEY not in caplog.text


def test_the_pipe_gives_the_same_answer() -> None:
    with FakeVendor() as vendor:
        answerer = make_answerer(vendor.environ("groq"))

        def pipe(question: str, schema: object) -> object:
            return json.loads(json.dumps(answerer(question, json.loads(json.dumps(schema)))))

        ask: Callable[[Question], Answer | NotAvailable] = through_pipe(pipe)  # type: ignore[arg-type]
        said = ask(QUESTION)
        direct = make_ask(vendor.environ("groq"))(QUESTION)
    assert isinstance(said, Answer)
    assert isinstance(direct, Answer)
    assert (said.content, said.by, said.sent) == (direct.content, direct.by, direct.sent)


def test_without_a_key_the_pipe_says_so() -> None:
    said = through_pipe(make_answerer({}))(QUESTION)
    assert isinstance(said, NotAvailable)
    assert said.reason == "no_key"


def test_an_unreadable_key_file_is_said_not_raised() -> None:
    said = through_pipe(make_answerer({"GROQ_API_KEY_FILE": "/nowhere/key"}))(QUESTION)
    assert isinstance(said, NotAvailable)
    assert said.reason == "key_file"


def test_a_provider_that_hangs_costs_one_request_and_no_more() -> None:
    with FakeVendor(behaviours=("timeout",), slow_s=4.0) as vendor:
        began = time.monotonic()
        said = make_ask(vendor.environ("openai") | {"LLM_TIMEOUT_S": "1"})(QUESTION)
        took = time.monotonic() - began
    assert isinstance(said, NotAvailable)
    assert (said.reason, len(vendor.received)) == ("timeout", 1)
    assert 0.9 < took < 3.5


@pytest.mark.parametrize("text", ["0", "-1", "soon", "3601", "1.5", "nan"])
def test_a_wrong_timeout_is_named(text: str) -> None:
    with pytest.raises(ConfigurationError, match="LLM_TIMEOUT_S"):
        budget_of({"LLM_TIMEOUT_S": text})


def test_the_budget_holds_through_the_pipe() -> None:
    with FakeVendor(behaviours=("500", "500", "ok")) as vendor:
        ask = through_pipe(make_answerer(vendor.environ("openai")))
        said = [ask(QUESTION) for _ in range(8)]
    assert len(vendor.received) == Budget().calls
    assert isinstance(said[0], Answer)
    assert isinstance(said[-1], NotAvailable)
    assert said[-1].reason == "budget"


@pytest.mark.parametrize("said", [{"calls": 10**9}, {"seconds": 1e9}, {"calls": "many", "seconds": None}])
def test_a_child_gets_no_more_than_the_whole_budget(said: dict[str, object]) -> None:
    with FakeVendor(behaviours=("500",)) as vendor:
        answerer = make_answerer(vendor.environ("openai"))
        packed = answerer(QUESTION.text, {"name": "columns", "schema": dict(QUESTION.schema), **said})
    assert packed is not None
    assert packed["reason"] == "server_error"
    assert len(vendor.received) == 3
