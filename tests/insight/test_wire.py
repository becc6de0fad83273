"""What else a vendor's server may send, and what else a key and an address may hold."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from regression_analyzer.insight.ask import make_answerer, make_ask, through_pipe
from regression_analyzer.insight.budget import Budget
from regression_analyzer.insight.registry import without_secrets
from regression_analyzer.insight.value import Answer, NotAvailable

from .fake_vendor import KEY, FakeVendor
from .test_vendors import PROVIDERS, QUESTION, asked

GOOD = json.dumps({"kind": "a", "why": "words", "unit": "", "parts": []})


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regression_analyzer.insight.asking.PAUSE_S", 0.01)


def text_as(content: object) -> Callable[[dict[str, Any]], object]:
    """Return what puts a text (or what stands for one) into the body of a good answer of either wire format."""

    def bend(whole: dict[str, Any]) -> object:
        if "choices" in whole:
            whole["choices"][0]["message"]["content"] = content
        else:
            whole["content"] = [{"type": "text", "text": content}] if isinstance(content, str) else content
        return whole

    return bend


def calling_a_tool(whole: dict[str, Any]) -> object:
    if "choices" in whole:
        call = {"id": "c", "type": "function", "function": {"name": "shell", "arguments": "{}"}}
        whole["choices"][0] |= {"finish_reason": "tool_calls"}
        whole["choices"][0]["message"] |= {"content": None, "tool_calls": [call]}
    else:
        whole |= {"content": [{"type": "tool_use", "id": "t", "name": "shell", "input": {}}], "stop_reason": "tool_use"}
    return whole


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "content",
    [
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```\n",
        f"\ufeff{GOOD}",
        [{"type": "text", "text": GOOD[:9]}, {"type": "text", "text": GOOD[9:]}],
    ],
)
def test_an_answer_in_a_wrapping_is_unwrapped(provider: str, content: object) -> None:
    with FakeVendor(wire=text_as(content)) as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, Answer)
    assert said.content == json.loads(GOOD)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"Here you are: {GOOD}", "bad_json"),
        (f"```json\n{GOOD}\n```\nDone.", "bad_json"),
        ('{"kind": "a", "why": NaN, "unit": "", "parts": []}', "wrong_form"),
        (GOOD.replace("[]", "[[[]]]"), "wrong_form"),
        (GOOD.replace('"words"', "null"), "wrong_form"),
        (GOOD.replace("words", "w" * 100_000), "wrong_form"),
        (GOOD.replace('"parts"', '"more": 1, "parts"'), "wrong_form"),
        (GOOD.replace("[]", "[" * 100_000), "bad_json"),
    ],
)
def test_what_has_not_the_form_is_no_answer(provider: str, content: str, reason: str) -> None:
    with FakeVendor(wire=text_as(content)) as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, NotAvailable)
    assert (said.reason, len(vendor.received)) == (reason, 2)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_tool_that_is_called_is_no_answer(provider: str) -> None:
    with FakeVendor(wire=calling_a_tool) as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, NotAvailable)
    assert said.reason == "bad_json"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_connection_that_ends_within_the_body_is_tried_again(provider: str) -> None:
    with FakeVendor(behaviours=("cut", "ok")) as vendor:
        assert isinstance(asked(vendor, provider), Answer)
    with FakeVendor(behaviours=("cut",)) as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, NotAvailable)
    assert (said.reason, len(vendor.received)) == ("connection", 2)


def in_seconds(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("provider", ["anthropic", "groq"])
@pytest.mark.parametrize("wait", ["retry-after=999999999", "retry-after=1e308", "retry-after=inf", "date"])
def test_a_wait_beyond_the_budget_ends_the_asking_at_once(provider: str, wait: str) -> None:
    behaviour = f"429 retry-after={in_seconds(9000)}" if wait == "date" else f"429 {wait}"
    with FakeVendor(behaviours=(behaviour,)) as vendor:
        said = asked(vendor, provider)
    assert isinstance(said, NotAvailable)
    assert (said.reason, len(vendor.received)) == ("rate_limited", 1)


@pytest.mark.parametrize("wait", ["retry-after-ms=300", "date"])
def test_a_wait_in_another_form_is_kept(wait: str) -> None:
    behaviour = f"429 retry-after={in_seconds(2)}" if wait == "date" else f"429 {wait}"
    with FakeVendor(behaviours=(behaviour, "ok")) as vendor:
        began = time.monotonic()
        assert isinstance(asked(vendor, "openai"), Answer)
    assert time.monotonic() - began >= 0.3  # a date has whole seconds: one to two are left


@pytest.mark.parametrize("wait", ["retry-after=-5", "retry-after=nan", "retry-after=soon", "date"])
def test_a_wait_that_is_none_is_our_own(wait: str) -> None:
    behaviour = f"429 retry-after={in_seconds(-500)}" if wait == "date" else f"429 {wait}"
    with FakeVendor(behaviours=(behaviour, "529", "ok")) as vendor:
        assert isinstance(asked(vendor, "openai"), Answer)


@pytest.mark.parametrize("provider", PROVIDERS[:4])
@pytest.mark.parametrize("key", [f"{KEY}\n", f"  {KEY}\r\n"])
def test_blanks_around_a_key_are_not_of_it(provider: str, key: str) -> None:
    with FakeVendor() as vendor:
        environ = {n: key if v == KEY else v for n, v in vendor.environ(provider).items()}
        assert isinstance(make_ask(environ)(QUESTION), Answer)
    assert vendor.received[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("provider", PROVIDERS[:4])
@pytest.mark.parametrize("key", ["sk-\u00e9", "sk\nx", "sk\r\nX-Evil: 1", "sk\x00x", "sk-\u2028x"])
def test_a_key_that_no_header_can_hold_is_a_wrong_key(
    provider: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeVendor() as vendor:
        environ = {n: key if v == KEY else v for n, v in vendor.environ(provider).items()}
        said = make_ask(environ)(QUESTION)
    assert isinstance(said, NotAvailable)
    assert (said.reason, vendor.received) == ("wrong_key", [])
    assert key not in caplog.text


@pytest.mark.parametrize("variable", ["ANTHROPIC", "OPENAI"])
@pytest.mark.parametrize(
    "url", ["127.0.0.1:1", "ftp://x", "http://", "http://[::1", "http://127.0.0.1:99999", "javascript:1"]
)
def test_an_address_that_is_none_cannot_be_reached(variable: str, url: str) -> None:
    said = make_ask({f"{variable}_BASE_URL": url, f"{variable}_API_KEY": KEY})(QUESTION)
    assert isinstance(said, NotAvailable)
    assert (said.reason, said.sent) == ("connection", ())


def test_a_key_in_the_path_of_an_address_is_not_logged() -> None:
    with FakeVendor(behaviours=("404",)) as vendor:
        said = make_ask({"OPENAI_BASE_URL": f"{vendor.root}/{KEY}/v1", "OPENAI_API_KEY": KEY})(QUESTION)
    assert KEY in vendor.received[0].path
    assert KEY not in said.sent[0].url


def test_a_child_has_neither_keys_nor_addresses_nor_headers() -> None:
    environ = {
        "ANTHROPIC_BASE_URL": "https://user:hunter2@proxy",
        "OPENAI_BASE_URL": "https://user:hunter2@proxy/v1",
        "ANTHROPIC_CUSTOM_HEADERS": "authorization: hunter2",
        "ANTHROPIC_AUTH_TOKEN": "hunter2",
        "OPENAI_ADMIN_KEY": "hunter2",
        "GEMINI_API_KEY_FILE": "/run/hunter2",
        "LLM_SHARE": "summary",
    }
    assert without_secrets(environ) == {"LLM_SHARE": "summary"}


def test_the_tokens_of_an_analysis_hold_through_the_pipe() -> None:
    """An answer that is cut off is asked for again with twice the room, and both count."""
    with FakeVendor(behaviours=("truncated",)) as vendor:
        ask = through_pipe(make_answerer(vendor.environ("openai")))
        said = [ask(QUESTION) for _ in range(6)]
    spent = sum(got.content["max_completion_tokens"] for got in vendor.received)
    assert spent <= Budget().output_tokens
    assert len(vendor.received) <= Budget().calls
    assert isinstance(said[-1], NotAvailable)
    assert said[-1].reason == "budget"


def test_the_time_between_questions_is_not_time_of_waiting() -> None:
    now = [0.0]
    budget = Budget(seconds=10.0, clock=lambda: now[0])
    with budget.waiting():
        now[0] += 4
        assert budget.left_s() == pytest.approx(6)
    now[0] += 1000
    assert budget.left_s() == pytest.approx(6)
    with budget.waiting():
        assert budget.take(1) == pytest.approx(6)
