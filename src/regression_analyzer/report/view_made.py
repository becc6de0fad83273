"""Section seven: how this was made."""

from __future__ import annotations

import platform
from importlib import metadata

from regression_analyzer.analysis import Analysis
from regression_analyzer.findings import Skipped
from regression_analyzer.report.analysis_document import LIBRARIES
from regression_analyzer.report.blocks import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Grid,
    Heading,
    Paragraph,
    Section,
)
from regression_analyzer.report.prose import prose
from regression_analyzer.report.questions import question_for
from regression_analyzer.report.view_data import decisions_grid, is_reading
from regression_analyzer.report.wording import words_for
from regression_analyzer.version import __version__

OF_COLUMNS = ("role.", "predictor.")
"""Decisions about single columns; they follow those about the model."""
ESTIMATION = {
    "gaussian": ("Least squares by orthogonal factors (QR)", "Golub and Van Loan (2013), Matrix Computations"),
    "other": (
        "Generalized linear model by iteratively reweighted least squares",
        "McCullagh and Nelder (1989), doi:10.1007/978-1-4899-3242-6",
    ),
}
COVARIANCES = {
    "HC": ("Errors robust to uneven spread", "MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7"),
    "cluster": ("Clustered errors", "Cameron and Miller (2015), doi:10.3368/jhr.50.2.317"),
    "HAC": ("Errors robust to autocorrelation", "Newey and West (1987), doi:10.2307/1913610"),
}
PENALISED = {
    "gaussian": (
        "Least squares with a penalty on the size of coefficients (lasso, ridge)",
        "Tibshirani (1996), doi:10.1111/j.2517-6161.1996.tb02080.x; "
        "Hoerl and Kennard (1970), doi:10.1080/00401706.1970.10488634",
    ),
    "other": (
        "Likelihood with a penalty on the size of coefficients (lasso, ridge)",
        "Friedman, Hastie and Tibshirani (2010), doi:10.18637/jss.v033.i01",
    ),
}
CHOICE = "Long and Ervin (2000), doi:10.1080/00031305.2000.10474549"
HOLM = ("p-values corrected for the number of coefficients", "Holm (1979), Scandinavian Journal of Statistics 6, 65-70")

FREEDOM = {
    "HC3": (
        "Degrees of freedom of errors that hang on few rows",
        "Bell and McCaffrey (2002); Imbens and Kolesar (2016), doi:10.1162/REST_a_00552",
    ),
    "cluster": (
        "Clustered errors for few clusters (CR2)",
        "Bell and McCaffrey (2002); Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004",
    ),
    "HAC": (
        "Errors robust to autocorrelation in short series",
        "Lazarus, Lewis, Stock and Watson (2018), doi:10.1080/07350015.2018.1506926; "
        "Kiefer and Vogelsang (2005), doi:10.1017/S0266466605050565",
    ),
}
LIKELIHOOD = {
    "profile": ("Intervals from the profile likelihood", "Venzon and Moolgavkar (1988), doi:10.2307/2347496"),
    "profile-adjusted": (
        "Intervals from the profile likelihood, corrected for the other coefficients (r*)",
        "Barndorff-Nielsen (1986), doi:10.1093/biomet/73.2.307; "
        "Pierce and Peters (1992), doi:10.1111/j.2517-6161.1992.tb01445.x",
    ),
}
TYPE_TWO = ("Tests of whole terms that keep to marginality (type II)", "Langsrud (2003), doi:10.1023/A:1023260610025")


def made_section(analysis: Analysis) -> Section:
    """Return decisions, methods, versions and the way to repeat it."""
    blocks: list[Block] = []
    decisions = [decision for decision in analysis.decisions if not is_reading(decision)]
    decisions.sort(key=lambda decision: decision.id.startswith(OF_COLUMNS))
    if decisions:
        blocks += [Heading(text="What was decided", anchor="decisions"), decisions_grid(decisions, "Decisions")]
    blocks += [Heading(text="Methods", anchor="methods"), _methods_grid(analysis)]
    blocks += [Heading(text="To repeat it", anchor="repeat")]
    blocks.append(
        Paragraph(
            text=prose(
                "reproduce.py, written beside this report, rebuilds the columns with pandas, fits the model with "
                "statsmodels and compares every coefficient; it stops with an error where one differs by more than "
                "a millionth. python reproduce.py FILE --verify does so in a fresh process and tells the largest "
                "relative difference. analysis.json holds every number in full precision."
            )
        )
    )
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    blocks.append(
        Facts(
            items=(
                Fact(name="SHA-256 of the file", value=analysis.source.sha256, code=True),
                Fact(name="Program", value=f"regression-analyzer {__version__}"),
                Fact(name="Computed with", value=f"Python {platform.python_version()}, {libraries}"),
                Fact(name="Sent to a language model", value=_sent(analysis)),
            )
        )
    )
    return Section(anchor="made", title="How this was made", blocks=tuple(blocks))


def _sent(analysis: Analysis) -> str:
    """Say what left for a language model."""
    asked = next((finding for finding in analysis.findings if finding.code == "llm_asked"), None)
    return "nothing; the sentences were made by rules" if asked is None else words_for(asked).evidence


def _methods_grid(analysis: Analysis) -> Grid:
    group = "gaussian" if analysis.fit.family == "gaussian" else "other"
    methods = [ESTIMATION[group], *([PENALISED[group]] if analysis.selection is not None else [])]
    inference = analysis.inference
    covariance = COVARIANCES.get("HC" if inference.kind[:2] == "HC" else inference.kind)
    if covariance is not None:
        methods += [covariance, ("Choice between kinds of errors by the size of the unevenness", CHOICE)]
    if inference.adjusted:
        methods.append(FREEDOM.get(inference.kind, FREEDOM["HC3"]))
    if inference.intervals in LIKELIHOOD:
        methods.append(LIKELIHOOD[inference.intervals])
    methods += [HOLM, TYPE_TWO]
    for check in analysis.diagnostics.checks:
        words = question_for(check.name)
        if not isinstance(check.result, Skipped) and words.reference:
            methods.append((words.method[0].upper() + words.method[1:], words.reference))
    rows = tuple((Cell(text=method), Cell(text=reference)) for method, reference in methods)
    return Grid(caption="Methods used", columns=(Column(title="Method"), Column(title="Source")), rows=rows)
