from __future__ import annotations

from typing import get_args

import pytest

from regression_analyzer.insight.registry import PROVIDERS, describe, listed, read_keys, without_secrets


def available(environ: dict[str, str]) -> list[str]:
    return [str(row["name"]) for row in listed(environ) if row["available"]]


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("ANTHROPIC_API_KEY", "anthropic"),
        ("OPENAI_API_KEY", "openai"),
        ("GOOGLE_API_KEY", "google"),
        ("GEMINI_API_KEY", "google"),
        ("GROQ_API_KEY", "groq"),
        ("GROQ_API_KEY_FILE", "groq"),
        ("OPENAI_BASE_URL", "local"),
    ],
)
def test_a_provider_is_available_where_its_variable_is_set(variable: str, name: str) -> None:
    assert available({variable: "x"}) == [name]


def test_an_empty_key_is_no_key() -> None:
    assert available({"ANTHROPIC_API_KEY": " "}) == []


def test_another_address_for_openai_is_not_a_server_of_ones_own() -> None:
    assert available({"OPENAI_BASE_URL": "http://x/v1", "OPENAI_API_KEY": "k"}) == ["openai"]


def test_the_first_of_two_variables_counts() -> None:
    assert read_keys({"GOOGLE_API_KEY": "a", "GEMINI_API_KEY": "b"}) == {"google": "a"}


def test_the_configured_model_comes_first() -> None:
    rows = listed({"LLM_PROVIDER": "groq", "LLM_MODEL": "mine"})
    assert next(row["models"] for row in rows if row["name"] == "groq")[0] == "mine"  # type: ignore[index]


def test_secrets_are_taken_out_of_an_environment() -> None:
    kept = {"PATH": "/bin", "LLM_SHARE": "names", "LLM_MODEL": "m"}
    secret = {"OPENAI_API_KEY": "a", "GROQ_API_KEY_FILE": "b", "API_TOKEN": "c", "OTHER_API_KEY": "d", "HF_TOKEN": "e"}
    secret["OPENAI_BASE_URL"] = "http://user:password@proxy"
    assert without_secrets(kept | secret) == kept


def test_the_description_says_what_to_set_and_no_key() -> None:
    text = describe({"GROQ_API_KEY": "my-key"})
    assert "my-key" not in text
    assert "not available: set GOOGLE_API_KEY or GEMINI_API_KEY" in text


@pytest.mark.parametrize(
    ("environ", "name", "note"),
    [
        ({}, "openai", "set OPENAI_API_KEY"),
        ({}, "local", "set LLM_PROVIDER=local and OPENAI_BASE_URL"),
        ({"OPENAI_BASE_URL": "http://x/v1"}, "local", "set LLM_MODEL to the name of a model that it serves"),
        ({"GROQ_API_KEY": "k", "LLM_PROVIDER": "openai"}, "groq", "LLM_PROVIDER is openai"),
        ({"GROQ_API_KEY_FILE": "/nowhere/key"}, "groq", "GROQ_API_KEY_FILE names /nowhere/key, which cannot be read"),
        ({"GROQ_API_KEY": "k"}, "groq", ""),
    ],
)
def test_a_provider_says_why_it_would_not_be_asked(environ: dict[str, str], name: str, note: str) -> None:
    said = next(str(row["note"]) for row in listed(environ) if row["name"] == name)
    assert said.startswith(note)
    assert bool(said) == bool(note)


@pytest.mark.parametrize(
    ("provider", "module", "listed_as"),
    [("openai", "openai.types.shared.chat_model", "ChatModel"), ("anthropic", "anthropic.types.model", "Model")],
)
def test_the_known_models_are_in_the_vendors_own_list(provider: str, module: str, listed_as: str) -> None:
    listing = getattr(pytest.importorskip(module), listed_as)
    known = {name for part in (listing, *get_args(listing)) for name in get_args(part)}
    models = next(p.models for p in PROVIDERS if p.name == provider)
    assert models
    assert set(models) <= known
