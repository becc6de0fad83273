"""A file in, an analysis and its files out: the single call behind the command line and the jobs."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from regression_analyzer.analysis import Analysis, Options, analyze
from regression_analyzer.charts import draw_all, figures
from regression_analyzer.errors import AnalyzerError, InputError, NoSuchFileError, OutputError
from regression_analyzer.explain import PredictionModel, Predictions, edges_reader, from_spec, predict
from regression_analyzer.insight.ask import share_of
from regression_analyzer.insight.conversation import (
    OUTBOUND,
    Conversation,
    language_of,
    outbound_log,
    with_language_note,
)
from regression_analyzer.insight.languages import TELLABLE, language_in, language_set, with_language
from regression_analyzer.insight.question import Reply, answer_question
from regression_analyzer.insight.value import Answer, Ask, NotAvailable, Question, Sent, nobody
from regression_analyzer.languages import AUTO, language_asked
from regression_analyzer.profile import describe
from regression_analyzer.progress import Progress, part, silent
from regression_analyzer.report import (
    document,
    preview,
    render_html,
    render_markdown,
    reproduce_script,
    rows_behind,
    to_json,
    view,
)
from regression_analyzer.report.numbers_abroad import numbers_in
from regression_analyzer.report.points import points_of
from regression_analyzer.table import Limits, Table, read_table

ROWS = "rows.json"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outcome:
    """A finished analysis, its document as text, and where its files are."""

    analysis: Analysis
    document_json: str
    output_dir: Path


def analyze_file(
    source: Path | bytes | BinaryIO,
    *,
    options: Options,
    output_dir: Path,
    name: str | None = None,
    sheet: str | None = None,
    transpose: bool | None = None,
    limits: Limits | None = None,
    processes: int = 2,
    ask: Ask | None = None,
    for_page: bool = False,
    on_progress: Progress = silent,
) -> Outcome:
    """Analyse one file and write ``analysis.json``, the reports, the charts and the script.

    Nothing appears in ``output_dir`` before everything is written: files are made beside and moved. Of an analysis that
    fails only what left is written there, added to ``outbound.jsonl``.

    Parameters
    ----------
    source : the file
    name : what to call it (the base name of a path by default)
    output_dir : made if absent; results of an earlier run are replaced
    processes : that may draw charts at once
    for_page : write ``rows.json`` too: the rows behind the points of the charts
    ask : a language model; what leaves is written to ``outbound.jsonl``. None where rules do all

    Raises
    ------
    AnalyzerError
    """
    options = with_language(options, os.environ)
    talk = conversation(ask, options)
    with _logged(output_dir, talk.sent if talk else []):
        table = _read(
            source, options, talk, name=name, sheet=sheet, transpose=transpose, limits=limits, on_progress=on_progress
        )
        analysis = analyze(table, options, advise=talk.advise if talk else None, on_progress=on_progress)
    on_progress("draw", 0.8, "Drawing the charts")
    drawn = figures(analysis)
    images = draw_all(drawn, processes=processes)
    on_progress("tell", 0.95, "Writing the report")
    names = tuple(figure.name for figure in drawn)
    facts = document(analysis, names)
    before, analysis = analysis, told_by(talk, analysis, facts)
    facts = facts if analysis is before else document(analysis, names)
    text = to_json(facts)
    told = view(analysis, drawn, facts)
    files: dict[str, bytes] = {
        "analysis.json": text.encode(),
        "report.html": render_html(told, {n: b for n, b in images.items() if n.endswith(".svg")}).encode(),
        "report.md": render_markdown(told).encode(),
        "reproduce.py": reproduce_script(analysis).encode(),
    } | {f"charts/{image}": content for image, content in images.items()}
    if for_page:
        files[ROWS] = to_json(rows_behind(table, analysis.design, drawn)).encode()
    if talk is not None and talk.sent:
        files[OUTBOUND] = outbound_log(talk.sent).encode()
    write_files(output_dir, files)
    if OUTBOUND not in files:
        with _writing(output_dir):
            (output_dir / OUTBOUND).unlink(missing_ok=True)  # of an earlier run
    on_progress("tell", 1.0, "Done")
    return Outcome(analysis=analysis, document_json=text, output_dir=output_dir)


def _read(
    source: Path | bytes | BinaryIO,
    options: Options,
    talk: Conversation | None,
    *,
    name: str | None,
    sheet: str | None,
    transpose: bool | None,
    limits: Limits | None = None,
    on_progress: Progress,
) -> Table:
    """Read the file of an analysis: what is asked of its edges is the same in the analysis and in its preview."""
    on_progress("read", 0.0, "Reading the file")
    return read_table(
        source,
        name=name,
        sheet=sheet,
        transpose=transpose,
        overrides=options.overrides,
        limits=limits or Limits(),
        read_edges=talk.read_edges if talk else None,
        on_progress=part(on_progress, 0.0, 0.3),
    )


def conversation(ask: Ask | None, options: Options) -> Conversation | None:
    """Return what asks for an analysis; None where there is nobody to ask or the user wants nobody asked."""
    if ask is None or ask is nobody or options.skip_llm:
        return None
    return Conversation(ask, options, share_of(os.environ))


def told_by(talk: Conversation | None, analysis: Analysis, facts: Mapping[str, Any]) -> Analysis:
    """Have a finished analysis told by a language model, if there is one, in the language decided.

    Parameters
    ----------
    facts : its document
    """
    if talk is not None:
        analysis = talk.tell(analysis, facts, numbers_in(language_of(analysis).code))
    return with_language_note(analysis)


def outbound_preview(
    source: Path | bytes | BinaryIO,
    *,
    options: Options,
    ask: Ask,
    name: str | None = None,
    sheet: str | None = None,
    transpose: bool | None = None,
    on_progress: Progress = silent,
) -> list[Sent]:
    """Return what an analysis would send, byte for byte, if rules settled the plan; nothing is written.

    Where no model can be made of that plan, it is what would have been sent until then.

    Parameters
    ----------
    ask : makes requests and does not send them
    """
    options = with_language(options, os.environ)
    talk = conversation(ask, options)
    if talk is None:
        return []
    table = _read(source, options, talk, name=name, sheet=sheet, transpose=transpose, on_progress=on_progress)
    try:
        analysis = analyze(table, options, advise=talk.advise, on_progress=on_progress)
    except AnalyzerError:
        if not talk.sent:
            raise
        return talk.sent
    told_by(talk, analysis, document(analysis, ()))
    return talk.sent


def html_report(analysis: Analysis) -> str:
    """Return the report of an analysis as one self-contained HTML page, charts included."""
    drawn = figures(analysis)
    told = view(analysis, drawn, document(analysis, tuple(figure.name for figure in drawn)))
    return render_html(told, draw_all(drawn, kinds=("svg",), processes=1))


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files or none: into a folder beside, then moved into place.

    Raises
    ------
    OutputError
        No permission, no space, not a folder.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
        try:
            for relative, content in files.items():
                path = staging / relative
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            for entry in sorted(staging.iterdir()):
                _replace(entry, folder / entry.name, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _replace(new: Path, final: Path, staging: Path) -> None:
    """Move ``new`` over ``final``; a folder's old content goes away with the staging folder."""
    if final.is_dir() and not final.is_symlink():
        final.rename(staging / f".old-{final.name}")
    new.replace(final)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: ("the disk is full", "Free some space or choose another folder with --output-dir."),
            errno.EACCES: ("no permission to write there", "Choose another folder with --output-dir."),
            errno.EROFS: ("the file system is read-only", "Choose another folder with --output-dir."),
            errno.ENOTDIR: ("a part of the path is a file", "Choose another folder with --output-dir."),
            errno.EEXIST: ("a file of that name is in the way", "Choose another folder with --output-dir."),
        }
        reason, hint = reasons.get(error.errno or 0, (error.strerror or "the system refused", ""))
        raise OutputError(f"The results cannot be written to {folder}: {reason}.", hint=hint) from error


def preview_file(
    source: Path | bytes | BinaryIO,
    *,
    name: str | None = None,
    sheet: str | None = None,
    transpose: bool | None = None,
    target: str | None = None,
    overrides: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    on_progress: Progress = silent,
) -> dict[str, Any]:
    """Read and describe a file without fitting anything: what the preview page and call show.

    Returns
    -------
    dict
        JSON-ready: ``source``, ``rows``, ``ledger``, ``column_analysis``, ``first_rows``, ``decisions``,
        ``findings``; see ``report.preview``.
    """
    table = read_table(
        source,
        name=name,
        sheet=sheet,
        transpose=transpose,
        overrides=overrides or {},
        limits=limits or Limits(),
        on_progress=on_progress,
    )
    profile = describe(table, target=target, overrides=overrides or {}, on_progress=on_progress)
    return preview(table, profile)


def ask_file(path: Path, asked: str, *, ask: Ask, language: str = AUTO) -> Reply:
    """Answer a question about an ``analysis.json``; what leaves is added to ``outbound.jsonl`` beside it.

    Parameters
    ----------
    language : of the answer; ``"auto"``: what ``LLM_LANGUAGE`` says, else the language decided in the analysis

    Raises
    ------
    NoSuchFileError, InputError, UsageError, ConfigurationError, OutputError
    """
    wanted = language_asked(language)
    wanted = wanted if wanted != AUTO else language_set(os.environ)
    facts = _load_document(path)
    told = language_in(facts) if wanted == AUTO else TELLABLE[wanted]
    sent: list[Sent] = []

    def kept(question: Question) -> Answer | NotAvailable:
        said = ask(question)
        sent.extend(said.sent)
        return said

    with _logged(path.parent, sent):
        reply = answer_question(
            facts, asked, kept, numbers_in(told.code), share_of(os.environ), points_of=points_of, language=told
        )
    _log(path.parent, sent)
    return reply


@contextmanager
def _logged(folder: Path, sent: Sequence[Sent]) -> Iterator[None]:
    """Keep what left although what it left for fails."""
    try:
        yield
    except BaseException:
        _log(folder, sent)
        raise


def _log(folder: Path, sent: Sequence[Sent]) -> None:
    """Add what left to the log of a folder."""
    if not sent:
        return
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / OUTBOUND).open("a", encoding="utf-8") as log:
            log.write(outbound_log(sent))


def load_model(path: Path) -> PredictionModel:
    """Read the model out of an ``analysis.json``.

    Raises
    ------
    NoSuchFileError, InputError
    """
    return from_spec(_load_document(path)["prediction"])


def _load_document(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NoSuchFileError(f"There is no file {path}.", hint="Give the analysis.json of an analysis.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path.name} is not an analysis document.",
            hint="Give the analysis.json that the analyze command wrote.",
            code="not_an_analysis",
        ) from error
    if not isinstance(content, dict) or "prediction" not in content:
        raise InputError(
            f"{path.name} holds no model to predict with.",
            hint="Give the analysis.json that the analyze command wrote.",
            code="not_an_analysis",
        )
    return content


def predict_file(
    model: Path,
    source: Path | bytes | BinaryIO,
    *,
    name: str | None = None,
    sheet: str | None = None,
    limits: Limits | None = None,
) -> Predictions:
    """Predict the rows of a new file with the model of an ``analysis.json``."""
    found = load_model(model)
    edges = edges_reader(found)
    return predict(found, read_table(source, name=name, sheet=sheet, limits=limits or Limits(), read_edges=edges))
