"""What a child does for each kind of job. The only module of this room that loads numeric code, and only in a child."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from regression_analyzer.analysis import Options
from regression_analyzer.errors import InputError
from regression_analyzer.insight.ask import through_pipe
from regression_analyzer.jobs.child import Ask
from regression_analyzer.jobs.files import ANSWER
from regression_analyzer.jobs.value import Task
from regression_analyzer.languages import AUTO
from regression_analyzer.progress import Progress
from regression_analyzer.report import to_json
from regression_analyzer.service import analyze_file, ask_file, outbound_preview, predict_file, preview_file


def analyze(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    """Analyse an upload; the result names the charts and gives the document's digest."""
    started = time.monotonic()
    folder = Path(task.work_dir)
    options = _options(task.payload.get("options") or {})
    outcome = analyze_file(
        _upload(task),
        options=options,
        output_dir=folder,
        name=task.payload.get("filename"),
        sheet=(task.payload.get("options") or {}).get("sheet"),
        processes=1,
        ask=through_pipe(ask, skip=options.skip_llm, model=options.model),
        for_page=True,
        on_progress=on_progress,
    )
    digest = hashlib.sha256(outcome.document_json.encode()).hexdigest()
    charts = sorted({path.stem for path in (folder / "charts").iterdir()}) if (folder / "charts").is_dir() else []
    seconds = round(time.monotonic() - started, 3)
    return {"etag": digest[:32], "charts": charts, "seconds": seconds, **headline(json.loads(outcome.document_json))}


def headline(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a list or a page says of an analysis without opening its document.

    Returns
    -------
    mapping
        ``target``; ``explained``, the share of what varies in unseen rows (R-squared, None where there is none);
        ``missed``, what the straight line misses: ``terms`` with their ``kind`` and ``predictors``, the ``formula``
        that adds them, and what is ``explained`` with them; None where nothing is proposed
    """
    validation = document.get("validation") or {}
    found = validation.get("terms_missed") or {}
    missed = {
        "terms": [{key: term[key] for key in ("term", "kind", "predictors")} for term in found.get("terms") or ()],
        "formula": found.get("formula"),
        "explained": found.get("with_terms_all"),
    }
    return {
        "target": document["model"]["target"],
        "explained": (validation.get("linear") or {}).get("r_squared"),
        "missed": missed if missed["terms"] and missed["formula"] else None,
    }


def preview(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    """Read and describe an upload."""
    del ask
    choices = task.payload.get("options") or {}
    answer = preview_file(
        _upload(task),
        name=task.payload.get("filename"),
        sheet=choices.get("sheet"),
        target=choices.get("target"),
        overrides=choices.get("overrides") or {},
        on_progress=on_progress,
    )
    return _answer(task, {"upload_id": task.payload.get("upload_id"), **answer})


def predict(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    """Predict new rows with the model of a finished analysis."""
    del on_progress, ask
    if task.model is None:
        raise InputError("The analysis to predict with is gone.", code="no_model")
    predictions = predict_file(Path(task.model), _upload(task), name=task.payload.get("filename"))
    columns = as_json(predictions)
    whole = {name: columns.pop(name) for name in ("level", "note")}
    outcomes, chances = columns.pop("outcomes"), columns.pop("probabilities")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for row, each in zip(rows, chances, strict=True) if outcomes else ():
        row["probabilities"] = dict(zip(outcomes, each, strict=True))
    return _answer(task, {"job_id": task.payload.get("model_job"), **whole, "predictions": rows})


def outbound(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    """Tell what an analysis of an upload would send to a language model, byte for byte; nothing is sent."""
    choices = task.payload.get("options") or {}
    options = _options(choices)
    sent = outbound_preview(
        _upload(task),
        options=options,
        ask=through_pipe(ask, skip=options.skip_llm, model=options.model, send=False),
        name=task.payload.get("filename"),
        sheet=choices.get("sheet"),
        on_progress=on_progress,
    )
    requests = [{"url": each.url, "body": each.body} for each in sent]
    return _answer(task, {"upload_id": task.payload.get("upload_id"), "requests": requests})


def answer(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    """Answer a question about a finished analysis from its document."""
    del on_progress
    if task.model is None:
        raise InputError("The analysis to ask about is gone.", code="no_model")
    asked = str(task.payload.get("question") or "")
    reply = ask_file(
        Path(task.model),
        asked,
        ask=through_pipe(ask, model=task.payload.get("model")),
        language=task.payload.get("language") or AUTO,
    )
    said = {"question": asked, "answer": reply.text, "by": reply.by, "dropped": reply.dropped}
    said |= {"language": reply.language}
    return _answer(task, {"job_id": task.payload.get("model_job"), **said})


def _upload(task: Task) -> Path:
    if task.upload is None:
        raise InputError("The uploaded file is gone.", hint="Upload it again.", code="upload_gone")
    return Path(task.upload)


def _options(choices: Mapping[str, Any]) -> Options:
    known = {field.name for field in fields(Options)}
    values = {name: value for name, value in choices.items() if name in known and value is not None}
    if "predictors" in values:
        values["predictors"] = tuple(values["predictors"])
    return Options(**values)


def _answer(task: Task, content: Mapping[str, Any]) -> Mapping[str, Any]:
    text = to_json(dict(content))
    (Path(task.work_dir) / ANSWER).write_text(text, encoding="utf-8")
    return {"etag": hashlib.sha256(text.encode()).hexdigest()[:32]}


def as_json(value: Any) -> Any:
    """Return a frozen value of this package as JSON-ready objects: records as mappings, arrays as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return as_json(value.tolist())
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
