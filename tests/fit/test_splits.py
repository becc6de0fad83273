"""Any split into blocks and any order of merging give the same answer, whatever the family and the scale of columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from regression_analyzer.design.value import Block
from regression_analyzer.fit import covariances, fit_model, least_squares
from regression_analyzer.fit.solve import solve
from regression_analyzer.fit.state import LeastSquaresState, add, choose_frame, empty_state, merge
from regression_analyzer.fit.value import Covariances, Fit, FloatArray, IntArray

from .models import Cut, Result, run

SAME = 1e-9
ROWS = 300
Columns = dict[str, Any]
HARD: dict[str, Callable[[FloatArray], FloatArray]] = {
    "plain": lambda x: x,
    "seconds of an epoch": lambda x: 1.7e9 + np.round(x * 1e6),
    "far from zero": lambda x: x + 1e8,
    "tiny": lambda x: x * 1e-200,
    "huge": lambda x: x * 1e200,
    "sorted, with long tails": lambda x: np.sort(x) ** 3 * 1e6,
    "constant at first": lambda x: np.where(np.arange(len(x)) < 100, 0.0, x * 1e-200),
}
FAMILIES: dict[str, Callable[[np.random.Generator, FloatArray], Any]] = {
    "gaussian": lambda rng, eta: eta + rng.normal(size=len(eta)),
    "binomial": lambda rng, eta: rng.random(len(eta)) < 1 / (1 + np.exp(-eta)),
    "binomial(probit)": lambda rng, eta: eta + rng.normal(size=len(eta)) > 0,
    "poisson": lambda rng, eta: rng.poisson(np.exp(eta)),
    "gamma": lambda rng, eta: rng.gamma(3.0, np.exp(eta) / 3.0),
    "negative-binomial": lambda rng, eta: rng.negative_binomial(2, 2 / (2 + np.exp(eta))),
}


def table(family: str, hard: str) -> Columns:
    rng = np.random.default_rng(17)
    x, z = rng.normal(size=ROWS), rng.exponential(size=ROWS)
    group = [str(level) for level in rng.choice(list("abcd"), ROWS)]
    y = FAMILIES[family](rng, 0.3 + 0.5 * x - 0.2 * np.minimum(z, 3.0)).astype(np.float64)
    return {"x": HARD[hard](x), "z": z, "g": group, "w": np.exp(rng.normal(size=ROWS) * 3), "y": y}


def made(parts: dict[str, Any], cut: slice) -> Block:
    piece: dict[str, Any] = {name: None if part is None else part[cut] for name, part in parts.items()}
    return Block(**piece)


def split(result: Result, rng: np.random.Generator) -> Cut:
    """Cut the rows anywhere, blocks of a single row among them."""
    blocks = list(result.blocks)
    parts: dict[str, Any] = {
        name: None if getattr(blocks[0], name) is None else np.concatenate([getattr(b, name) for b in blocks])
        for name in ("row", "x", "y", "weights", "offset")
    }
    ends = sorted({1, *rng.integers(1, ROWS, rng.integers(1, 30)).tolist()})
    edges = list(zip([0, *ends], [*ends, ROWS], strict=True))
    pieces = tuple(made(parts, slice(a, b)) for a, b in edges)
    return Cut(pieces=pieces, n_obs=ROWS, n_columns=pieces[0].x.shape[1])


def errors(found: Covariances, kind: str) -> FloatArray:
    return np.asarray(np.sqrt(np.diag(found.scaled_by_kind[kind])) * found.unit)


def far_apart(one: Fit, other: Fit, first: Covariances, second: Covariances) -> float:
    """Largest relative difference of anything that the two hold; coefficients beside their errors."""
    size = np.abs(one.coefficients) + errors(first, "classical")
    apart = [np.abs(one.coefficients - other.coefficients) / size]
    apart += [np.abs(errors(second, kind) / errors(first, kind) - 1.0) for kind in first.scaled_by_kind]
    apart += [np.abs(one.x_std[1:] / other.x_std[1:] - 1.0)]
    for name in ("sigma", "log_likelihood", "y_std", "theta"):
        a, b = getattr(one, name), getattr(other, name)
        apart += [] if a is None else [np.asarray([abs(a - b) / abs(a)])]
    return float(np.concatenate(apart).max())


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("hard", HARD)
@pytest.mark.parametrize("family", FAMILIES)
def test_any_split_gives_the_same(family: str, hard: str, extended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not extended:
        monkeypatch.setattr(least_squares, "EXTENDED_AT_ONCE", 0)
    for weights in (None, "w") if family in {"gaussian", "poisson", "gamma"} else (None,):
        result = run(table(family, hard), "y ~ x + z + g", family=family, weights=weights, hac=True)
        assert not result.fit.aliases
        rng = np.random.default_rng(3)
        for _ in range(3):
            blocks = split(result, rng)
            fit = fit_model(result.design, blocks)
            again = covariances(fit, blocks, hac=True)
            assert far_apart(result.fit, fit, result.covariances, again) < SAME


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("hard", ["plain", "seconds of an epoch", "far from zero", "sorted, with long tails"])
def test_any_tree_of_merges_gives_the_same(hard: str, extended: bool) -> None:
    """States of parts, each with a frame of its own, merged pairwise at random."""
    data = table("gaussian", hard)
    x, y = np.column_stack([np.ones(ROWS), data["x"], data["z"]]), data["y"]
    rng = np.random.default_rng(5)

    def state_of(rows: IntArray) -> LeastSquaresState:
        frame = choose_frame(x[rows], y[rows], intercept=True)
        return add(empty_state(frame, extended=extended), x[rows], y[rows])

    first = solve(state_of(np.arange(ROWS)))
    size = np.abs(first.coefficients) + np.sqrt((first.basis**2).sum(axis=1)) * first.unit
    for _ in range(10):
        cuts = np.sort(rng.choice(np.arange(1, ROWS), 20, replace=False))
        states = [state_of(part) for part in np.split(rng.permutation(ROWS), cuts)]
        while len(states) > 1:
            one, other = (states.pop(int(rng.integers(len(states)))) for _ in range(2))
            states.append(merge(one, other))
        found = solve(states[0])
        assert (np.abs(found.coefficients - first.coefficients) / size).max() < SAME
        lengths = [np.sqrt((one.basis**2).sum(axis=1)) * one.unit for one in (found, first)]
        assert lengths[0] == pytest.approx(lengths[1], rel=SAME)
