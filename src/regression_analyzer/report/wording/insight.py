"""Words for what a language model added, and for where it could not."""

from __future__ import annotations

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, listing, shorten
from regression_analyzer.report.wording import Wording, Words, with_references
from regression_analyzer.report.wording.facts import names, whole
from regression_analyzer.report.wording.sources import LEAKAGE

REASONS = {
    "no_model": "no model is named",
    "key_file": "the file that should hold its key cannot be read",
    "no_library": "its library is not installed",
    "wrong_key": "it does not accept the key",
    "not_found": "it does not know the model, or the address is wrong",
    "bad_request": "it did not accept the question",
    "refused": "it declined to answer",
    "truncated": "its answer was cut off",
    "timeout": "it took too long",
    "connection": "it could not be reached",
    "rate_limited": "it is asked too often at present",
    "server_error": "it has trouble of its own",
    "bad_json": "its answer could not be read",
    "wrong_form": "its answer did not have the form asked for",
    "budget": "the limit of questions for one analysis was reached",
}
REMEDIES = {
    "no_model": "Name one with LLM_MODEL or --model.",
    "key_file": "Check the path that the variable ending in _FILE gives.",
    "no_library": "Install the package with its llm extra.",
    "wrong_key": "Check the key and what it may use.",
    "not_found": "Check LLM_MODEL and the address of the service.",
    "bad_request": "Check that the model can answer in a given form (JSON schema).",
}


def _unavailable(f: Finding) -> Words:
    reason = str(f.facts["reason"])
    provider = shorten(str(f.facts["provider"] or "the provider"), 20)
    return Words(
        evidence=f"The language model ({provider}) gave no answer: {REASONS.get(reason, 'the reason is not known')}.",
        advice=f"Rules decided and wrote instead; no number depends on it. {REMEDIES.get(reason, '')}".strip(),
    )


def _target(f: Finding) -> Words:
    others = [shorten(name) for name in names(f.facts["others"])]
    rest = f" Other candidates: {listing(others)}." if others else ""
    return Words(
        evidence=f'"{shorten(f.subject)}" is explained because a language model ({_by(f)}) takes it for what people '
        f"want explained; no name says so.{rest}",
        advice="Name the target if it is another one.",
    )


def _turned(f: Finding) -> Words:
    return Words(
        evidence=f"The table was turned on the word of a language model ({_by(f)}), so nothing more was asked of it: "
        "what are now names of columns stood in cells.",
        advice="Rules decided and wrote the rest. If the names may leave, --override table.transpose=yes; if the table "
        "stands upright, --override table.transpose=no.",
    )


def _after_outcome(f: Finding) -> Words:
    columns = [shorten(name) for name in names(f.facts["columns"])]
    return Words(
        evidence=f"A language model ({_by(f)}) takes {listing(columns)} for known only after the outcome.",
        advice="Left in, as no rule says so. If it is right, leave it out: --override predictor.NAME=leave_out.",
    )


def _narrative_dropped(f: Finding) -> Words:
    dropped = whole(f.facts["dropped"])
    what = f"{count_of(dropped, 'sentence')} of the language model ({_by(f)}) did not pass the check"
    if f.facts["kept"]:
        return Words(evidence=f"{what} against the results.", advice="They were left out.")
    return Words(evidence=f"{what}, or it wrote nothing that can be checked.", advice="Rules wrote the answer instead.")


PRIVACY = "What leaves this machine, and what does not: docs/privacy.md"
SHARED = {
    "names": "names and types of columns",
    "summary": "names of columns, rounded aggregates and common levels, no cell",
    "sample": "names of columns, rounded aggregates, common levels and the first rows",
}


def _asked(f: Finding) -> Words:
    requests = count_of(whole(f.facts["requests"]), "request")
    provider = shorten(str(f.facts["provider"]), 20)
    return Words(
        evidence=f"{requests} went to a language model ({provider}): {SHARED.get(str(f.facts['share']), '')}.",
        advice="outbound.jsonl, beside the results, holds every byte of them; --skip-llm sends nothing.",
    )


def _language(f: Finding) -> Words:
    return Words(
        evidence=f"The result was asked for in {f.facts['language']}; it is told in English, as only a language model "
        "tells it in another language and none did.",
        advice="With the key of a provider it is told so; no number depends on it.",
    )


def _by(f: Finding) -> str:
    return shorten(str(f.facts["by"]), 60)


WORDING: Wording = with_references(
    {
        "llm_asked": _asked,
        "llm_unavailable": _unavailable,
        "llm_target": _target,
        "llm_turned": _turned,
        "llm_after_outcome": _after_outcome,
        "llm_narrative_dropped": _narrative_dropped,
        "llm_language": _language,
    },
    {"llm_after_outcome": LEAKAGE},
    otherwise=PRIVACY,
)
