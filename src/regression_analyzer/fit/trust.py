"""Where the intervals of the chosen errors cannot be trusted to hold 95% exactly: findings, no numbers changed.

The limits are where `benchmarks/coverage.py` sees intervals leave 93% to 97%.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regression_analyzer.design.value import Design
from regression_analyzer.findings import Fact, Finding, Severity
from regression_analyzer.fit.choose_kind import ADJUSTED, KindChoice
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.small_sample import FEW_ROWS
from regression_analyzer.fit.value import Covariances, Fit, FloatArray

FEW_CLUSTERS = 30
"""Fewer make the usual clustered errors too small."""
FEW_CLUSTERS_ADJUSTED = 8
"""Fewer are too few to check what the adjusted ones rest on."""
FEW_FREEDOM = 5.0
"""Degrees of freedom below which one coefficient's robust interval is wider than it need be."""
SHORT_SERIES = 30.0
"""Series that are worth fewer independent rows than this."""


def doubts(fit: Fit, covariances: Covariances, design: Design, choice: KindChoice) -> tuple[Finding, ...]:
    """Say for which tables the intervals of the chosen errors are only about 95% ones.

    Parameters
    ----------
    choice : the kind that was chosen; one that was asked for is the user's own, and only few clusters are told
    """
    if choice.kind == "cluster":
        return tuple(_few_clusters(covariances, design, choice))
    if choice.asked:
        return ()
    if choice.kind == "HAC":
        return tuple(_short_series(fit, covariances, design))
    robust = choice.kind in {"HC2", "HC3"} and choice.adjusted
    if fit.family != "gaussian" or not (robust or choice.kind == "classical"):
        return ()
    if fit.n_obs <= FEW_ROWS:
        facts: dict[str, Fact] = {"rows": fit.n_obs, "robust": robust}
        return (Finding(code="few_rows_for_intervals", severity="info", facts=facts),)
    if not robust:
        return ()
    return tuple(_few_rows_of_weight(fit, covariances.freedom, design, choice.kind))


def _few_clusters(covariances: Covariances, design: Design, choice: KindChoice) -> Iterator[Finding]:
    count = covariances.n_clusters
    if count is None or count >= FEW_CLUSTERS:
        return
    severity: Severity = "info" if choice.adjusted and count >= FEW_CLUSTERS_ADJUSTED else "attention"
    facts: dict[str, Fact] = {"clusters": count, "adjusted": choice.adjusted}
    yield Finding(code="few_clusters", severity=severity, subject=design.cluster_column or "", facts=facts)


def _short_series(fit: Fit, covariances: Covariances, design: Design) -> Iterator[Finding]:
    """Rows that a series is worth: ``n (1 - m) / (1 + m)`` for errors that remember a share m of the one before.

    Bayley and Hammersley (1946), Supplement to the JRSS 8, 184-197, doi:10.2307/2983560.
    """
    memory = covariances.evidence.get("memory", covariances.evidence.get("lag_one_autocorrelation", 0.0))
    memory = min(max(memory, 0.0), 1.0)
    worth = fit.n_obs * (1.0 - memory) / (1.0 + memory)
    if worth < SHORT_SERIES:
        facts: dict[str, Fact] = {"rows": fit.n_obs, "worth": worth, "memory": memory}
        yield Finding(code="short_series", severity="attention", subject=design.time_column or "", facts=facts)


def _few_rows_of_weight(fit: Fit, freedom: Mapping[str, FloatArray], design: Design, kind: str) -> Iterator[Finding]:
    values = freedom.get(kind + ADJUSTED, freedom.get(kind))
    if values is None:
        return
    start = 1 if has_intercept_column(fit) else 0
    few = [(float(v), design.columns[int(c)].name) for v, c in zip(values, fit.kept, strict=True)][start:]
    few = sorted(item for item in few if item[0] < FEW_FREEDOM)
    if few:
        facts: dict[str, Fact] = {"columns": tuple(name for _, name in few), "freedom": few[0][0], "rows": fit.n_obs}
        yield Finding(code="few_rows_of_weight", severity="info", subject=few[0][1], facts=facts)
