"""The library's door: ``import regression_analyzer as ra``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from regression_analyzer import analysis as facts
from regression_analyzer.analysis import Options
from regression_analyzer.charts import figures
from regression_analyzer.explain import Predictions, edges_reader
from regression_analyzer.explain import predict as predict_rows
from regression_analyzer.insight.ask import make_ask
from regression_analyzer.insight.languages import with_language
from regression_analyzer.languages import AUTO
from regression_analyzer.progress import Progress, silent
from regression_analyzer.report import document, summary, to_json
from regression_analyzer.service import conversation, html_report, load_model, told_by
from regression_analyzer.table import Limits, read_table


class Analysis(facts.Analysis):
    """A finished analysis with the ways to tell it.

    Every fact is an attribute (``analysis.fit``, ``analysis.findings`` ...); the methods only tell them.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis document (``report/analysis.schema.json``)."""
        return document(self, tuple(figure.name for figure in figures(self)))

    def to_json(self) -> str:
        """Return the analysis document as JSON: what ``--json-output`` prints and ``analysis.json`` holds."""
        return to_json(self.to_dict())

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        return html_report(self)

    def summary(self) -> str:
        """Return the main results as text for a terminal."""
        return summary(self)

    def predict(self, new: object) -> Predictions:
        """Predict the rows of a new table (anything ``analyze`` reads), matched by column name."""
        return predict(self, new)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Analysis of {self.design.target_expression}: {self.fit.n_obs} rows, {self.design.formula}>"


def analyze(  # noqa: PLR0917  the promised signature
    source: object,
    target: str | None = None,
    predictors: Sequence[str] | None = None,
    formula: str | None = None,
    family: str = "auto",
    reference: Mapping[str, str] | None = None,
    covariance: str = "auto",
    *,
    weights: str | None = None,
    context: str | None = None,
    skip_llm: bool = False,
    model: str | None = None,
    language: str = AUTO,
    sheet: str | None = None,
    transpose: bool | None = None,
    overrides: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    on_progress: Progress = silent,
) -> Analysis:
    """Analyse a table.

    Parameters
    ----------
    source : path, bytes, open binary file, or any data frame (pandas, polars, Arrow, DuckDB relation)
    target, predictors : column names; chosen with a stated reason where not given
    formula : Wilkinson text that replaces both (``"price ~ area * city + log(age)"``)
    family : ``"auto"``, ``"gaussian"``, ``"binomial"``, ``"poisson"``, ``"negative-binomial"``, ``"gamma"``,
        ``"multinomial"``
    reference : column -> level that the others are compared with
    covariance : ``"auto"``, ``"classical"``, ``"HC0"`` ... ``"HC3"``, ``"cluster:COLUMN"``, ``"HAC"``
    weights : column of case weights
    context : what the data is about and who reads the result, for the language model
    skip_llm : ask no language model; none is asked either where the environment holds no key
    model : language model to ask
    language : that it tells the result in: ``"en"``, ``"de"``, ``"fr"``, ``"es"``, ``"it"``, or ``"auto"``: what
        ``LLM_LANGUAGE`` says, else the file's own
    overrides : decision id -> value, replacing any automatic choice
    on_progress : called with stage, fraction and message

    Returns
    -------
    Analysis

    Raises
    ------
    AnalyzerError
        ``UsageError`` where a choice does not fit, ``InputError`` where the data cannot be analysed.
    """
    options = Options(
        target=target,
        predictors=None if predictors is None else tuple(predictors),
        formula=formula,
        family=family,
        reference=dict(reference or {}),
        covariance=covariance,
        weights=weights,
        context=context,
        skip_llm=skip_llm,
        model=model,
        language=language,
        overrides=dict(overrides or {}),
    )
    options = with_language(options, os.environ)
    on_progress("read", 0.0, "Reading the table")
    talk = conversation(make_ask(os.environ, skip=skip_llm, model=model), options)
    table = read_table(
        source,
        sheet=sheet,
        transpose=transpose,
        overrides=options.overrides,
        limits=limits or Limits(),
        read_edges=talk.read_edges if talk else None,
        on_progress=on_progress,
    )
    result = facts.analyze(table, options, advise=talk.advise if talk else None, on_progress=on_progress)
    result = told_by(talk, result, document(result, ()) if talk is not None else {})
    return Analysis(**{field.name: getattr(result, field.name) for field in fields(result)})


def predict(model: Analysis | str | Path, new: object) -> Predictions:
    """Predict new rows.

    Parameters
    ----------
    model : an Analysis, or the path of an ``analysis.json``
    new : anything ``analyze`` reads; columns are matched by name

    Returns
    -------
    Predictions
    """
    prediction = model.prediction if isinstance(model, facts.Analysis) else load_model(Path(model))
    return predict_rows(prediction, read_table(new, read_edges=edges_reader(prediction)))
