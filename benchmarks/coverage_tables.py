"""Kinds of tables with a known truth for `benchmarks.coverage`: those the rules were made with, and others.

``CELLS`` were looked at while the rules of `fit/choose_kind.py`, `fit/small_sample.py` and `fit/serial.py` were made;
``UNSEEN`` differ from them in rows, leverage, group sizes and shapes, and no rule was made with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.value import FamilyName

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIZES = (20, 50, 200, 1000)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One table: X without the constant, y, the true slopes, and what is known of units and time."""

    x: Floats
    y: Floats
    slopes: Floats
    group: Ints | None = None
    time: Floats | None = None
    family: FamilyName = "gaussian"


Draw = Callable[[np.random.Generator, int], Drawn]


def _linear(x: Floats, errors: Floats, **more: object) -> Drawn:
    slopes = np.linspace(1.0, -1.0, x.shape[1])
    return Drawn(x=x, y=2.0 + x @ slopes + errors, slopes=slopes, **more)  # type: ignore[arg-type]


def _mixed(rng: np.random.Generator, n: int) -> Floats:
    """A number, a skewed number and an even yes/no."""
    return np.column_stack([rng.normal(size=n), rng.gamma(2.0, 1.0, n), rng.permutation(n) % 2])


def _even(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_mixed(rng, n), rng.normal(size=n))


def _skewed_errors(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_mixed(rng, n), rng.exponential(size=n) - 1.0)


def _heavy_errors(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_mixed(rng, n), rng.standard_t(3, n))


def _fan(rng: np.random.Generator, n: int) -> Drawn:
    x = _mixed(rng, n)
    return _linear(x, np.exp(0.5 * x[:, 0]) * rng.normal(size=n))


def _strong_fan(rng: np.random.Generator, n: int) -> Drawn:
    x = _mixed(rng, n)
    return _linear(x, (0.2 + x[:, 1]) * rng.normal(size=n))


def _bow_tie(rng: np.random.Generator, n: int) -> Drawn:
    x = _mixed(rng, n)
    return _linear(x, np.abs(x[:, 0]) * rng.normal(size=n))


def _level(rng: np.random.Generator, n: int, size: int) -> Floats:
    flag = np.zeros(n)
    flag[rng.choice(n, size, replace=False)] = 1.0
    return np.column_stack([rng.normal(size=n), flag])


def _rare(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_level(rng, n, 4), rng.normal(size=n))


def _rare_wide(rng: np.random.Generator, n: int) -> Drawn:
    x = _level(rng, n, 4)
    return _linear(x, (1.0 + 2.0 * x[:, 1]) * rng.normal(size=n))


def _rare_narrow(rng: np.random.Generator, n: int) -> Drawn:
    x = _level(rng, n, 4)
    return _linear(x, (1.0 - 0.7 * x[:, 1]) * rng.normal(size=n))


def _heavy_predictor(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(np.column_stack([np.exp(rng.normal(size=n)), rng.normal(size=n)]), rng.normal(size=n))


def _heavy_fan(rng: np.random.Generator, n: int) -> Drawn:
    x = np.column_stack([np.exp(rng.normal(size=n)), rng.normal(size=n)])
    return _linear(x, (0.5 + 0.5 * x[:, 0]) * rng.normal(size=n))


def _units(sizes: Ints, share: float, n_treated: float) -> Draw:
    """Clusters of these sizes; errors of one unit correlate at ``share``; some units are treated."""

    def draw(rng: np.random.Generator, _n: int) -> Drawn:
        count = len(sizes)
        group = np.repeat(np.arange(count), sizes)
        treated = np.zeros(count)
        treated[rng.choice(count, max(2, round(n_treated * count)), replace=False)] = 1.0
        own = rng.normal(size=count)
        x = np.column_stack([treated[group], own[group] * 0.7 + 0.7 * rng.normal(size=len(group))])
        unit = math.sqrt(share) * rng.normal(size=count)
        return _linear(x, unit[group] + math.sqrt(1.0 - share) * rng.normal(size=len(group)), group=group)

    return draw


def _series(strength: float, predictor: float) -> Draw:
    """Errors and the first predictor each remember their last value; the second predictor is a trend."""

    def walk(rng: np.random.Generator, n: int, memory: float) -> Floats:
        steps = rng.normal(size=n + 50)
        values = np.zeros(n + 50)
        for i in range(1, n + 50):
            values[i] = memory * values[i - 1] + steps[i]
        return values[50:] * math.sqrt(1.0 - memory**2)

    def draw(rng: np.random.Generator, n: int) -> Drawn:
        time_of = np.arange(n, dtype=np.float64)
        x = np.column_stack([walk(rng, n, predictor), rng.normal(size=n)])
        return _linear(x, walk(rng, n, strength), time=time_of)

    return draw


def _generalised(family: FamilyName, *, level: float, theta: float = math.inf) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Drawn:
        x = np.column_stack([rng.normal(size=n), rng.permutation(n) % 2])
        slopes = np.array([0.5, -0.5])
        eta = level + x @ slopes
        if family == "binomial":
            y = (rng.uniform(size=n) < 1.0 / (1.0 + np.exp(-eta))).astype(float)
        else:
            mean = np.exp(eta)
            if math.isfinite(theta):
                mean = mean * rng.gamma(theta, 1.0 / theta, n)
            y = rng.poisson(mean).astype(float)
        return Drawn(x=x, y=y, slopes=slopes, family=family)

    return draw


def _as_family(draw: Draw, family: FamilyName) -> Draw:
    return lambda rng, n: replace(draw(rng, n), family=family)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One kind of table. ``sizes`` are its numbers of rows."""

    name: str
    draw: Draw
    sizes: tuple[int, ...] = SIZES


CELLS = (
    Cell(name="even spread", draw=_even),
    Cell(name="skewed errors", draw=_skewed_errors),
    Cell(name="heavy-tailed errors (t3)", draw=_heavy_errors),
    Cell(name="spread grows with a number", draw=_fan),
    Cell(name="spread grows with a skewed number", draw=_strong_fan),
    Cell(name="spread at both ends", draw=_bow_tie),
    Cell(name="rare level (4 rows), even spread", draw=_rare),
    Cell(name="rare level, three times the spread", draw=_rare_wide),
    Cell(name="rare level, a third of the spread", draw=_rare_narrow),
    Cell(name="heavy-tailed predictor", draw=_heavy_predictor),
    Cell(name="heavy-tailed predictor, spread grows", draw=_heavy_fan),
    *(
        Cell(name=f"{count} units of {size}, half treated", draw=_units(np.full(count, size), 0.3, 0.5), sizes=(n,))
        for count, size, n in ((5, 10, 50), (8, 10, 80), (12, 10, 120), (20, 10, 200), (50, 10, 500), (200, 5, 1000))
    ),
    Cell(
        name="20 units, sizes 2 to 60, a quarter treated",
        draw=_units(np.linspace(2, 60, 20).astype(int), 0.3, 0.25),
        sizes=(620,),
    ),
    Cell(
        name="50 units, sizes 2 to 60, a tenth treated",
        draw=_units(np.linspace(2, 60, 50).astype(int), 0.3, 0.1),
        sizes=(1550,),
    ),
    Cell(name="series, memory 0.3", draw=_series(0.3, 0.5)),
    Cell(name="series, memory 0.6", draw=_series(0.6, 0.5)),
    Cell(name="series, memory 0.8, slow predictor", draw=_series(0.8, 0.8)),
    Cell(name="yes/no", draw=_generalised("binomial", level=0.0), sizes=(50, 200, 1000)),
    Cell(name="yes/no, one in eight", draw=_generalised("binomial", level=-2.0), sizes=(50, 200, 1000)),
    Cell(name="counts (Poisson)", draw=_generalised("poisson", level=1.0)),
    Cell(name="rare counts (Poisson)", draw=_generalised("poisson", level=-1.0), sizes=(50, 200, 1000)),
    Cell(name="overdispersed counts, Poisson model", draw=_generalised("poisson", level=1.0, theta=1.5)),
    Cell(
        name="overdispersed counts, negative binomial",
        draw=_as_family(_generalised("poisson", level=1.0, theta=1.5), "negative-binomial"),
    ),
)


# --- tables no rule was made with ---------------------------------------------------------------------------


def _five(rng: np.random.Generator, n: int) -> Floats:
    """Five predictors: correlated numbers, a uniform one and two yes/no of a third and a tenth."""
    shared = rng.normal(size=n)
    return np.column_stack(
        [
            shared,
            0.8 * shared + 0.6 * rng.normal(size=n),
            rng.uniform(size=n),
            rng.permutation(n) % 3 == 0,
            rng.permutation(n) % 10 == 0,
        ]
    ).astype(np.float64)


def _five_even(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_five(rng, n), rng.normal(size=n))


def _five_steps(rng: np.random.Generator, n: int) -> Drawn:
    x = _five(rng, n)
    return _linear(x, np.where(x[:, 3] > 0, 2.5, 1.0) * rng.normal(size=n))


def _square_fan(rng: np.random.Generator, n: int) -> Drawn:
    x = np.column_stack([rng.uniform(0.0, 3.0, n), rng.normal(size=n)])
    return _linear(x, (0.3 + x[:, 0] ** 2) * rng.normal(size=n))


def _share(part: float, spread: float) -> Draw:
    """A level held by this share of the rows (at least three), with this many times the spread of the others."""

    def draw(rng: np.random.Generator, n: int) -> Drawn:
        x = _level(rng, n, max(3, round(part * n)))
        return _linear(x, (1.0 + (spread - 1.0) * x[:, 1]) * rng.normal(size=n))

    return draw


def _far_out(rng: np.random.Generator, n: int) -> Drawn:
    """Two rows lie ten standard deviations out."""
    x = rng.normal(size=(n, 2))
    x[:2, 0] += 10.0
    return _linear(x, rng.normal(size=n))


def _count_units(sizes: Ints, share: float, *, family: FamilyName, effect: float = 0.3) -> Draw:
    """Counts in units of these sizes: a unit multiplies its means, ``share`` of the units are treated."""

    def draw(rng: np.random.Generator, _n: int) -> Drawn:
        count = len(sizes)
        group = np.repeat(np.arange(count), sizes)
        treated = np.zeros(count)
        treated[rng.choice(count, max(2, round(share * count)), replace=False)] = 1.0
        x = np.column_stack([treated[group], rng.normal(size=len(group))])
        slopes = np.array([0.5, -0.3])
        unit = effect * rng.normal(size=count)
        mean = np.exp(1.0 + x @ slopes + unit[group])
        if family == "negative-binomial":
            mean = mean * rng.gamma(1.5, 1.0 / 1.5, len(group))
        return Drawn(x=x, y=rng.poisson(mean).astype(float), slopes=slopes, group=group, family=family)

    return draw


UNSEEN = (
    Cell(name="five predictors, even spread", draw=_five_even, sizes=(30, 80, 400)),
    Cell(name="five predictors, one level 2.5 times the spread", draw=_five_steps, sizes=(30, 80, 400)),
    Cell(name="spread grows with a square", draw=_square_fan, sizes=(30, 80, 400)),
    *(
        Cell(name=f"level of {part:.0%}, {spread:g} times the spread", draw=_share(part, spread), sizes=(30, 120, 600))
        for part in (0.02, 0.1)
        for spread in (0.25, 0.6, 1.0, 2.0)
    ),
    Cell(name="two rows far out", draw=_far_out, sizes=(30, 120, 600)),
    *(
        Cell(
            name=f"{count} units of {size}, a third treated", draw=_units(np.full(count, size), 0.15, 1 / 3), sizes=(n,)
        )
        for count, size, n in ((6, 25, 150), (15, 4, 60), (30, 3, 90), (90, 8, 720))
    ),
    Cell(name="series, memory 0.45, fast predictor", draw=_series(0.45, 0.2), sizes=(35, 120, 500)),
    Cell(name="yes/no, one in five", draw=_generalised("binomial", level=-1.4), sizes=(40, 100, 400)),
    Cell(name="yes/no, one in twelve", draw=_generalised("binomial", level=-2.4), sizes=(80, 150, 400)),
    Cell(name="counts of 1.5 (Poisson)", draw=_generalised("poisson", level=0.4), sizes=(30, 100, 400)),
    Cell(
        name="strongly overdispersed counts, Poisson model",
        draw=_generalised("poisson", level=1.5, theta=0.8),
        sizes=(30, 100, 400),
    ),
    Cell(
        name="strongly overdispersed counts, negative binomial",
        draw=_as_family(_generalised("poisson", level=1.5, theta=0.8), "negative-binomial"),
        sizes=(30, 100, 400),
    ),
    *(
        Cell(
            name=f"{count} units of {size}, counts, {family}",
            draw=_count_units(np.full(count, size), 1 / 3, family=family),
            sizes=(count * size,),
        )
        for family in ("poisson", "negative-binomial")
        for count, size in ((9, 4), (15, 4), (40, 4))
    ),
)
