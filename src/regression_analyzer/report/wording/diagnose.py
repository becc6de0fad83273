"""What the reader is told about how well the model's assumptions hold."""

from __future__ import annotations

import math

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_pct, listing, shorten
from regression_analyzer.report.wording import Wording, Words
from regression_analyzer.report.wording.errors import ROBUST, errors_done
from regression_analyzer.report.wording.facts import items, names, number, whole
from regression_analyzer.report.wording.sources import BELSLEY

PAGAN = "Koenker (1981), doi:10.1016/0304-4076(81)90062-2; MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7"
RAMSEY = "Ramsey (1969), doi:10.1111/j.2517-6161.1969.tb00796.x"
NEWEY = "Newey and West (1987), doi:10.2307/1913610"
COCHRAN = "Lumley et al. (2002), doi:10.1146/annurev.publhealth.23.100901.140546"
CAMERON = "Cameron and Trivedi (1990), doi:10.1016/0304-4076(90)90014-K"
OBRIEN = "O'Brien (2007), doi:10.1007/s11135-006-9018-6"
COOK = "Cook (1977), doi:10.2307/1268249"


def _rows(finding: Finding, digits: int = 2) -> str:
    """Return "row 4 (5.0)" or "rows 4 (5.0), 9 (4.2) and 3 more"."""
    rows, values = items(finding.facts["rows"]), items(finding.facts["values"])
    shown = [f"{fmt_int(number(r))} ({fmt(number(v), digits)})" for r, v in zip(rows, values, strict=True)]
    return f"{'row' if len(shown) == 1 else 'rows'} {listing(shown)}"


def _heteroscedasticity(finding: Finding) -> Words:
    facts = finding.facts
    test = "Breusch-Pagan" if facts["check"] == "breusch_pagan" else "White"
    tested = f"{test} {fmt(number(facts['statistic']))} on {fmt(number(facts['df']))} df, {fmt_p(number(facts['p']))}"
    by_prediction = number(facts["by_prediction"])
    ratio = fmt(number(facts["effect"]), 2)
    if by_prediction >= 1.5:
        seen = (
            f"Errors grow with the prediction: in the highest fifth they spread {fmt(by_prediction, 2)} times as wide"
        )
        seen += " as in the lowest"
    elif by_prediction <= 1 / 1.5:
        seen = "Errors shrink as the prediction grows: in the lowest fifth they spread "
        seen += f"{fmt(1 / by_prediction, 2)} times as wide as in the highest"
    else:
        seen = f"Errors spread {ratio} times as wide in one fifth of the rows as in another"
    return Words(
        evidence=f"{seen} ({tested}).",
        advice=(
            "Robust (HC3) errors allow for it in the coefficients; intervals for single new cases do not, and are "
            "too narrow where errors are wide. A logarithm of a positive target often evens the spread."
            f"{errors_done(finding, *ROBUST)}"
        ),
        reference=PAGAN,
    )


def _curvature(finding: Finding) -> Words:
    facts = finding.facts
    gain = number(facts["gain"])
    points = "" if math.isnan(gain) else f", {fmt(100.0 * gain, 2)} points of R²"
    return Words(
        evidence=(
            f"The relation bends: squares and cubes of the prediction explain {fmt_pct(number(facts['effect']))} of "
            f"what the straight line leaves unexplained{points} (RESET F({fmt(number(facts['df']))}, "
            f"{fmt_int(number(facts['df2']))}) = {fmt(number(facts['statistic']))}, {fmt_p(number(facts['p']))})."
        ),
        advice=(
            "Effects are averages over a curve. Look at the partial residuals for the predictor that bends, and try "
            "its logarithm, its square, or a product with another predictor."
        ),
        reference=RAMSEY,
    )


def _non_normal(finding: Finding) -> Words:
    facts = finding.facts
    skewness, kurtosis = number(facts["skewness"]), number(facts["kurtosis"])
    side = "towards high values" if skewness > 0 else "towards low values"
    heavy = f"heavy tails (kurtosis {fmt(kurtosis, 2)}, a bell shape has 3)" if kurtosis >= 4.5 else ""
    if abs(skewness) >= 0.5:
        shape = f"lean {side} (skewness {fmt(skewness, 2)}){f' with {heavy}' if heavy else ''}"
    else:
        shape = f"are hardly lopsided but have {heavy}" if heavy else "are not quite bell-shaped"
    rows = fmt_int(number(facts["rows"]))
    if facts["matters"] == "coefficients":
        return Words(
            evidence=f"Errors {shape}, too much for {rows} rows to average out ({fmt_p(number(facts['p']))}).",
            advice=(
                "Read p-values near 0.05 with care. A logarithm or a square root of the target, or another family "
                "(gamma, Poisson), may suit it; outliers listed below may be the reason."
            ),
            reference=COCHRAN,
        )
    return Words(
        evidence=f"Errors {shape} ({fmt_p(number(facts['p']))}).",
        advice=(
            f"With {rows} rows this hardly touches the coefficients' intervals. Intervals for single new cases assume "
            "a bell shape: read them as rough."
        ),
        reference=COCHRAN,
    )


def _autocorrelation(finding: Finding) -> Words:
    facts = finding.facts
    correlation = number(facts["correlation"])
    alike = "resemble each other" if correlation > 0 else "alternate in sign"
    seen = f"(correlation {fmt(correlation, 2)}, {fmt_p(number(facts['p']))})"
    if facts["ordered"]:
        order = "rows put in the order of time" if facts["rearranged"] else "rows that follow each other in time"
        return Words(
            evidence=f"Errors of {order} {alike} {seen}.",
            advice=(
                "Ordinary errors are then too small or too large; errors that allow for it (HAC) are the remedy. A "
                "trend, a season or the value of the time before is probably missing from the model."
                f"{errors_done(finding, 'HAC', 'cluster')}"
            ),
            reference=NEWEY,
        )
    return Words(
        evidence=f"Errors of neighbouring rows in the file {alike} {seen}, and no column says what the order means.",
        advice=(
            "If rows are in the order of time, use errors that allow for it (covariance HAC); if neighbours belong "
            "together (one person, one place), name the column that says so (covariance cluster:COLUMN). If the file "
            "is sorted by a column that is not in the model, that column may be the reason."
            f"{errors_done(finding, 'HAC', 'cluster')}"
        ),
        reference=NEWEY,
    )


def _collinearity(finding: Finding) -> Words:
    facts = finding.facts
    name = shorten(str(facts["column"]))
    others = names(facts["others"])
    with_others = f"{listing(others)}" if others else "the other predictors together"
    return Words(
        evidence=(
            f"{name} says much the same as {with_others}: overlap makes the error of its coefficient "
            f"{fmt(number(facts['error_factor']), 2)} times as large (variance inflation "
            f"{fmt(number(facts['vif']), 2)})."
        ),
        advice=(
            "Predictions are not hurt, but the single coefficients cannot be told apart well: read them together, keep "
            "the one that makes most sense, or combine them (a sum, a ratio, a rate per head)."
        ),
        reference=OBRIEN,
    )


def _high_leverage(finding: Finding) -> Words:
    full = whole(finding.facts["full"])
    alone = ""
    if full == 1:
        alone = " 1 row is fitted by itself alone, whatever it says; residuals and HC3 errors leave it out."
    elif full:
        alone = f" {fmt_int(full)} rows are fitted by themselves alone; residuals and HC3 errors leave them out."
    mean = fmt(number(finding.facts["mean"]), 2)
    return Words(
        evidence=f"Unlike all others in their predictors: {_rows(finding)}; leverage, {mean} on average.{alone}",
        advice=(
            "Check these rows for slips of the pen. A level of a category that few rows have does this too: merge it "
            "with another level, or leave its rows out."
        ),
        reference="Huber (1981), Robust Statistics, section 7.2, doi:10.1002/0471725250",
    )


def _influential(finding: Finding) -> Words:
    facts = finding.facts
    decides = ""
    if "row" in facts:
        term = shorten(str(facts["term"]))
        turn = "changes its sign" if facts["sign_changes"] else f"moves from {fmt_p(number(facts['p_with']))}"
        to = "" if facts["sign_changes"] else f" to {fmt_p(number(facts['p_without']))}"
        decides = f" Without row {fmt_int(number(facts['row']))}, {term} {turn}{to} (ordinary errors)."
    large = number(facts["largest"]) >= 0.5
    first = (
        f"Single rows weigh heavily on the result: {_rows(finding)} by Cook's distance."
        if large
        else f"The largest Cook's distance is small: {_rows(finding)}."
    )
    return Words(
        evidence=f"{first}{decides}",
        advice=(
            "Look at these rows first. Mend what is wrong; report the result with and without what is right but "
            "unusual, and do not drop a row because it is inconvenient."
        ),
        reference=COOK,
    )


def _outliers(finding: Finding) -> Words:
    count = whole(finding.facts["count"])
    lie = "row lies" if count == 1 else "rows lie"
    return Words(
        evidence=(
            f"{fmt_int(count)} {lie} further from the prediction than chance explains: {_rows(finding)}; distance in "
            f"standard errors, the furthest with {fmt_p(number(finding.facts['p']))} after Bonferroni."
        ),
        advice=(
            "Check them for slips of the pen, other units or another kind of case; they are used as they are."
            f"{_estimate_without(finding, one=count == 1)}"
        ),
        reference=BELSLEY,
    )


def _estimate_without(finding: Finding, *, one: bool) -> str:
    """Say what the coefficient that moves most would be without the rows; starts with a blank, "" where not known."""
    facts = finding.facts
    before, after, error = (facts.get(key) for key in ("estimate_with", "estimate_without", "std_error"))
    if not (isinstance(before, float) and isinstance(after, float) and isinstance(error, float)):
        return ""
    size = abs(after - before) / error if error > 0.0 else math.inf
    return (
        f" Without {'it' if one else 'them'} the coefficient of {shorten(str(facts['term']))}, which moves most, would "
        f"go from {fmt(before)} to {fmt(after)} ({fmt(size, 2)} standard errors)."
    )


def _overdispersion(finding: Finding) -> Words:
    facts = finding.facts
    ratio = number(facts["effect"])
    what, other = (
        ("Counts", "a negative binomial model")
        if facts["family"] == "poisson"
        else ("Shares", "a quasi-binomial model, which scales the errors")
    )
    return Words(
        evidence=(
            f"{what} scatter {fmt(ratio, 2)} times as much as the model allows ({fmt_p(number(facts['p']))}): its own "
            f"errors are about {fmt(math.sqrt(max(ratio, 0.0)), 2)} times too small."
        ),
        advice=f"Use {other}, or robust errors.{errors_done(finding, *ROBUST)}",
        reference=CAMERON,
    )


def _zero_inflation(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=(
            f"{count_of(whole(facts['zeros']), 'row is', 'rows are')} 0 where the model expects "
            f"{fmt(number(facts['expected']))} ({fmt_p(number(facts['p']))})."
        ),
        advice=(
            "Some zeros may have a cause of their own (it could not happen, or was not looked for). A negative "
            "binomial model may suit; if not, ask first whether it is 0, then how much it is where it is not."
        ),
        reference="Lambert (1992), doi:10.2307/1269547",
    )


def _miscalibration(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=(
            "Predicted chances miss what happened: in tenths of the rows by "
            f"{fmt(100.0 * number(facts['effect']), 2)} percentage points on average (Hosmer-Lemeshow "
            f"{fmt(number(facts['statistic']))} on {fmt(number(facts['df']))} df, {fmt_p(number(facts['p']))})."
        ),
        advice=(
            "A predictor probably enters on the wrong scale, or works differently for different rows: try a curve or a "
            "product of two predictors."
        ),
        reference="Hosmer and Lemeshow (1980), doi:10.1080/03610928008827941",
    )


def _too_few_rows(finding: Finding) -> Words:
    facts = finding.facts
    what = "rows of the rarer outcome" if facts["family"] == "binomial" else "rows"
    source = (
        "Peduzzi et al. (1996), doi:10.1016/S0895-4356(96)00236-3"
        if facts["family"] == "binomial"
        else "Austin and Steyerberg (2015), doi:10.1016/j.jclinepi.2014.12.014"
    )
    return Words(
        evidence=(
            f"{count_of(whole(facts['rows']), 'row')} for "
            f"{count_of(whole(facts['coefficients']), 'coefficient')}: "
            f"{fmt(number(facts['per']), 2)} {what} each."
        ),
        advice=(
            "R² looks better than it is and new rows will be predicted worse. Use fewer predictors, chosen by what is "
            "known and not by their p-values, or collect more rows."
        ),
        reference=source,
    )


def _exact_fit(finding: Finding) -> Words:
    facts = finding.facts
    unexplained = number(facts["unexplained"])
    target, strongest = shorten(str(facts["target"])), shorten(str(facts["strongest"]))
    whole = finding.severity == "problem"
    left = f"Only {fmt_pct(unexplained)} of the variation is unexplained"
    seen = "R² of 1: nothing is left to explain" if whole else left
    suspect = f" The strongest predictor is {strongest}." if strongest else ""
    return Words(
        evidence=f"{seen}; {target} is probably among the predictors in disguise.{suspect}",
        advice=(
            "Look for a predictor that is computed from the target or known only after it, and leave it out. If it is "
            "a law of nature or an exact rule, the fit is right, but p-values of rounding errors mean nothing."
        ),
        reference="Kaufman et al. (2012), Leakage in data mining, doi:10.1145/2382577.2382579",
    )


WORDING: Wording = {
    "heteroscedasticity": _heteroscedasticity,
    "curvature": _curvature,
    "non_normal_residuals": _non_normal,
    "autocorrelation": _autocorrelation,
    "collinearity": _collinearity,
    "high_leverage": _high_leverage,
    "influential_rows": _influential,
    "outliers": _outliers,
    "overdispersion": _overdispersion,
    "zero_inflation": _zero_inflation,
    "miscalibration": _miscalibration,
    "too_few_rows": _too_few_rows,
    "exact_fit": _exact_fit,
}
