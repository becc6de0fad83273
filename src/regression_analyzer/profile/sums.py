"""Exact sums, differences, means and products among number columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

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
ROUNDED_STEPS = 50.0
"""The target's standard deviation in rounding steps from which rounding is allowed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """``whole = constant + sum(coefficient * part)``, exactly, or the product of parts to powers.

    Attributes
    ----------
    parts, coefficients : two or more
    product : the relation holds between logarithms
    tolerance : largest difference that rounding explains
    """

    whole: Column
    parts: tuple[Column, ...]
    coefficients: tuple[float, ...]
    constant: float = 0.0
    product: bool = False
    tolerance: float = 0.0


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
    z, center, scale = _standardise(values)
    kept, _ = _independent(z[:, :-1])
    if not kept:
        return None
    solution = np.linalg.lstsq(z[:, kept], z[:, -1], rcond=None)[0]
    left_over = float(np.mean((z[:, -1] - z[:, kept] @ solution) ** 2))
    if left_over > ALMOST_EXACT:
        return None
    exact = left_over < DEPENDENT**2
    used = [i for i, s in enumerate(solution) if abs(s) > (WHOLE if exact else 0.02)]
    raw = np.array([solution[i] * scale[-1] / scale[kept[i]] for i in used])
    coefficients = _tidy(raw, WHOLE if exact else 0.02)
    if coefficients is None or len(used) < 2:
        return None
    constant = float(center[-1] - sum(c * center[kept[i]] for c, i in zip(coefficients, used, strict=True)))
    original = rows[:, -1]
    step = rounding_step(original)
    rounded = 0.51 * step if float(original.std()) >= ROUNDED_STEPS * step else 0.0
    relation = Relation(
        whole=target, parts=tuple(columns[kept[i]] for i in used), coefficients=coefficients,
        constant=constant if product or abs(constant) > 1e-6 * float(scale[-1]) else 0.0, product=product,
        tolerance=max(1e-7 * float(np.abs(original).max()) if product else 0.0, rounded),
    )  # fmt: skip
    return relation if holds(table, relation) else None


def _tidy(raw: FloatArray, within: float) -> tuple[float, ...] | None:
    """Coefficients made whole, or all of one size (a mean); None where they are neither."""
    if raw.size == 0:
        return None
    whole = np.round(raw)
    if bool(np.all(np.abs(raw - whole) < within)) and bool(np.all((np.abs(whole) >= 1) & (np.abs(whole) <= MAX_WHOLE))):
        return tuple(float(v) for v in whole)
    size = np.abs(raw)
    if float(size.max() - size.min()) < within * float(size.max()):
        share = 1.0 / float(np.mean(size))
        parts = round(share) if abs(share - round(share)) < within * share and round(share) > 0 else share
        return tuple(float(np.sign(v) / parts) for v in raw)
    return None


def holds(table: Table, relation: Relation) -> bool:
    """Whether a relation is exact on every row that has all its values."""
    if relation.product:
        factors = " * ".join(f"pow({p.sql}, {literal(c)})" for p, c in _terms(relation))
        right = f"exp({literal(relation.constant)}) * {factors}"
    else:
        right = literal(relation.constant) + "".join(f" + {literal(c)} * {p.sql}" for p, c in _terms(relation))
    members = (relation.whole, *relation.parts)
    positive = " and ".join(f"{m.sql} > 0" for m in members) if relation.product else "true"
    size = " + ".join(f"abs({m.sql})" for m in members)
    row = table.sql(
        f"select max(abs({relation.whole.sql} - ({right}))), max({size}), count(*) from data "
        f"where {positive} and " + " and ".join(f"{m.sql} is not null" for m in members)
    )[0]
    if row[0] is None or row[1] is None:
        return False
    worst, largest = float(cast("float", row[0])), float(cast("float", row[1]))
    return worst <= max(relation.tolerance, 1e-9 * largest)


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
