"""The language model providers as a table: names, keys, models and addresses. Loads no SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from regression_analyzer.errors import ConfigurationError

LONGEST_SECRET = 10_000
"""Characters that a key's file may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider.

    Attributes
    ----------
    name : as ``LLM_PROVIDER`` names it
    label : for people
    key_variables : environment variables that may hold its key, in the order in which they count; each
        also as ``NAME_FILE``, the path of a file that holds it
    models : known models, the default one first
    base_url_variable : environment variable with another address for the service
    needs_key : False for a server of one's own
    library : Python package that asks it
    """

    name: str
    label: str
    key_variables: tuple[str, ...]
    models: tuple[str, ...]
    base_url_variable: str
    needs_key: bool = True
    library: str = "openai"

    @property
    def default_model(self) -> str | None:
        """The model asked where none is named; None where only the operator can know."""
        return self.models[0] if self.models else None


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        name="anthropic",
        label="Anthropic",
        key_variables=("ANTHROPIC_API_KEY",),
        models=("claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5"),
        base_url_variable="ANTHROPIC_BASE_URL",
        library="anthropic",
    ),
    Provider(
        name="openai",
        label="OpenAI",
        key_variables=("OPENAI_API_KEY",),
        models=("gpt-5.4-mini", "gpt-5.5", "gpt-5.4-nano"),
        base_url_variable="OPENAI_BASE_URL",
    ),
    Provider(
        name="google",
        label="Google",
        key_variables=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        models=("gemini-3.8-flash", "gemini-4-argon", "gemini-3.5-flash-lite"),
        base_url_variable="GOOGLE_GEMINI_BASE_URL",
    ),
    Provider(
        name="groq",
        label="Groq",
        key_variables=("GROQ_API_KEY",),
        models=("openai/gpt-oss-120b", "openai/gpt-oss-20b"),
        base_url_variable="GROQ_BASE_URL",
    ),
    Provider(
        name="local",
        label="A server of your own",
        key_variables=(),
        models=(),
        base_url_variable="OPENAI_BASE_URL",
        needs_key=False,
    ),
)

SECRET_VARIABLES: frozenset[str] = frozenset(
    variable + suffix for provider in PROVIDERS for variable in provider.key_variables for suffix in ("", "_FILE")
)
"""Variables that hold a key or name its file: what a process that parses strangers' files never sees."""
ADDRESS_VARIABLES = tuple(provider.base_url_variable for provider in PROVIDERS)
"""Addresses, which may hold a password: only the process that asks needs them."""


def read_secret(environ: Mapping[str, str], variable: str) -> str | None:
    """Return a secret from ``VARIABLE``, or from the file that ``VARIABLE_FILE`` names; None if neither is set.

    The file is read here and its content goes nowhere else, in particular not into the environment.

    Raises
    ------
    ConfigurationError
        The file cannot be read or is empty.
    """
    if value := environ.get(variable, "").strip():
        return value
    path = environ.get(f"{variable}_FILE", "").strip()
    if not path:
        return None
    try:
        with Path(path).open(encoding="utf-8") as stream:
            value = stream.read(LONGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ConfigurationError(
            f"{variable}_FILE names {path}, which cannot be read: {reason}.",
            hint=f"Give the path of a readable file that holds the value, or leave {variable}_FILE out.",
            code="secret_file",
        ) from None
    if not value:
        raise ConfigurationError(
            f"{variable}_FILE names {path}, which is empty.",
            hint=f"Put the value into that file, or leave {variable}_FILE out.",
            code="secret_file",
        )
    return value


def read_key(environ: Mapping[str, str], provider: Provider) -> str | None:
    """Return a provider's key, or None."""
    for variable in provider.key_variables:
        if key := read_secret(environ, variable):
            return key
    return None


def read_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """Return provider name -> key for every provider that has one."""
    keys = ((provider.name, read_key(environ, provider)) for provider in PROVIDERS)
    return {name: key for name, key in keys if key}


def is_available(environ: Mapping[str, str], provider: Provider) -> bool:
    """Return whether a provider could be asked: its key is there; a server of one's own has an address.

    A server of one's own is meant where ``OPENAI_BASE_URL`` is set and either ``LLM_PROVIDER`` says
    ``local`` or there is no OpenAI key.
    """
    if provider.needs_key:
        return any(
            environ.get(variable + suffix, "").strip()
            for variable in provider.key_variables
            for suffix in ("", "_FILE")
        )
    if not environ.get(provider.base_url_variable, "").strip():
        return False
    chosen = environ.get("LLM_PROVIDER", "").strip().lower()
    has_key = any(environ.get(name, "").strip() for name in ("OPENAI_API_KEY", "OPENAI_API_KEY_FILE"))
    return chosen == provider.name or not has_key


def why_not(environ: Mapping[str, str], provider: Provider) -> str:
    """Return why a provider would not be asked, and what to do; empty where it could be."""
    if not is_available(environ, provider):
        if provider.needs_key:
            return f"set {' or '.join(provider.key_variables)}"
        return f"set LLM_PROVIDER={provider.name} and {provider.base_url_variable}"
    if find_spec(provider.library) is None:
        return f"the Python package {provider.library} is not installed (the llm extra brings it)"
    try:
        read_key(environ, provider)
    except ConfigurationError as error:
        return error.message.rstrip(".")
    chosen = environ.get("LLM_PROVIDER", "").strip().lower()
    if chosen and chosen != provider.name:
        return f"LLM_PROVIDER is {chosen[:20]}"
    if not provider.models and not environ.get("LLM_MODEL", "").strip():
        return "set LLM_MODEL to the name of a model that it serves"
    return ""


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without keys and tokens, for a process that must not have them."""
    return {name: value for name, value in environ.items() if not _is_secret(name)}


def _is_secret(name: str) -> bool:
    stem = name.upper().removesuffix("_FILE")
    endings = ("_API_KEY", "_ADMIN_KEY", "_SIGNING_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_CUSTOM_HEADERS")
    return name in SECRET_VARIABLES or name in ADDRESS_VARIABLES or stem.endswith(endings)


def listed(environ: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the providers as ``GET /providers`` gives them: name, available, models, and why one is not asked."""
    chosen_model = environ.get("LLM_MODEL", "").strip()
    chosen = environ.get("LLM_PROVIDER", "").strip().lower()
    rows: list[dict[str, object]] = []
    for provider in PROVIDERS:
        models = list(provider.models)
        if provider.name == chosen and chosen_model:
            models = [chosen_model, *(model for model in models if model != chosen_model)]
        row = {"name": provider.name, "available": is_available(environ, provider), "models": models}
        rows.append(row | {"note": why_not(environ, provider)})
    return rows


def describe(environ: Mapping[str, str]) -> str:
    """Return the providers as lines for a terminal."""
    lines = []
    for row, provider in zip(listed(environ), PROVIDERS, strict=True):
        models = row["models"]
        if not row["available"]:
            said = f"not available: {row['note']}"
        elif row["note"]:
            said = f"available, but {row['note']}"
        else:
            said = f"available: asks {models[0]}" if isinstance(models, list) and models else "available"
        lines.append(f"{provider.name:<10} {said}")
    return "\n".join(lines)
