"""Does another method say the same? One row a method, and the coefficients side by side."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain.second_opinions import Opinion, SecondOpinions
from regression_analyzer.findings import Skipped
from regression_analyzer.report.blocks import MARKS, Block, Cell, Column, Fold, Grid, Heading, Paragraph
from regression_analyzer.report.json_values import JsonObject, put
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, listing, shorten
from regression_analyzer.report.prose import prose

MOST = 200
QUESTION = "Does another method say the same?"
METHODS = {
    "median_regression": ("Median regression", "the line with half of the rows on each side"),
    "huber": ("Huber's M-estimator", "rows far off count less"),
    "bisquare": ("Bisquare M-estimator", "rows very far off do not count"),
}
NOT_COMPUTED = "not computed in this analysis"


def opinions_part(analysis: Analysis) -> JsonObject:
    """Return ``second_opinions`` of the document and, where there are none, ``second_opinions_reason``."""
    found = _found(analysis)
    if isinstance(found, Skipped):
        return {"second_opinions": [], "second_opinions_reason": found.reason}
    return {"second_opinions": [_opinion_part(name, one, found.because) for name, one in found.opinions.items()]}


def _found(analysis: Analysis) -> SecondOpinions | Skipped:
    explanation = analysis.explanation
    return Skipped(reason=NOT_COMPUTED) if explanation is None else explanation.second_opinions


def _opinion_part(name: str, one: Opinion | Skipped, because: str) -> JsonObject:
    part: JsonObject = {"method": name, "because": because}
    if isinstance(one, Skipped):
        return part | {"skipped": one.reason}
    part |= {"n_obs": one.n_obs, "agrees": one.agrees, "outside": list(one.outside), "turned": list(one.turned)}
    rows = []
    for row in one.coefficients:
        cells: JsonObject = {"term": row.term}
        put(cells, "estimate", row.estimate)
        put(cells, "least_squares", row.least_squares)
        rows.append(cells | {"inside": row.inside})
    return part | {"coefficients": rows}


def opinion_blocks(analysis: Analysis) -> Sequence[Block]:
    """Return the part of the report on other methods: a table, or why there is none."""
    found = _found(analysis)
    heading = Heading(text=QUESTION, anchor="second-opinions")
    if isinstance(found, Skipped):
        return (heading, Paragraph(text=prose(f"Not asked, because: {shorten(found.reason, 300)}.")))
    why = (
        f"Asked because {shorten(found.because, 200)}. Least squares can be pulled by such rows; these methods less so."
    )
    opinions = {name: one for name, one in found.opinions.items() if isinstance(one, Opinion)}
    blocks: list[Block] = [heading, Paragraph(text=prose(why)), _grid(found)]
    if opinions:
        blocks.append(Fold(summary="Their coefficients beside those of least squares", blocks=(_beside(opinions),)))
    return tuple(blocks)


def _grid(found: SecondOpinions) -> Grid:
    return Grid(
        caption="Other methods on the same model",
        columns=(Column(title="Method"), Column(title="Verdict"), Column(title="What it says")),
        rows=tuple(_row(name, one) for name, one in found.opinions.items()),
    )


def _row(name: str, one: Opinion | Skipped) -> tuple[Cell, ...]:
    title, what = METHODS[name]
    method = Cell(text=f"{title} ({what})")
    if isinstance(one, Skipped):
        return (method, Cell(mark=MARKS["skipped"]), Cell(text=f"not computed, because: {shorten(one.reason, 200)}"))
    slopes = sum(row.term != "(Intercept)" for row in one.coefficients)
    sample = f" (fitted to a sample of {fmt_int(one.n_obs)} rows)" if one.n_obs < one.n_total else ""
    if one.agrees:
        said = f"The same: no slope differs by more than the model's interval allows and by more than a tenth{sample}."
        return (method, Cell(mark=MARKS["ok"]), Cell(text=said))
    parts = []
    if one.turned:
        parts.append(f"{listing([shorten(term) for term in one.turned], 4)} would have the other sign")
    if one.outside:
        left = f"{fmt_int(len(one.outside))} of {count_of(slopes, 'slope')}"
        names = listing([shorten(term) for term in one.outside], 4)
        parts.append(
            f"{left} would differ by more than the model's interval allows, and by more than a tenth ({names})"
        )
    return (method, Cell(mark=MARKS["attention"]), Cell(text=f"{'; '.join(parts)}{sample}."))


def _beside(opinions: dict[str, Opinion]) -> Grid:
    first = next(iter(opinions.values()))
    rows = []
    for i, row in enumerate(first.coefficients[:MOST]):
        others = [one.coefficients[i] for one in opinions.values()]
        marks = [f"{fmt(other.estimate)}{'' if other.inside else ' (outside)'}" for other in others]
        rows.append(tuple(Cell(text=text) for text in (shorten(row.term, 48), fmt(row.least_squares), *marks)))
    return Grid(
        caption="Estimates from the same rows; outside: off by more than the interval allows and by more than a tenth",
        columns=(
            Column(title="Term"),
            Column(title="Least squares", number=True),
            *(Column(title=METHODS[name][0], number=True) for name in opinions),
        ),
        rows=tuple(rows),
        left_out=max(len(first.coefficients) - MOST, 0),
    )
