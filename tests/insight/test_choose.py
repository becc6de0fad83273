"""Whom an analysis asks."""

from __future__ import annotations

import pytest

from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.ask import make_ask, share_of
from regression_analyzer.insight.choose import Chosen, choose
from regression_analyzer.insight.value import NotAvailable, Question, nobody

KEYS = {"ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": "o", "GROQ_API_KEY": "g"}


def chosen(environ: dict[str, str], model: str | None = None) -> Chosen:
    found = choose(environ, model)
    assert isinstance(found, Chosen)
    return found


@pytest.mark.parametrize(
    ("environ", "model", "provider", "name"),
    [
        (KEYS, None, "anthropic", "claude-sonnet-5-5"),
        (KEYS, "gpt-5.5", "openai", "gpt-5.5"),
        (KEYS, "openai/gpt-oss-20b", "groq", "openai/gpt-oss-20b"),
        (KEYS | {"LLM_MODEL": "gpt-5.5"}, None, "openai", "gpt-5.5"),
        (KEYS | {"LLM_PROVIDER": "groq"}, None, "groq", "openai/gpt-oss-120b"),
        (KEYS | {"LLM_PROVIDER": "groq"}, "gpt-5.5", "groq", "gpt-5.5"),
        (KEYS | {"LLM_PROVIDER": "anthropic", "LLM_MODEL": "new-model"}, None, "anthropic", "new-model"),
    ],
)
def test_provider_and_model(environ: dict[str, str], model: str | None, provider: str, name: str) -> None:
    found = chosen(environ, model)
    assert (found.provider, found.model) == (provider, name)


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"ANTHROPIC_API_KEY": "k"}, "https://api.anthropic.com"),
        ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://x/v1/"}, "https://x/v1"),
        ({"GROQ_API_KEY": "k"}, "https://api.groq.com/openai/v1"),
        ({"GROQ_API_KEY": "k", "GROQ_BASE_URL": "https://x"}, "https://x/openai/v1"),
        ({"GROQ_API_KEY": "k", "GROQ_BASE_URL": "https://x/openai/v1"}, "https://x/openai/v1"),
        ({"GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": "https://x/"}, "https://x/v1beta/openai"),
    ],
)
def test_addresses_are_what_the_vendors_variables_mean(environ: dict[str, str], url: str) -> None:
    assert chosen(environ).base_url == url


def test_a_server_of_ones_own_never_gets_a_vendors_key() -> None:
    found = chosen(KEYS | {"LLM_PROVIDER": "local", "OPENAI_BASE_URL": "http://x/v1", "LLM_MODEL": "m"})
    assert (found.provider, found.key) == ("local", "none")


def test_a_server_of_ones_own_needs_a_model() -> None:
    found = choose({"OPENAI_BASE_URL": "http://x/v1"})
    assert isinstance(found, NotAvailable)
    assert found.reason == "no_model"
    said = make_ask({"OPENAI_BASE_URL": "http://x/v1"})(Question(name="x", text="x"))
    assert isinstance(said, NotAvailable)
    assert said.reason == "no_model"


@pytest.mark.parametrize("environ", [{}, {"LLM_PROVIDER": "openai"}, {"LLM_PROVIDER": "google", **KEYS}])
def test_without_its_key_nobody_is_asked(environ: dict[str, str]) -> None:
    assert make_ask(environ) is nobody


def test_a_user_who_wants_no_model_gets_none() -> None:
    assert make_ask(KEYS, skip=True) is nobody


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(choose({"OPENAI_API_KEY": "secret"}))


def test_share_has_a_default_and_rules() -> None:
    assert share_of({}) == "summary"
    assert share_of({"LLM_SHARE": " Names "}) == "names"
    with pytest.raises(ConfigurationError, match="LLM_SHARE must be one of"):
        share_of({"LLM_SHARE": "all"})
