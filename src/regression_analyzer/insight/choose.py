"""Which provider and model are asked: from settings and keys alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from regression_analyzer.insight.registry import PROVIDERS, Provider, is_available, read_key
from regression_analyzer.insight.value import NotAvailable

PLACEHOLDER_KEY = "none"
"""What a server of one's own, which needs no key, is given; never a vendor's key."""

HOMES: Mapping[str, tuple[str, str]] = {
    "anthropic": ("https://api.anthropic.com", ""),
    "openai": ("https://api.openai.com/v1", ""),
    "google": ("https://generativelanguage.googleapis.com", "/v1beta/openai"),
    "groq": ("https://api.groq.com", "/openai/v1"),
    "local": ("", ""),
}
"""Provider -> its address, and what follows the address that its variable gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whom to ask.

    Attributes
    ----------
    base_url : with the path that the library expects
    key : never shown
    """

    provider: str
    model: str
    base_url: str
    key: str = field(repr=False)


def choose(environ: Mapping[str, str], model: str | None = None, *, preview: bool = False) -> Chosen | NotAvailable:
    """Choose the provider and the model.

    ``LLM_PROVIDER`` decides; without it a provider with a key that knows the model, else the first one with
    a key. The model is the one asked for, else ``LLM_MODEL``, else the provider's default.

    Parameters
    ----------
    preview : nothing will be sent, so a provider named by ``LLM_PROVIDER`` needs no key

    Raises
    ------
    ConfigurationError
        The file that should hold the key cannot be read.
    """
    named = environ.get("LLM_PROVIDER", "").strip().lower()
    wanted = (model or "").strip() or environ.get("LLM_MODEL", "").strip()
    able = [
        p for p in PROVIDERS if (not named or p.name == named) and (is_available(environ, p) or (preview and named))
    ]
    if not able:
        return NotAvailable(reason="no_key", provider=named)
    provider = next((p for p in able if wanted in p.models), able[0])
    chosen_model = wanted or provider.default_model
    if not chosen_model:
        return NotAvailable(reason="no_model", provider=provider.name)
    key = read_key(environ, provider) if provider.needs_key else PLACEHOLDER_KEY
    if key is None and not preview:
        return NotAvailable(reason="no_key", provider=provider.name)
    return Chosen(
        provider=provider.name,
        model=chosen_model,
        base_url=base_url(environ, provider),
        key=key or PLACEHOLDER_KEY,
    )


def base_url(environ: Mapping[str, str], provider: Provider) -> str:
    """Return the address of a provider as its library expects it."""
    home, path = HOMES[provider.name]
    root = environ.get(provider.base_url_variable, "").strip().rstrip("/") or home
    return root if root.endswith(path) else root + path


def is_address(url: str) -> bool:
    """Return whether a library can ask at an address at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def address_of(url: str) -> str:
    """Return an address without user, password and query, for logs."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
