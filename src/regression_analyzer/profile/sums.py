"""Exact sums, differences, means and products among number columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from regression_analyzer.profile import names
from regression_analyzer.profile.columns import literal
from regression_analyzer.table.value import Column, FloatArray, Table

MAX_COLUMNS = 60
"""Columns among which sums are looked for."""
MIN_SPARE_ROWS = 10
DEPENDENT = 1e-8
"""Share of a column's size left over after the others below which it is their exact combination."""
WHOLE = 1e-5
"""Distance from a whole number within which a coefficient counts as whole."""
MAX_WHOLE = 10
ALMOST_EXACT = 1e-4
"""Share of variance unexplained from which a relation is not even tried."""
TRIMMED = 0.01
"""Share unexplained up to which it is asked whether a few rows spoil an otherwise exact relation."""
MOSTLY = 0.95
"""Share of the rows in which a relation must be exact then."""
WEIGHT_STEP = 0.05
"""Weights of a mean, such as 0.4 and 0.6, are multiples of this and add up to 1."""
ROUNDED_STEPS = 50.0
"""The target's standard deviation in rounding steps from which rounding is allowed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """``whole = constant + sum(coefficient * part)``, exactly, or the product of parts to powers.

    Attributes
    ----------
    parts, coefficients : two or more
    product : the relation holds between logarithms
    tolerance : largest difference that rounding of the whole explains
    steps : to which the parts are rounded, 0.0 where it does not show; empty where their rounding plays no part
    share : of the rows in which it is exact
    """

    whole: Column
    parts: tuple[Column, ...]
    coefficients: tuple[float, ...]
    constant: float = 0.0
    product: bool = False
    tolerance: float = 0.0
    steps: tuple[float, ...] = ()
    share: float = 1.0


def _standardise(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    largest = np.abs(x).max(axis=0)
    largest = np.where(largest > 0.0, largest, 1.0)
    unit = x / largest
    center = unit.mean(axis=0)
    scale = np.sqrt(np.mean((unit - center) ** 2, axis=0))
    scale = np.where(scale > 0.0, scale, 1.0)
    return (unit - center) / scale, center * largest, scale * largest


def _independent(z: FloatArray) -> tuple[list[int], list[tuple[int, list[int], FloatArray]]]:
    """Columns of z that no earlier columns combine to; and each other column with those before it and its weights."""
    n = z.shape[0]
    basis = np.empty((n, 0))
    kept: list[int] = []
    dependent: list[tuple[int, list[int], FloatArray]] = []
    for j in range(z.shape[1]):
        rest = z[:, j].copy()
        for _ in range(2):
            rest -= basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > DEPENDENT * np.sqrt(n):
            basis = np.column_stack([basis, rest / size])
            kept.append(j)
        elif kept:
            weights: FloatArray = np.asarray(np.linalg.lstsq(z[:, kept], z[:, j], rcond=None)[0], dtype=np.float64)
            dependent.append((j, list(kept), weights))
    return kept, dependent


def find_sums(table: Table, columns: Sequence[Column], x: FloatArray) -> tuple[Relation, ...]:
    """Find columns that are the sum of two or more others, exactly, and confirm them on all rows.

    Parameters
    ----------
    columns : number columns in file order
    x : their sample, shape (n, columns)

    Notes
    -----
    A relation a + b - c = 0 has one column of the lone sign, which is taken for the total; where parts are
    negative somewhere (a difference such as profit) the column that comes last is, unless a name says "total".
    """
    columns, x = _complete(columns, x)
    if len(columns) < 3:
        return ()
    z, _, scale = _standardise(x)
    found = []
    for j, kept, solution in _independent(z)[1]:
        b = solution * scale[j] / scale[kept]
        used = [i for i, s in enumerate(solution) if abs(s) > WHOLE]
        if len(used) < 2 or not all(abs(abs(b[i]) - 1.0) < WHOLE for i in used):
            continue
        members = [j, *(kept[i] for i in used)]
        signs = [-1, *(int(np.sign(b[i])) for i in used)]
        relation = _as_total([columns[m] for m in members], signs, bool(np.any(x[:, members] < 0.0)))
        if relation is not None and holds(table, relation):
            found.append(relation)
    return tuple(found)


def _as_total(members: Sequence[Column], signs: Sequence[int], negative: bool) -> Relation | None:
    """Name the total of ``sum(sign * member) = 0``."""
    lone = [i for i, s in enumerate(signs) if sum(t == s for t in signs) == 1]
    if not lone:
        return None
    hinted = [i for i in lone if names.total_hint(members[i].name)]
    last = max(range(len(members)), key=lambda i: members[i].position)
    whole = hinted[0] if hinted else last if negative or (len(members) == 3 and last in lone) else lone[0]
    others = [i for i in range(len(members)) if i != whole]
    return Relation(
        whole=members[whole],
        parts=tuple(members[i] for i in others),
        coefficients=tuple(float(-signs[i] * signs[whole]) for i in others),
    )


def _complete(columns: Sequence[Column], x: FloatArray) -> tuple[list[Column], FloatArray]:
    """Columns with few missing values, at most ``MAX_COLUMNS``, and their complete rows."""
    if x.shape[0] == 0:
        return [], x
    missing = np.isnan(x).mean(axis=0)
    good = [i for i in range(len(columns)) if missing[i] <= 0.1][
        : min(MAX_COLUMNS, max(x.shape[0] - MIN_SPARE_ROWS, 0))
    ]
    part = x[:, good]
    part = part[~np.isnan(part).any(axis=1)]
    if part.shape[0] < len(good) + MIN_SPARE_ROWS:
        return [], part
    return [columns[i] for i in good], part


def rounding_step(values: FloatArray) -> float:
    """The step to which values are rounded (0.01 for prices), 0.0 where there is none to see."""
    if not values.size:
        return 0.0
    for decimals in range(7):
        scaled = values * 10.0**decimals
        if float(np.max(np.abs(scaled - np.round(scaled)))) < 1e-6 and float(np.max(np.abs(scaled))) < 2**50:
            return 10.0**-decimals
    return 0.0


def target_relation(
    table: Table, target: Column, y: FloatArray, columns: Sequence[Column], x: FloatArray, *, product: bool = False
) -> Relation | None:
    """Whether the target is an exact combination of two or more columns with whole or equal coefficients.

    With ``product`` logarithms are combined (revenue = price x quantity). Rounding of the target is allowed
    for where it is fine beside the target's spread. The relation is confirmed on all rows.
    """
    known = ~np.isnan(y)
    columns, rows = _complete([*columns, target], np.column_stack([x, y])[known])
    if len(columns) < 3 or columns[-1] is not target:
        return None
    if product:
        positive = [i for i in range(len(columns)) if float(rows[:, i].min()) > 0.0]
        columns, rows = [columns[i] for i in positive], rows[:, positive]
        if len(columns) < 3 or columns[-1] is not target:
            return None
    values = np.log(rows) if product else rows
    z, _, scale = _standardise(values)
    kept, _ = _independent(z[:, :-1])
    if not kept:
        return None
    solution, left_over, clean = _solve(z[:, kept], z[:, -1])
    if left_over > ALMOST_EXACT:
        return None
    exact = left_over < DEPENDENT**2
    used = [i for i, s in enumerate(solution) if abs(s) > (WHOLE if exact else 0.02)]
    raw = np.array([solution[i] * scale[-1] / scale[kept[i]] for i in used])
    coefficients = _tidy(raw, WHOLE if exact else 0.02)
    if coefficients is None or len(used) < 2:
        return None
    step = rounding_step(rows[clean, -1])
    visible = float(rows[clean, -1].std()) >= ROUNDED_STEPS * step
    steps = tuple(rounding_step(rows[clean, kept[i]]) if visible else 0.0 for i in used)
    if product:
        steps = tuple(s if s < 1.0 else 0.0 for s in steps)  # whole numbers are counted, not rounded
    means = values[clean].mean(axis=0)
    constant = float(means[-1] - sum(c * means[kept[i]] for c, i in zip(coefficients, used, strict=True)))
    negligible = max(1e-6 * float(scale[-1]), 0.0 if product or not visible else step)
    relation = Relation(
        whole=target, parts=tuple(columns[kept[i]] for i in used), coefficients=coefficients,
        constant=0.0 if abs(constant) <= (1e-3 if product else negligible) else constant, product=product,
        tolerance=max(1e-7 * float(np.abs(rows[clean, -1]).max()) if product else 0.0, 0.51 * step * visible),
        steps=steps,
    )  # fmt: skip
    share = share_exact(table, relation)
    return replace(relation, share=share) if share >= (1.0 if clean.all() else MOSTLY) else None


def _solve(z: FloatArray, y: FloatArray) -> tuple[FloatArray, float, npt.NDArray[np.bool_]]:
    """Combine columns to y; where a few rows spoil it, without them. Returns weights, share unexplained, rows kept."""
    keep = np.ones(len(y), dtype=bool)
    solution = np.asarray(np.linalg.lstsq(z, y, rcond=None)[0], dtype=np.float64)
    left_over = float(np.mean((y - z @ solution) ** 2))
    if not DEPENDENT**2 < left_over <= TRIMMED:
        return solution, left_over, keep
    for _ in range(5):
        rest = np.abs(y - z @ solution)
        keep = rest <= max(5.0 * float(np.median(rest)), WHOLE * DEPENDENT)
        if keep.mean() < MOSTLY:
            break
        solution = np.asarray(np.linalg.lstsq(z[keep], y[keep], rcond=None)[0], dtype=np.float64)
    return solution, float(np.mean((y[keep] - z[keep] @ solution) ** 2)), keep


def _tidy(raw: FloatArray, within: float) -> tuple[float, ...] | None:
    """Coefficients made whole, or all of one size (a mean); None where they are neither."""
    if raw.size == 0:
        return None
    whole = np.round(raw)
    if bool(np.all(np.abs(raw - whole) < within)) and bool(np.all((np.abs(whole) >= 1) & (np.abs(whole) <= MAX_WHOLE))):
        return tuple(float(v) for v in whole)
    weights = WEIGHT_STEP * np.round(raw / WEIGHT_STEP)
    if (
        bool(np.all(np.abs(raw - weights) < within * WEIGHT_STEP))
        and abs(float(weights.sum()) - 1.0) < 1e-9
        and bool(np.all(weights > 0.0))
    ):
        return tuple(round(float(v), 2) for v in weights)
    size = np.abs(raw)
    if float(size.max() - size.min()) < within * float(size.max()):
        share = 1.0 / float(np.mean(size))
        parts = round(share) if abs(share - round(share)) < within * share and round(share) > 0 else share
        return tuple(float(np.sign(v) / parts) for v in raw)
    return None


def holds(table: Table, relation: Relation) -> bool:
    """Whether a relation is exact on every row that has all its values."""
    return share_exact(table, relation) == 1.0


def share_exact(table: Table, relation: Relation) -> float:
    """Return the share of the rows with all values in which a relation is exact, rounding apart; 0.0 without rows."""
    terms = _terms(relation)
    members = (relation.whole, *relation.parts)
    half = [(p, c, 0.51 * step) for (p, c), step in zip(terms, relation.steps, strict=False) if step > 0.0]
    if relation.product:
        factors = " * ".join(f"pow({p.sql}, {literal(c)})" for p, c in terms)
        right = f"exp({literal(relation.constant)}) * {factors}"
        slack = "".join(f" + abs({literal(c * h)} * ({right}) / {p.sql})" for p, c, h in half)
    else:
        right = literal(relation.constant) + "".join(f" + {literal(c)} * {p.sql}" for p, c in terms)
        slack = "".join(f" + {literal(abs(c) * h)}" for _, c, h in half)
    positive = " and ".join(f"{m.sql} > 0" for m in members) if relation.product else "true"
    size = " + ".join(f"abs({m.sql})" for m in members)
    row = table.sql(
        f"with rows as (select abs({relation.whole.sql} - ({right})) as off, {size} as size, "
        f"{literal(relation.tolerance)}{slack} as slack from data where {positive} and "
        + " and ".join(f"{m.sql} is not null" for m in members)
        + ") select count(*) filter (off <= greatest(slack, 1e-9 * (select max(size) from rows))), count(*) from rows"
    )[0]
    exact, rows = int(cast("int", row[0])), int(cast("int", row[1]))
    return exact / rows if rows else 0.0


def _terms(relation: Relation) -> list[tuple[Column, float]]:
    return list(zip(relation.parts, relation.coefficients, strict=True))


def formula(relation: Relation) -> str:
    """A relation in words (``"casual + registered"``, ``"price x quantity"``)."""
    out = ""
    for part, c in _terms(relation):
        if relation.product:
            power = "" if abs(c) == 1 else f"^{abs(c):g}"
            sign = (" x " if out else "") if c > 0 else (" / " if out else "1 / ")
            out += f"{sign}{part.name}{power}"
            continue
        factor = "" if abs(c) == 1 else f"{abs(c):.3g} x "
        sign = (" + " if out else "") if c > 0 else (" - " if out else "-")
        out += f"{sign}{factor}{part.name}"
    return out
