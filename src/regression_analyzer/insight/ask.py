"""Ways to ask: directly in this process, and through the pipe from a child to the parent that has the keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.asking import ask_vendor
from regression_analyzer.insight.budget import Budget, budget_of
from regression_analyzer.insight.choose import choose
from regression_analyzer.insight.registry import ADDRESS_VARIABLES, PROVIDERS, without_secrets
from regression_analyzer.insight.registry import is_available as is_provider_available
from regression_analyzer.insight.registry import read_key as read_provider_key
from regression_analyzer.insight.value import SHARES, Answer, Ask, NotAvailable, Question, Sent, Share, nobody

UNREADABLE = "\0unreadable"
"""Stands for a key whose file cannot be read: a worker goes on without it and says so."""

PipeAsk = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""What a child has: a text and a mapping go up the pipe, a mapping or nothing comes down."""


def make_ask(
    environ: Mapping[str, str],
    *,
    skip: bool = False,
    model: str | None = None,
    budget: Budget | None = None,
    send: bool = True,
) -> Ask:
    """Return the way to ask in this process: nobody where no provider is available or none is wanted.

    Parameters
    ----------
    environ : keys and settings
    skip : the user wants no language model
    model : the user's choice
    budget : for all questions together
    send : False to make requests that never leave, for a preview

    Raises
    ------
    ConfigurationError
        The file that should hold the key cannot be read.
    """
    chosen = NotAvailable(reason="no_key") if skip else choose(environ, model, preview=not send)
    if isinstance(chosen, NotAvailable):
        unavailable = chosen
        return nobody if unavailable.reason == "no_key" else lambda _question: unavailable
    spending = budget or budget_of(environ)
    return lambda question: ask_vendor(question, chosen, spending, send=send)


def share_of(environ: Mapping[str, str]) -> Share:
    """Return what may leave (``LLM_SHARE``).

    Raises
    ------
    ConfigurationError
        It is none of the settings.
    """
    wanted = environ.get("LLM_SHARE", "").strip().lower() or "summary"
    for share in SHARES:
        if share == wanted:
            return share
    raise ConfigurationError(
        f"LLM_SHARE must be one of {', '.join(SHARES)}; it is {wanted!r}.",
        hint="Set LLM_SHARE to such a value, or leave it out for the default (summary).",
        code="bad_setting",
    )


def through_pipe(pipe: PipeAsk, *, skip: bool = False, model: str | None = None, send: bool = True) -> Ask:
    """Return the way to ask in a child: the parent holds the keys and does the asking.

    Parameters
    ----------
    send : False to have requests made that never leave, for a preview
    """
    if skip:
        return nobody
    spending = budget_of(os.environ)

    def ask(question: Question) -> Answer | NotAvailable:
        left = {"calls": spending.calls, "tokens": spending.output_tokens, "seconds": spending.left_s()}
        if min(left.values()) <= 0:
            return NotAvailable(reason="budget")
        asked = {"name": question.name, "schema": dict(question.schema), "model": model, "send": send}
        with spending.waiting():
            packed = pipe(question.text, asked | left) or {}
        said = _unpacked(packed)
        spending.after(len(said.sent), int(packed.get("tokens", 0)))
        return said

    return ask


def make_answerer(environ: Mapping[str, str]) -> PipeAsk:
    """Return what answers children's questions. Keys are read now and kept in this process alone.

    A child says what is left of its budget, and gets no more than the whole one; the number of questions of a job
    is the supervisor's to limit.
    """
    whole = budget_of(environ)
    kept = {name: value for name, value in environ.items() if name in ADDRESS_VARIABLES} | without_secrets(environ)
    for provider in PROVIDERS:
        if provider.needs_key and is_provider_available(environ, provider):
            kept[provider.key_variables[0]] = _key_or_mark(environ, provider.name)

    def answer(text: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        schema, model = asked.get("schema"), asked.get("model")
        if not isinstance(schema, dict) or not (model is None or isinstance(model, str)):
            return _packed(NotAvailable(reason="bad_request"))
        send = asked.get("send") is not False
        chosen = choose(kept, model, preview=not send)
        if isinstance(chosen, NotAvailable):
            return _packed(chosen)
        if chosen.key == UNREADABLE and send:
            return _packed(NotAvailable(reason="key_file", provider=chosen.provider))
        question = Question(name=str(asked.get("name", "question"))[:40], text=text, schema=schema)
        budget = _budget(whole, asked)
        before = budget.output_tokens
        said = ask_vendor(question, chosen, budget, send=send)
        return {**_packed(said), "tokens": before - budget.output_tokens}

    return answer


def _budget(whole: Budget, asked: Mapping[str, Any]) -> Budget:
    """Return what a child's question may cost: what it says is left, and never more than the whole."""
    calls, tokens, seconds = asked.get("calls"), asked.get("tokens"), asked.get("seconds")
    return Budget(
        calls=min(whole.calls, calls) if isinstance(calls, int) else whole.calls,
        output_tokens=min(whole.output_tokens, tokens) if isinstance(tokens, int) else whole.output_tokens,
        seconds=min(whole.seconds, float(seconds)) if isinstance(seconds, int | float) else whole.seconds,
        seconds_a_call=whole.seconds_a_call,
    )


def _key_or_mark(environ: Mapping[str, str], name: str) -> str:
    provider = next(p for p in PROVIDERS if p.name == name)
    try:
        return read_provider_key(environ, provider) or ""
    except ConfigurationError:
        return UNREADABLE


def _packed(said: Answer | NotAvailable) -> Mapping[str, Any]:
    sent = [{"url": each.url, "body": each.body} for each in said.sent]
    if isinstance(said, Answer):
        return {"content": dict(said.content), "provider": said.provider, "model": said.model, "sent": sent}
    return {"content": None, "provider": said.provider, "reason": said.reason, "sent": sent}


def _unpacked(said: Mapping[str, Any]) -> Answer | NotAvailable:
    sent = tuple(Sent(url=each["url"], body=each["body"]) for each in said.get("sent", ()))
    provider = str(said.get("provider", ""))
    if isinstance(said.get("content"), dict):
        return Answer(content=said["content"], provider=provider, model=str(said.get("model", "")), sent=sent)
    return NotAvailable(reason=said.get("reason", "no_key"), provider=provider, sent=sent)


def environment_ask(*, skip: bool, model: str | None) -> Ask:
    """Return the way to ask with this process's own environment."""
    return make_ask(os.environ, skip=skip, model=model)
