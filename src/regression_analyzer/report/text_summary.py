"""The main results as some lines of text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.findings import SEVERITY_ORDER
from regression_analyzer.fit.value import Coefficient
from regression_analyzer.report.effects import effects
from regression_analyzer.report.numbers import (
    count_of,
    fmt_estimate,
    fmt_int,
    fmt_interval,
    fmt_p_cell,
    fmt_pct,
    shorten,
)
from regression_analyzer.report.prose import plain_text
from regression_analyzer.report.sentences import headline, overall_test, quality
from regression_analyzer.report.view_intervals import INTERVAL_WORDS
from regression_analyzer.report.view_model import kind_words
from regression_analyzer.report.view_outcomes import outcomes_sentence
from regression_analyzer.report.wording import words_for

MOST_COEFFICIENTS = 10
MOST_FINDINGS = 5
NAME_WIDTH = 36
LINE = 110


def summary(analysis: Analysis) -> str:
    """Return about 25 lines: the answer, the fit, the coefficients that weigh most, what needs attention."""
    design, fit, inference = analysis.design, analysis.fit, analysis.inference
    lines = [plain_text(headline(analysis, effects(analysis))), ""]
    lines.append(
        f"{shorten(analysis.source.name)}: {fmt_int(fit.n_obs)} of {count_of(analysis.rows_in_file, 'row')} used"
    )
    lines.append(f"{shorten(design.formula, LINE - 20)}  ({fit.family}, {fit.link})")
    lines += outcomes_sentence(analysis)
    lines.append(plain_text(quality(analysis)[0]))
    overall = overall_test(analysis)
    if overall:
        lines.append(f"All slopes zero: {overall}")
    lines.append(f"Standard errors: {kind_words(inference.column)}")
    if inference.intervals != "wald":
        lines.append(f"Intervals and p-values: {INTERVAL_WORDS[inference.intervals]}")
    lines += ["", *_coefficients(inference.coefficients, inference.level), ""]
    lines += _findings(analysis)
    return "\n".join(lines)


def _coefficients(rows: Sequence[Coefficient], level: float) -> list[str]:
    ordered = list(rows)
    if len(ordered) > MOST_COEFFICIENTS:
        ordered.sort(key=lambda row: -abs(row.statistic) if math.isfinite(row.statistic) else 0.0)
    shown = ordered[:MOST_COEFFICIENTS]
    cells = [("", "estimate", f"{fmt_pct(level)} interval", "p")]
    for row in shown:
        bounded = math.isfinite(row.ci_low) and math.isfinite(row.ci_high)
        interval = fmt_interval(row.ci_low, row.ci_high) if bounded else "none"
        estimate = fmt_estimate(row.estimate, row.ci_low, row.ci_high)
        cells.append((shorten(row.term, NAME_WIDTH), estimate, interval, fmt_p_cell(row.p_value)))
    widths = [max(len(line[i]) for line in cells) for i in range(4)]
    lines = [
        f"{name:<{widths[0]}}  {estimate:>{widths[1]}}  {interval:>{widths[2]}}  {p:>{widths[3]}}".rstrip()
        for name, estimate, interval, p in cells
    ]
    rest = len(ordered) - len(shown)
    return [*lines, f"... and {count_of(rest, 'more coefficient')}, weaker"] if rest > 0 else lines


def _findings(analysis: Analysis) -> list[str]:
    serious = [finding for finding in analysis.findings if finding.severity != "info"]
    serious.sort(key=lambda finding: SEVERITY_ORDER[finding.severity])
    if not serious:
        return ["Nothing needs attention."]
    lines = [
        f"[{finding.severity}] {shorten(words_for(finding).evidence, 2 * LINE)}" for finding in serious[:MOST_FINDINGS]
    ]
    rest = len(serious) - MOST_FINDINGS
    return [*lines, f"... and {count_of(rest, 'more point')} in the report"] if rest > 0 else lines
