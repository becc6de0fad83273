"""The command line: ``regression-analyzer analyze FILE`` and its siblings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from regression_analyzer.errors import (
    AnalyzerError,
    ConfigurationError,
    InputError,
    NoSuchFileError,
    OutputError,
    UsageError,
)
from regression_analyzer.lighten import lighten
from regression_analyzer.version import __version__

if TYPE_CHECKING:
    from regression_analyzer.analysis import Options
    from regression_analyzer.progress import Progress

EXIT_USAGE = 2
EXIT_DATA = 65
EXIT_NO_INPUT = 66
EXIT_DEFECT = 70
EXIT_CONFIGURATION = 78

EXIT_CODES: tuple[tuple[type[AnalyzerError], int], ...] = (
    (NoSuchFileError, EXIT_NO_INPUT),
    (InputError, EXIT_DATA),
    (OutputError, EXIT_DATA),
    (UsageError, EXIT_USAGE),
    (ConfigurationError, EXIT_CONFIGURATION),
)

app = typer.Typer(
    name="regression-analyzer",
    help="Give it a table (CSV, Excel, Parquet); get a regression analysis and a report anyone can read.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"regression-analyzer {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Give it a table (CSV, Excel, Parquet); get a regression analysis and a report anyone can read."""


@app.command()
def analyze(  # noqa: PLR0917  one parameter an option
    file: Annotated[str, typer.Argument(help="CSV, TSV, Excel, OpenDocument, Parquet or JSON; - for standard input.")],
    target: Annotated[str | None, typer.Option("--target", "-t", help="Column to explain.")] = None,
    predictor: Annotated[list[str] | None, typer.Option("--predictor", "-p", help="Column that explains.")] = None,
    formula: Annotated[
        str | None, typer.Option("--formula", "-f", help="Wilkinson formula: 'price ~ area * city + log(age)'.")
    ] = None,
    family: Annotated[
        str, typer.Option(help="auto, gaussian, binomial, poisson, negative-binomial, gamma or multinomial.")
    ] = "auto",
    reference: Annotated[
        list[str] | None, typer.Option("--reference", "-r", metavar="COL=LEVEL", help="Level others are compared with.")
    ] = None,
    covariance: Annotated[
        str, typer.Option(help="auto, classical, HC0, HC1, HC2, HC3, cluster:COL or HAC; HC3-adjusted and so on.")
    ] = "auto",
    weights: Annotated[str | None, typer.Option(help="Column of case weights.")] = None,
    context: Annotated[str | None, typer.Option("--context", "-c", help="What the data is about.")] = None,
    output_dir: Annotated[Path, typer.Option("--output-dir", "-o", help="Where the report goes.")] = Path("output"),
    check_transpose: Annotated[
        bool, typer.Option("--check-transpose/--no-transpose", help="Turn a table that lies on its side.")
    ] = True,
    skip_llm: Annotated[bool, typer.Option("--skip-llm/--use-llm", help="Ask no language model.")] = False,
    model: Annotated[str | None, typer.Option("--model", "-m", help="Language model to ask.")] = None,
    language: Annotated[
        str, typer.Option(help="Language that a model tells the result in: auto, en, de, fr, es or it.")
    ] = "auto",
    json_output: Annotated[
        bool, typer.Option("--json-output", "-j", help="Print the analysis as one JSON document.")
    ] = False,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    override: Annotated[
        list[str] | None, typer.Option("--override", metavar="ID=VALUE", help="Replace an automatic decision.")
    ] = None,
    llm_preview: Annotated[
        bool, typer.Option("--llm-preview", help="Print what would be sent to a language model, and stop.")
    ] = False,
) -> None:
    """Analyse FILE and write report.html, report.md, analysis.json, charts/ and reproduce.py."""
    with _errors_told(json_output=json_output):
        lighten()
        from regression_analyzer.analysis import Options  # noqa: PLC0415  numeric libraries load only here
        from regression_analyzer.insight.ask import make_ask  # noqa: PLC0415
        from regression_analyzer.service import analyze_file  # noqa: PLC0415

        options = Options(
            target=target,
            predictors=tuple(predictor) if predictor else None,
            formula=formula,
            family=family,
            reference=_pairs(reference, "--reference", "COL=LEVEL"),
            covariance=covariance,
            weights=weights,
            context=context,
            skip_llm=skip_llm,
            model=model,
            language=language,
            overrides=_pairs(override, "--override", "ID=VALUE"),
        )
        if llm_preview:
            typer.echo(_outbound_preview(file, options, sheet, transpose=None if check_transpose else False))
            return
        with _progress() as on_progress:
            outcome = analyze_file(
                _input(file),
                name="standard input" if file == "-" else None,
                options=options,
                output_dir=output_dir,
                sheet=sheet,
                transpose=None if check_transpose else False,
                ask=make_ask(os.environ, skip=skip_llm, model=model),
                on_progress=on_progress,
            )
        if json_output:
            sys.stdout.write(outcome.document_json)
        else:
            from regression_analyzer.report import summary  # noqa: PLC0415

            typer.echo(summary(outcome.analysis))
            typer.echo(f"\nReport: {outcome.output_dir / 'report.html'}")


@app.command()
def predict(
    analysis: Annotated[Path, typer.Argument(help="analysis.json of an earlier analysis.")],
    file: Annotated[str, typer.Argument(help="New rows, with the same column names; - for standard input.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV to write; standard output if absent.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
) -> None:
    """Predict new rows, with intervals and a flag where a row is outside what the model has seen."""
    with _errors_told():
        from regression_analyzer.report import predictions_csv  # noqa: PLC0415
        from regression_analyzer.service import predict_file, write_files  # noqa: PLC0415

        predictions = predict_file(analysis, _input(file), sheet=sheet)
        text = predictions_csv(predictions)
        if output is None:
            sys.stdout.write(text)
            return
        write_files(output.parent, {output.name: text.encode()})
        outside = sum(not inside for inside in predictions.in_domain)
        typer.echo(f"{len(predictions.row)} rows predicted, {outside} outside what the model has seen: {output}")
        if predictions.note:
            typer.echo(f"Predicted is {predictions.note}.")


@app.command()
def ask(
    analysis: Annotated[Path, typer.Argument(help="analysis.json of an earlier analysis.")],
    question: Annotated[str, typer.Argument(help="What you want to know about it.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="Language model to ask.")] = None,
    language: Annotated[str, typer.Option(help="Language of the answer: auto, en, de, fr, es or it.")] = "auto",
) -> None:
    """Answer a question about a finished analysis, from its document alone."""
    with _errors_told():
        from regression_analyzer.insight.ask import make_ask  # noqa: PLC0415
        from regression_analyzer.service import ask_file  # noqa: PLC0415

        reply = ask_file(analysis, question, ask=make_ask(os.environ, model=model), language=language)
        typer.echo(reply.text or "The analysis does not answer that, or no answer could be checked against it.")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HOST, else 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (PORT, else 8000).")] = None,
) -> None:
    """Serve the page and the API."""
    with _errors_told():
        from regression_analyzer.api.server import serve as run_server  # noqa: PLC0415

        raise typer.Exit(run_server(host=host, port=port))


@app.command()
def worker() -> None:
    """Work on queued analyses, beside a server started with WORKERS=0."""
    with _errors_told():
        from regression_analyzer.jobs.worker import main as run_worker  # noqa: PLC0415

        raise typer.Exit(run_worker())


@app.command()
def certify() -> None:
    """Analyse NIST's certified data sets on this machine and count the correct digits."""
    with _errors_told():
        lighten()
        from regression_analyzer.certify import certify as run  # noqa: PLC0415

        found = run()
        typer.echo(f"{'set':10} {'required':>9} {'coefficients':>13} {'errors':>8}")
        for entry in found:
            verdict = "" if entry.passed else "   falls short"
            numbers = f"{entry.required:9.1f} {entry.coefficients:13.1f} {entry.errors:8.1f}"
            typer.echo(f"{entry.name:10} {numbers}{verdict}")
        if not all(entry.passed for entry in found):
            raise typer.Exit(1)


@app.command()
def check() -> None:
    """Check the settings and the folders, and print what is in force (keys masked)."""
    with _errors_told():
        from regression_analyzer.api.preflight import report  # noqa: PLC0415

        typer.echo(report())


@app.command()
def providers() -> None:
    """List the language model providers and whether each is available."""
    with _errors_told():
        from regression_analyzer.insight.registry import describe  # noqa: PLC0415

        typer.echo(describe(os.environ))


def main() -> None:
    """Entry point of the ``regression-analyzer`` command."""
    app()


def _input(file: str) -> Path | BinaryIO:
    return sys.stdin.buffer if file == "-" else Path(file)


def _outbound_preview(file: str, options: Options, sheet: str | None, *, transpose: bool | None) -> str:
    """Return the requests that an analysis would send, as the log would hold them."""
    from regression_analyzer.insight.ask import make_ask  # noqa: PLC0415
    from regression_analyzer.insight.conversation import outbound_log  # noqa: PLC0415
    from regression_analyzer.service import outbound_preview  # noqa: PLC0415

    ask = make_ask(os.environ, skip=options.skip_llm, model=options.model, send=False)
    name = "standard input" if file == "-" else None
    sent = outbound_preview(_input(file), options=options, ask=ask, name=name, sheet=sheet, transpose=transpose)
    if not sent:
        return "Nothing would be sent: there is no key, no provider is named, or --skip-llm is set."
    return outbound_log(sent).rstrip("\n")


def _pairs(values: list[str] | None, option: str, form: str) -> dict[str, str]:
    pairs = {}
    for value in values or []:
        key, separator, content = value.partition("=")
        if not separator or not key:
            raise UsageError(f"{option} needs the form {form}; {value!r} is not.", code="bad_option")
        pairs[key] = content
    return pairs


@contextmanager
def _errors_told(*, json_output: bool = False) -> Iterator[None]:
    """Turn errors into one line on standard error and the exit code that CONTRACT names."""
    try:
        yield
    except AnalyzerError as error:
        _tell(error, json_output=json_output)
        raise typer.Exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind))) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(0) from None
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:  # the last line of defence: a defect is said, never dumped
        if os.environ.get("REGRESSION_ANALYZER_DEBUG"):
            raise
        defect = AnalyzerError(
            f"A defect in regression-analyzer {__version__}: {type(error).__name__}: {error}.",
            hint="Please report it; REGRESSION_ANALYZER_DEBUG=1 shows where it happened.",
            code="defect",
        )
        _tell(defect, json_output=json_output)
        raise typer.Exit(EXIT_DEFECT) from None


def _tell(error: AnalyzerError, *, json_output: bool) -> None:
    line = " ".join(str(error).split())
    typer.echo(f"regression-analyzer: {line}", err=True)
    if json_output:
        import json  # noqa: PLC0415

        body = {"status": "failed", "error": {"code": error.code, "message": error.message, "hint": error.hint}}
        typer.echo(json.dumps(body, ensure_ascii=False))


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar on standard error, only where that is a terminal."""
    if not sys.stderr.isatty():
        yield _nothing
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=1.0)

        def show(_stage: str, fraction: float, message: str) -> None:
            bar.update(task, completed=fraction, description=message)

        yield show


def _nothing(_stage: str, _fraction: float, _message: str) -> None:
    return None
