"""The penalised model of a table, and the plain one on rows that had no part in choosing its columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from regression_analyzer.design.estimator import EVENTS_A_COEFFICIENT
from regression_analyzer.design.narrow import PartOfBlocks, columns_of, narrowed
from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.errors import UsageError
from regression_analyzer.explain.domain import domain_of
from regression_analyzer.explain.scores import auc_parts
from regression_analyzer.explain.value import PENALISED, PredictionModel
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.fit.penalised_path import Sample
from regression_analyzer.fit.shrinkage import Halves, Shrunken, choose_on_half, events_of, shrink
from regression_analyzer.fit.value import EMPTY, FloatArray, IntArray
from regression_analyzer.progress import Progress, silent
from regression_analyzer.table.value import LeftOut, Table

LINES_SHOWN = 20
KEPT_ASIDE = "kept aside: these rows chose the columns that the others test"
SEED = 20_240_101
LIKELIHOODS = {"gaussian": "gaussian", "binomial": "binomial", "poisson": "poisson", "negative-binomial": "poisson"}
"""What is penalised for each family: for overdispersed counts too the Poisson likelihood, whose estimates of the mean
need no variance to be right (Gourieroux, Monfort and Trognon 1984, doi:10.2307/1913472); the penalty is chosen on
rows held out, whatever they scatter like."""
Array = TypeVar("Array", FloatArray, IntArray)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Selection:
    """What a penalised fit leaves for the analysis to go on with.

    Attributes
    ----------
    shrunken : the penalised model of all rows
    auc : probability that it ranks an unseen row with the event above one without (yes/no targets), else None
    theta : size of a negative binomial count around its means on unseen rows (infinite: no more than Poisson), else
        None
    whole : the design it is of; ``columns`` (k,) which of the design's columns its coefficients belong to
    halves : None where nothing was chosen: every column is tested on all rows, without a penalty
    design, blocks : what is fitted without a penalty
    tested_lines : lines of the file of the rows that test; None for all
    """

    shrunken: Shrunken
    whole: Design
    columns: IntArray
    halves: Halves | None
    design: Design
    blocks: Blocks
    tested_lines: tuple[int, ...] | None
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    auc: float | None = None
    theta: float | None = None


def select(
    table: Table,
    design: Design,
    blocks: Blocks,
    *,
    overrides: Mapping[str, str] | None = None,
    on_progress: Progress = silent,
    seed: int = SEED,
) -> Selection | None:
    """Fit the penalised model, and choose columns on one half of the rows for the other half to test.

    Where all coefficients can be estimated and the ridge was asked for, nothing is chosen and the plain fit keeps
    all rows.

    Returns
    -------
    None where the design asks for no penalty.

    Raises
    ------
    InputError
        One half has a single outcome.
    UsageError
        A penalty that is no positive number.
    """
    if design.estimator not in {"lasso", "ridge"}:
        return None
    on_progress("estimate", 0.0, f"Trying penalties for {len(design.columns) - 1:,} columns")
    columns = np.asarray([i for i, column in enumerate(design.columns) if column.term >= 0], dtype=np.int64)
    sample, row = _gathered(design, blocks, columns)
    shrunken = shrink(sample, design.estimator, penalty=_asked(overrides or {}), seed=seed)
    wide = design.n_obs < 2 * len(design.columns)
    if design.family != "gaussian":
        wide |= events_of(sample) < EVENTS_A_COEFFICIENT * len(design.columns)
    found = Selection(
        shrunken=shrunken,
        whole=design,
        columns=columns,
        halves=None,
        design=design,
        blocks=blocks,
        tested_lines=None,
        decisions=(_penalty_decision(shrunken, design.family),),
        findings=(),
        auc=_auc(sample, shrunken),
        theta=_theta(sample, shrunken) if design.family == "negative-binomial" else None,
    )
    if design.estimator == "ridge" and not wide:
        return found
    on_progress("estimate", 0.7, "Choosing columns on one half of the rows")
    term_of = np.asarray([design.columns[c].term for c in columns], dtype=np.int64)
    return _halved(table, found, choose_on_half(sample, term_of, seed=seed), row)


def _halved(table: Table, found: Selection, halves: Halves, row: IntArray) -> Selection:
    whole = found.whole
    terms = sorted({whole.columns[int(found.columns[c])].term for c in halves.columns})
    testing, choosing = row[halves.testing], row[halves.choosing]
    aside = LeftOut(
        reason=KEPT_ASIDE, rows=len(choosing), lines=table.lines_of([int(r) for r in choosing[:LINES_SHOWN]])
    )
    finding = Finding(
        code="columns_chosen",
        severity="attention",
        subject=whole.target,
        facts={
            "rows": whole.n_obs,
            "coefficients": len(whole.columns),
            "choosing": len(choosing),
            "testing": len(testing),
            "chosen": len(terms),
            "estimator": whole.estimator,
            "because": next(d.because for d in whole.decisions if d.id == "estimator"),
            "automatic": not any(d.id == "estimator" and d.overridden for d in whole.decisions),
        },
    )
    return replace(
        found,
        halves=halves,
        design=narrowed(whole, terms, n_obs=len(testing), left_out=(aside,)),
        blocks=PartOfBlocks(blocks=found.blocks, columns=columns_of(whole, terms), rows=testing),
        tested_lines=table.lines_of([int(r) for r in testing]),
        findings=(finding,),
    )


def _gathered(design: Design, blocks: Blocks, columns: IntArray) -> tuple[Sample, IntArray]:
    parts = list(blocks)
    sample = Sample(
        x=np.concatenate([part.x[:, columns] for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        group=_joined([part.group for part in parts]),
        weights=_joined([part.weights for part in parts]),
        offset=_joined([part.offset for part in parts]),
        family=LIKELIHOODS[design.family],
    )
    return sample, np.concatenate([part.row for part in parts])


def _auc(sample: Sample, shrunken: Shrunken) -> float | None:
    """Return won pairs over all pairs of rows in the same part: one part's average is not another's."""
    if sample.family != "binomial" or not np.isin(sample.y, (0.0, 1.0)).all():
        return None
    parts = [shrunken.fold == code for code in range(shrunken.folds)]
    won, pairs = np.sum([auc_parts(sample.y[part], shrunken.held_out[part]) for part in parts], axis=0)
    return float(won / pairs) if pairs > 0 else None


def _theta(sample: Sample, shrunken: Shrunken) -> float:
    """Return theta by moments: the scatter around unseen means beyond theirs is ``mean^2 / theta`` on average."""
    weight, mean = sample.rows_of_weight, shrunken.held_out
    beyond = float(weight @ ((sample.y - mean) ** 2 - mean))
    return float(weight @ mean**2) / beyond if beyond > 0.0 else math.inf


def _joined(parts: Sequence[Array | None]) -> Array | None:
    """Return the parts as one array; None where the rows have none."""
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None


def _asked(overrides: Mapping[str, str]) -> float | None:
    text = overrides.get("penalty")
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value < float("inf"):
        raise UsageError(f'The penalty "{text}" is not a positive number.', code="bad_penalty")
    return value


def _penalty_decision(shrunken: Shrunken, family: str) -> Decision:
    curve = shrunken.curve
    sparse = f"{float(curve.penalties[curve.sparse]):.6g}"
    error = "error" if shrunken.family == "gaussian" else "deviance"
    because = f"its {error} is the smallest on rows held out, in {shrunken.folds} parts"
    if family == "negative-binomial":
        because += "; as a Poisson count, whose means need no variance to be right"
    return Decision(
        id="penalty",
        what=f"How much the {shrunken.estimator} pays for large coefficients",
        chosen=repr(shrunken.penalty) if shrunken.asked else f"{shrunken.penalty:.6g}",
        because="asked for" if shrunken.asked else because,
        rejected=() if shrunken.asked else (sparse,),
        overridden=shrunken.asked,
    )


def penalised_prediction(table: Table, found: Selection) -> PredictionModel:
    """Gather what predicts new rows with the penalised model: its coefficients, and its error on rows held out."""
    shrunken = found.shrunken
    taken = [int(found.columns[c]) for c in np.flatnonzero(shrunken.coefficients)]
    terms = sorted({found.whole.columns[c].term for c in taken})
    design = narrowed(found.whole, terms)
    slope = dict(zip((int(c) for c in found.columns), shrunken.coefficients, strict=True))
    kept = columns_of(found.whole, terms)
    coefficients = np.asarray([slope.get(c, shrunken.intercept) for c in kept], dtype=np.float64)
    theta = found.theta if design.family == "negative-binomial" else None
    dispersion = shrunken.dispersion if theta is None else 1.0
    return PredictionModel(
        design=design,
        kept=np.arange(len(kept), dtype=np.int64),
        coefficients=coefficients,
        covariance=EMPTY,
        cov_unscaled=EMPTY,
        dispersion=dispersion,
        theta=theta,
        df_resid=max(shrunken.n_obs - 1, 1),
        distribution="t" if design.family == "gaussian" else "normal",
        domain=domain_of(table, design, reach=float("inf")),
        kind=PENALISED,
        shift=np.zeros(len(kept)),
        scale=np.ones(len(kept)),
    )
