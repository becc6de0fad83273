"""What the reader is told about unseen rows, and about what the straight line misses."""

from __future__ import annotations

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_pct, listing, shorten
from regression_analyzer.report.wording import Wording, Words
from regression_analyzer.report.wording.facts import names, number, whole

STONE = "Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x"
FRIEDMAN = "Friedman (2001), doi:10.1214/aos/1013203451"
GROEMPING = "Groemping (2007), doi:10.1198/000313007X188252; Fisher, Rudin and Dominici (2019), arXiv:1801.01489"
BRODERICK = "Broderick, Giordano and Meager (2020), arXiv:2011.14999"
SPLITTING = "Cox (1975), doi:10.1093/biomet/62.2.441; Wasserman and Roeder (2009), doi:10.1214/08-AOS646"
NO_BETTER = -0.05
"""Down to this share explained, a model is called no better than the average, not worse."""
METHODS = {
    "shares": "shares of the explained variation",
    "linear": "shuffling in this model",
    "flexible": "shuffling in the flexible model",
    "shap": "contributions in the flexible model",
}


def _unseen(finding: Finding) -> str:
    if finding.facts["scheme"] == "forward":
        return "later rows, predicted from earlier ones"
    if finding.facts["scheme"] == "grouped":
        return "units it has not seen"
    return "rows it has not seen"


def _worse_than_average(finding: Finding) -> Words:
    unseen = number(finding.facts["unseen"])
    worse = "worse than" if unseen < NO_BETTER else "no better than"
    return Words(
        evidence=(
            f"In {_unseen(finding)} the model predicts {shorten(finding.subject)} {worse} the plain average does "
            f"(share explained {fmt(unseen, 2)}; 0 is as good as the average)."
        ),
        advice=(
            "Do not predict with it. Name fewer predictors, or look for rows and columns that do not belong together; "
            "the coefficients describe these rows and may not hold for others."
        ),
        reference=STONE,
    )


def _overfitted(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=(
            f"The model explains {fmt_pct(number(facts['within']))} of what varies in the rows it was fitted to, and "
            f"{fmt_pct(number(facts['unseen']))} in {_unseen(finding)} "
            f"({count_of(whole(facts['coefficients']), 'coefficient')} for "
            f"{count_of(whole(facts['n_obs']), 'row')})."
        ),
        advice="Expect the lower figure for new rows. Fewer predictors, or more rows, bring the two together.",
        reference=STONE,
    )


def _terms_missed(finding: Finding) -> Words:
    facts = finding.facts
    terms_missed = names(facts["terms"])
    places = names(facts.get("instead_of", ())) or ("",) * len(terms_missed)
    terms = listing(
        [
            f"{name.replace(':', ' x ')}{f' instead of {place}' if place else ''}"
            for name, place in zip(terms_missed, places, strict=True)
        ]
    )
    test = (
        f"F({fmt_int(number(facts['df']))}, {fmt_int(number(facts['df2']))}) = {fmt(number(facts['statistic']))}, "
        f"{fmt_p(number(facts['p_value']))}"
    )
    return Words(
        evidence=(
            f"A straight line is not the whole story: with {terms} the model explains "
            f"{fmt_pct(number(facts['with_terms']))} of what varies in unseen rows instead of "
            f"{fmt_pct(number(facts['linear']))}; a flexible model reaches {fmt_pct(number(facts['flexible']))}. Found "
            f"on one half of the rows, confirmed on the {fmt_int(number(facts['n_tested_on']))} others ({test})."
        ),
        advice=f"To adopt it: --formula '{shorten(str(facts['formula']), 400)}'.",
        reference=FRIEDMAN,
    )


def _line_misses_something(finding: Finding) -> Words:
    facts = finding.facts
    points = 100.0 * number(facts["gain"])
    return Words(
        evidence=(
            f"A flexible model explains {fmt_pct(number(facts['flexible']))} of what varies in unseen rows, this model "
            f"{fmt_pct(number(facts['linear']))}: {fmt(points, 2)} points are not on a straight line."
        ),
        advice=(
            f"No term is proposed: {shorten(str(facts['because']), 160)}. Look at the curve of the leading predictor, "
            "and try a logarithm or a spline: log(x), bs(x, 4)."
        ),
        reference=FRIEDMAN,
    )


def _importance_disagrees(finding: Finding) -> Words:
    by_predictor: dict[str, list[str]] = {}
    for method, words in METHODS.items():
        if method in finding.facts:
            by_predictor.setdefault(str(finding.facts[method]), []).append(words)
    said = [f"{shorten(name)} comes first by {listing(methods)}" for name, methods in by_predictor.items()]
    return Words(
        evidence=f"The methods do not agree on what matters most: {'; '.join(said)}.",
        advice=(
            "They answer different questions: what the rows share out, what this model would lose, what a model that "
            "bends would lose. Where predictors overlap, none of them can give one of them the credit."
        ),
        reference=GROEMPING,
    )


def _fragile_verdict(finding: Finding) -> Words:
    count = whole(finding.facts["n_removed"])
    numbers = finding.facts["rows"]
    shown = listing([fmt_int(number(row)) for row in numbers] if isinstance(numbers, tuple) else [], 8)
    return Words(
        evidence=(
            f"The direction of {shorten(finding.subject)} rests on {count_of(count, 'row')} of "
            f"{fmt_int(number(finding.facts['n_obs']))}: without {'it' if count == 1 else 'them'} "
            f"({'row' if count == 1 else 'rows'} {shown}) it would be open."
        ),
        advice="Look at these rows before relying on this coefficient: are they right, and are they like the others?",
        reference=BRODERICK,
    )


def _columns_chosen(finding: Finding) -> Words:
    facts = finding.facts
    evidence = str(facts["because"]) if facts["automatic"] else f"The {facts['estimator']} was asked for"
    many = whole(facts["chosen"])
    choosing, testing = fmt_int(number(facts["choosing"])), fmt_int(number(facts["testing"]))
    if many == 0:
        return Words(
            evidence=f"{evidence}, and on {choosing} rows the lasso chose no column; nothing is tested on the others.",
            advice=(
                "So few rows cannot show which columns matter; that is no proof that none does. More rows, or a few "
                "predictors named in advance, may settle more."
            ),
            reference=SPLITTING,
        )
    chosen = f"{count_of(many, 'column')} {'was' if many == 1 else 'were'} chosen"
    return Words(
        evidence=f"{evidence}, so {chosen} on {choosing} rows and tested on the {testing} others.",
        advice=(
            "Read the others as not tested, not as unrelated. Another draw of the halves may choose others: the "
            "shares beside the chosen columns say how steady the choice is. More rows, or predictors named in advance, "
            "settle more."
        ),
        reference=SPLITTING,
    )


OTHER_METHODS = {
    "median_regression": "the median regression",
    "huber": "Huber's estimator",
    "bisquare": "the bisquare estimator",
}


def _second_opinion_differs(finding: Finding) -> Words:
    facts = finding.facts
    methods = [OTHER_METHODS.get(name, name) for name in names(facts["methods"])]
    turned, outside = names(facts["turned"]), names(facts["outside"])
    said = []
    if turned:
        said.append(f"{listing([shorten(name) for name in turned], 4)} would have the other sign")
    if outside:
        those = listing([shorten(name) for name in outside], 4)
        said.append(f"{those} would differ by more than the interval of the model allows")
    verb = "differs" if len(methods) == 1 else "differ"
    asked = f"{count_of(len(names(facts['asked'])), 'method')} that rows far off pull less"
    return Words(
        evidence=f"Of {asked}, {listing(methods)} {verb}: {'; '.join(said)} ({shorten(str(facts['because']), 160)}).",
        advice=(
            "Look at the rows that lie far off. If they are slips, mend them; if they belong, say that the average is "
            "pulled by them and report the other estimate beside it."
        ),
        reference="Huber (1981), doi:10.1002/0471725250; Koenker (2005), doi:10.1017/CBO9780511754098",
    )


WORDING: Wording = {
    "second_opinion_differs": _second_opinion_differs,
    "columns_chosen": _columns_chosen,
    "fragile_verdict": _fragile_verdict,
    "importance_disagrees": _importance_disagrees,
    "line_misses_something": _line_misses_something,
    "overfitted": _overfitted,
    "terms_missed": _terms_missed,
    "worse_than_average": _worse_than_average,
}
