"""Words for the findings of the fit room."""

from __future__ import annotations

import math

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, listing
from regression_analyzer.report.wording import Wording, Words, with_references
from regression_analyzer.report.wording.errors import ROBUST, errors_done
from regression_analyzer.report.wording.facts import names, number, whole
from regression_analyzer.report.wording.sources import LEAKAGE

TERMS_SHOWN = 6
SANTOS = "Santos Silva and Tenreyro (2010), doi:10.1016/j.econlet.2010.02.020"
CAMERON = "Cameron and Trivedi (1990), doi:10.1016/0304-4076(90)90014-K"
NELDER = "McCullagh and Nelder (1989), Generalized Linear Models, doi:10.1007/978-1-4899-3242-6"


def _combination(finding: Finding) -> str:
    facts = finding.facts
    weights = facts.get("weights")
    values = [float(w) for w in weights if isinstance(w, int | float)] if isinstance(weights, tuple) else []
    parts = []
    for name, weight in list(zip(names(facts.get("others")), values, strict=False))[:TERMS_SHOWN]:
        size = fmt(abs(weight), 6)
        body = size if name == "(Intercept)" else name if abs(weight) == 1 else f"{size} x {name}"
        parts.append(f"{'-' if weight < 0 else '+'} {body}")
    more = len(values) - len(parts)
    sentence = " ".join(parts).removeprefix("+ ") + (f" and {more} more" if more > 0 else "")
    return sentence or "0"


def _aliased(finding: Finding) -> Words:
    facts = finding.facts
    others = names(facts.get("others"))
    if others in ((), ("(Intercept)",)):
        evidence = f"{finding.subject} has the same value, {_combination(finding)}, in every row used."
    else:
        evidence = f"{finding.subject} is exactly {_combination(finding)}."
    return Words(
        evidence=evidence,
        advice=(
            "It carries nothing that the other columns do not, so it has no coefficient of its own; the fit and its "
            "predictions are the same without it. Drop another of these columns to keep this one."
        ),
        reference="Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153",
    )


def _constant_target(finding: Finding) -> Words:
    return Words(
        evidence=f"{finding.subject} has the same value in every row used.",
        advice="There is nothing to explain. Choose another target.",
    )


def _perfect_fit(finding: Finding) -> Words:
    return Words(
        evidence=f"The predictors give {finding.subject} exactly; nothing is left over beyond rounding.",
        advice=(
            "Real measurements never fit exactly: some predictor is probably computed from the target, or holds it. "
            "Standard errors and p-values mean nothing here. Leave that predictor out."
        ),
    )


CONDITION_TO_BLAME = 1e6
"""Predictors that repeat each other less than this are not why digits are lost."""


def _digits_lost(finding: Finding) -> Words:
    facts = finding.facts
    digits = max(0, math.floor(number(facts.get("digits"))))
    condition = number(facts.get("condition"))
    because, advice = (
        f"the predictors are almost exact combinations of each other (condition number {fmt(condition, 2)})",
        "Leave out one of the predictors that say the same, or give the data with more digits.",
    )
    if condition < CONDITION_TO_BLAME:
        because = "values lie so far from 0 that they differ in their last digits only"
        advice = "Give the data with more digits, or count from a nearer origin before they are written down."
    return Words(
        evidence=f"About {digits} digits of the least certain coefficient survive rounding: {because}.",
        advice=advice,
        reference="Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153",
    )


def _separation(finding: Finding) -> Words:
    facts = finding.facts
    who = listing(names(facts.get("columns"))) or "the intercept alone"
    tell = "tell" if len(names(facts.get("columns"))) > 1 else "tells"
    complete = bool(facts.get("complete"))
    settled, n = whole(facts.get("settled")), whole(facts.get("n_rows"))
    how = "without exception" if complete else f"without exception in {fmt_int(settled)} of {fmt_int(n)} rows"
    return Words(
        evidence=f"{who} {tell} the two outcomes of {finding.subject} apart {how} (separation).",
        advice=(
            "The best coefficient is infinite, so it has no standard error and no p-value, and none is shown. "
            f"{_others_rest_on(settled, n)}"
            "Look whether the predictor is a consequence of the outcome; otherwise gather rows that break the "
            "pattern, merge levels, or ask for a penalised model (--override estimator=lasso; where there are several "
            "outcomes, of one of them: event=LEVEL)."
        ),
        reference="Albert and Anderson (1984), doi:10.1093/biomet/71.1.1",
    )


def _others_rest_on(settled: int, n: int) -> str:
    """What setting the settled rows aside would change; ends with a blank, "" where no other row is left."""
    if not 0 < settled < n:
        return ""
    rest = count_of(n - settled, "other row")
    return f"The other coefficients are those of the {rest}: setting these {fmt_int(settled)} aside changes none. "


def _runaway_coefficient(finding: Finding) -> Words:
    facts = finding.facts
    who = listing(names(facts.get("columns"))) or "The intercept"
    settled, n = whole(facts.get("settled")), whole(facts.get("n_rows"))
    return Words(
        evidence=f"{who}: in {fmt_int(settled)} of {fmt_int(n)} rows the fitted {finding.subject} goes to 0, and the "
        "coefficient to infinity.",
        advice=(
            "Typically a level in which every row has a target of 0. "
            f"{_others_rest_on(settled, n)}No standard error and no p-value exist for it; "
            "merge the level with another one, or leave its rows out."
        ),
    )


def _not_converged(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=f"The fit of {finding.subject} did not settle in {fmt_int(whole(facts.get('iterations')))} steps.",
        advice="Do not rely on the numbers. Try another family, fewer predictors, or other units.",
    )


def _no_overdispersion(finding: Finding) -> Words:
    return Words(
        evidence=f"{finding.subject} varies no more than a Poisson count does.",
        advice="The negative binomial model was fitted and equals the Poisson model; --family poisson says the same.",
    )


def _overdispersed(finding: Finding) -> Words:
    facts = finding.facts
    times = fmt(number(facts.get("dispersion")), 2)
    return Words(
        evidence=f"{finding.subject} varies {times} times as much around its mean as a Poisson count would.",
        advice=(
            "Errors that do not rely on that assumption are used where the kind is chosen automatically. "
            f"--family negative-binomial models the extra variation.{errors_done(finding, *ROBUST)}"
        ),
        reference="Cameron and Trivedi (1990), doi:10.1016/0304-4076(90)90014-K",
    )


def _few_clusters(finding: Finding) -> Words:
    facts = finding.facts
    evidence = f"{finding.subject} has {fmt_int(whole(facts.get('clusters')))} different values."
    if facts.get("adjusted"):
        return Words(
            evidence=evidence,
            advice=(
                "Errors and intervals allow for so few (CR2 with degrees of freedom of their own). They rely on "
                f"values of {finding.subject} that resemble each other, which so few cannot show: read p-values near "
                "0.05 as undecided, and collect more if you can."
            ),
            reference="Bell and McCaffrey (2002); Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004",
        )
    return Words(
        evidence=evidence,
        advice=(
            "Clustered errors need many clusters (thirty or more); with few they are somewhat too small. "
            "Read p-values near 0.05 as undecided."
        ),
        reference="Cameron, Gelbach and Miller (2008), doi:10.1162/rest.90.3.414",
    )


def _few_rows_for_intervals(finding: Finding) -> Words:
    facts = finding.facts
    if not facts.get("robust", True):
        return Words(
            evidence=(
                f"There are only {fmt_int(whole(facts.get('rows')))} rows, too few to see whether errors spread "
                "evenly: 95% intervals rely on an even spread, which these rows neither show nor rule out."
            ),
            advice=(
                "Read p-values near 0.05 as undecided; a few more rows help most. --covariance HC3-adjusted gives "
                "intervals that do not rely on it."
            ),
            reference="Long and Ervin (2000), doi:10.1080/00031305.2000.10474549",
        )
    return Words(
        evidence=(
            f"There are only {fmt_int(whole(facts.get('rows')))} rows, too few to see how errors spread and how they "
            "are shaped: 95% intervals that stay safe then tend to be too wide, and hold up to 99%."
        ),
        advice=(
            "Read an interval that just includes zero as undecided, not as no effect; a few more rows help most. "
            "--covariance classical gives narrower ones if you know the errors to be even."
        ),
        reference="Long and Ervin (2000), doi:10.1080/00031305.2000.10474549",
    )


def _few_rows_of_weight(finding: Finding) -> Words:
    facts = finding.facts
    columns = names(facts.get("columns"))
    rest = "hang" if len(columns) > 1 else "hangs"
    freedom = fmt(number(facts.get("freedom")), 2)
    return Words(
        evidence=(
            f"{listing(columns)} {rest} on a handful of the {fmt_int(whole(facts.get('rows')))} rows ({freedom} "
            "degrees of freedom at the least), as a rare level does: its 95% interval tends to be too wide, and holds "
            "up to 99%."
        ),
        advice=(
            "Read an interval that just includes zero as undecided, not as no effect. Merge a rare level with a "
            "similar one, or collect more rows of it."
        ),
        reference="Bell and McCaffrey (2002); Imbens and Kolesar (2016), doi:10.1162/REST_a_00552",
    )


def _short_series(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=(
            f"The {fmt_int(whole(facts.get('rows')))} rows in order of {finding.subject} remember each other and are "
            f"worth about {fmt_int(round(number(facts.get('worth'))))} independent ones: 95% intervals of so short a "
            "series may hold a few percent less or more."
        ),
        advice="Read p-values near 0.05 as undecided; a longer series helps, more frequent rows help little.",
        reference="Kiefer and Vogelsang (2005), doi:10.1017/S0266466605050565",
    )


WORDING: Wording = with_references(
    {
        "aliased": _aliased,
        "constant_target": _constant_target,
        "perfect_fit": _perfect_fit,
        "digits_lost": _digits_lost,
        "separation": _separation,
        "runaway_coefficient": _runaway_coefficient,
        "not_converged": _not_converged,
        "no_overdispersion": _no_overdispersion,
        "overdispersed": _overdispersed,
        "few_clusters": _few_clusters,
        "few_rows_for_intervals": _few_rows_for_intervals,
        "few_rows_of_weight": _few_rows_of_weight,
        "short_series": _short_series,
    },
    {
        "perfect_fit": LEAKAGE,
        "runaway_coefficient": SANTOS,
        "no_overdispersion": CAMERON,
    },
    otherwise=NELDER,
)
