"""Degrees of freedom for few rows of weight, few clusters and short series, beside brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from regression_analyzer.fit import covariances
from regression_analyzer.fit.second_pass import inverse_factor, rotate, standardised_coefficients
from regression_analyzer.fit.serial import fixed_b_freedom, short_series, windowed
from regression_analyzer.fit.small_sample import RowFreedom, directions, term_freedom
from regression_analyzer.fit.value import Covariances, FloatArray

from .models import Result, cut, run

EXACT = 1e-9
"""Both sides are sums of a few hundred doubles."""


def table(n: int, seed: int) -> dict[str, FloatArray]:
    rng = np.random.default_rng(seed)
    x = rng.gamma(1.0, 2.0, n)
    return {"x": x, "z": rng.normal(size=n), "y": 1 + x + rng.normal(size=n) * (0.5 + x)}


def whole(columns: dict[str, FloatArray]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """X, the hat matrix's complement M, and (X'X)^-1."""
    x = np.column_stack([np.ones(len(columns["y"])), columns["x"], columns["z"]])
    inverse = np.linalg.inv(x.T @ x)
    return x, np.eye(len(x)) - x @ inverse @ x.T, inverse


def matched(form: FloatArray, maker: FloatArray) -> float:
    """Satterthwaite's degrees of freedom of ``u' maker' form maker u`` for even u."""
    p = maker.T @ form @ maker
    return float(np.trace(p) ** 2 / (p * p.T).sum())


@pytest.mark.parametrize(("kind", "power"), [("HC2", 1), ("HC3", 2)])
def test_freedom_of_robust_errors_is_that_of_their_quadratic_form(kind: str, power: int) -> None:
    columns = table(25, 1)
    x, maker, inverse = whole(columns)
    result = run(columns, "y ~ x + z")
    for j in range(3):
        weights = (x @ inverse[:, j]) ** 2 / np.diag(maker) ** power
        assert result.covariances.freedom[kind][j] == pytest.approx(matched(np.diag(weights), maker), rel=EXACT)


def clustered(seed: int, kind: str = "cluster-adjusted:g") -> tuple[dict[str, FloatArray], Result]:
    columns = table(60, seed)
    group = np.random.default_rng(seed).integers(0, 7, 60).astype(float)
    return {**columns, "g": group}, run({**columns, "g": group}, "y ~ x + z", kind=kind, covariance=kind)


def test_cr2_and_its_freedom_as_written_out() -> None:
    columns, result = clustered(2)
    x, maker, inverse = whole(columns)
    residual = maker @ columns["y"]
    meat, makers = np.zeros((3, 3)), []
    for code in np.unique(columns["g"]):
        rows = columns["g"] == code
        values, vectors = np.linalg.eigh(maker[np.ix_(rows, rows)])
        root = vectors @ np.diag(1 / np.sqrt(values)) @ vectors.T
        score = x[rows].T @ root @ residual[rows]
        meat += np.outer(score, score)
        makers.append((x[rows].T @ root @ maker[rows]).T @ inverse)
    assert np.allclose(result.covariances.by_kind["cluster-adjusted"], inverse @ meat @ inverse, rtol=EXACT)
    for j in range(3):
        g = np.column_stack([m[:, j] for m in makers])
        cross = g.T @ g
        expected = np.trace(cross) ** 2 / (cross * cross).sum()
        assert result.covariances.freedom["cluster-adjusted"][j] == pytest.approx(expected, rel=EXACT)


def test_cr2_of_single_rows_is_hc2() -> None:
    columns = {**table(40, 3), "g": np.arange(40.0)}
    found = run(columns, "y ~ x + z", covariance="cluster:g").covariances
    assert np.allclose(found.by_kind["cluster-adjusted"], found.by_kind["HC2"], rtol=EXACT)
    assert np.allclose(found.freedom["cluster-adjusted"], found.freedom["HC2"], rtol=EXACT)


def test_a_level_that_one_unit_has_alone_is_no_more_certain_than_other_rows() -> None:
    """Written out over rows: the unit fills a direction, leaves no residual there and takes the others' scatter."""
    columns, n = table(60, 2), 60
    group = np.repeat(np.arange(12.0), 5)
    flag = (np.arange(n) < 2).astype(float)
    y = columns["y"] + np.random.default_rng(9).normal(size=12)[group.astype(int)]
    found = run({**columns, "y": y, "flag": flag, "g": group}, "y ~ x + flag", covariance="cluster:g").covariances
    x = np.column_stack([np.ones(n), columns["x"], flag])
    inverse = np.linalg.inv(x.T @ x)
    maker = np.eye(n) - x @ inverse @ x.T
    residual = maker @ y
    phi = residual @ residual / (n - 3)
    sums = np.array([residual[group == g].sum() for g in range(12)])
    shared = (sums @ sums - residual @ residual) / (12 * 5 * 4) / (residual @ residual / n)
    assert 0.0 < shared < 1.0
    meat, forms, added = np.zeros((3, 3)), np.zeros((n, n)), 0.0
    for g in range(12):
        rows = group == g
        values, vectors = np.linalg.eigh(maker[np.ix_(rows, rows)])
        seen = values > 1e-9
        root = (vectors[:, seen] / np.sqrt(values[seen])) @ vectors[:, seen].T
        score = x[rows].T @ root @ residual[rows]
        meat += np.outer(score, score)
        along = maker[:, rows] @ root @ x[rows] @ inverse[:, 2]
        forms += np.outer(along, along)
        for direction in vectors[:, ~seen].T:
            spread = 1.0 - shared + shared * direction.sum() ** 2
            meat += phi * spread * np.outer(x[rows].T @ direction, x[rows].T @ direction)
            added += spread * float(direction @ x[rows] @ inverse[:, 2]) ** 2
    assert added > 0.3
    assert np.allclose(found.by_kind["cluster-adjusted"], inverse @ meat @ inverse, rtol=1e-8)
    expected = (np.trace(forms) + added) ** 2 / ((forms**2).sum() + added**2 / (n - 3))
    assert found.freedom["cluster-adjusted"][2] == pytest.approx(min(expected, 11.0), rel=1e-8)


def test_rows_without_a_key_are_units_of_their_own() -> None:
    columns, n = table(40, 3), 40
    group = np.where(np.arange(n) % 9 == 0, np.nan, np.arange(n) // 4)
    apart = np.where(np.isnan(group), 100.0 + np.arange(n), group)
    some, own = (
        run({**columns, "g": keys}, "y ~ x + z", covariance="cluster:g").covariances for keys in (group, apart)
    )
    assert some.n_clusters == own.n_clusters
    assert some.evidence["intracluster_correlation"] == pytest.approx(own.evidence["intracluster_correlation"])
    for kind in ("cluster", "cluster-adjusted"):
        assert np.allclose(some.by_kind[kind], own.by_kind[kind], rtol=EXACT), kind
    assert np.allclose(some.freedom["cluster-adjusted"], own.freedom["cluster-adjusted"], rtol=EXACT)


def test_blocks_do_not_change_what_is_adjusted() -> None:
    _, result = clustered(4)
    blocks = [replace(b, time=np.arange(60.0)[::-1][b.row - 1]) for b in result.blocks]
    one, many = cut(result.blocks, []), cut(result.blocks, [7, 8, 31])
    object.__setattr__(one, "pieces", tuple(blocks))
    whole_block = blocks[0]
    parts = tuple(
        replace(piece, group=whole_block.group[piece.row - 1], time=whole_block.time[piece.row - 1])  # type: ignore[index]
        for piece in many.pieces
    )
    object.__setattr__(many, "pieces", parts)
    first, again = covariances(result.fit, one), covariances(result.fit, many)
    for kind in ("cluster-adjusted", "HAC-adjusted"):
        assert np.allclose(first.by_kind[kind], again.by_kind[kind], rtol=EXACT), kind
        assert np.allclose(first.freedom[kind], again.freedom[kind], rtol=EXACT), kind


def timed(n: int, seed: int) -> tuple[Result, Covariances]:
    result = run(table(n, seed), "y ~ x + z")
    blocks = cut(result.blocks, [])
    object.__setattr__(blocks, "pieces", tuple(replace(b, time=b.row.astype(float)) for b in blocks.pieces))
    return result, covariances(result.fit, blocks)


def test_windows_make_the_bartlett_sum() -> None:
    scores = np.random.default_rng(5).normal(size=(50, 3))
    apart = np.abs(np.subtract.outer(np.arange(50), np.arange(50)))
    kernel = np.maximum(0, 1 - apart / 6)
    assert np.allclose(windowed(scores, 6), scores.T @ kernel @ scores, rtol=EXACT)


def test_a_long_series_gets_the_fixed_b_quantile() -> None:
    share = 0.1
    quantile = stats.t.ppf(0.975, fixed_b_freedom(share))
    assert quantile == pytest.approx(1.96 + 0.29694 + 0.00416 - 0.0005324, rel=1e-6)
    _, found = timed(900, 6)
    assert found.freedom["HAC-adjusted"][1] == pytest.approx(fixed_b_freedom(39 / 900))


def test_a_short_series_is_corrected_under_its_own_memory() -> None:
    rng = np.random.default_rng(7)
    q, _ = np.linalg.qr(np.column_stack([np.ones(60), np.cumsum(rng.normal(size=60)), rng.normal(size=60)]))
    steps = rng.normal(size=60)
    errors = np.array([sum(0.6**k * steps[i - k] for k in range(i + 1)) for i in range(60)])
    residual = errors - q @ (q.T @ errors)
    found = short_series(q, residual, np.eye(3), 11)
    apart = np.abs(np.subtract.outer(np.arange(60), np.arange(60)))
    kernel, working, maker = np.maximum(0, 1 - apart / 11), found.memory**apart, np.eye(60) - q @ q.T
    root = np.asarray(np.linalg.cholesky(working), dtype=np.float64)
    assert 0.3 < found.memory < 0.9
    for j in range(3):
        form = kernel * np.outer(q[:, j], q[:, j])
        assert found.meat[j, j] == pytest.approx(residual @ form @ residual, rel=EXACT)
        expected = np.trace(maker @ form @ maker @ working)
        assert found.factor[j] * expected == pytest.approx(q[:, j] @ working @ q[:, j], rel=EXACT)
        assert found.freedom[j] == pytest.approx(matched(maker @ form @ maker, root), rel=EXACT)


def test_a_term_of_equal_freedom_keeps_it() -> None:
    assert term_freedom(np.array([12.0, 12.0, 12.0])) == 12.0
    assert term_freedom(np.array([12.0, 12.0, 12.0 + 1e-9])) == pytest.approx(12.0)
    assert 5.0 < term_freedom(np.array([5.0, 40.0])) < 40.0
    assert term_freedom(np.array([1.5, 2.0])) == 1.0


def test_what_the_program_chooses_can_be_asked_for() -> None:
    columns = table(30, 8)
    own = run(columns, "y ~ x + z", kind="auto").inference
    asked = run(columns, "y ~ x + z", kind=own.decisions[0].chosen).inference
    assert own.adjusted
    assert [c.p_value for c in own.coefficients] == [c.p_value for c in asked.coefficients]
    usual = run(columns, "y ~ x + z", kind=own.kind).inference
    assert not usual.adjusted
    assert usual.df_inference == 27.0
    assert usual.coefficients[1].p_value < own.coefficients[1].p_value


def test_in_large_tables_the_own_direction_tells_the_few_rows() -> None:
    rng = np.random.default_rng(9)
    flag = np.zeros(3_000)
    flag[:4] = 1.0
    columns = {"x": flag, "z": rng.normal(size=3_000), "y": rng.normal(size=3_000)}
    result = run(columns, "y ~ x + z")
    along = directions(result.fit.basis)
    found = RowFreedom(along=along, exact=False)
    for block in result.blocks:
        seen = rotate(result.fit, block, inverse_factor(result.fit), standardised_coefficients(result.fit))
        found.add(seen)
    for ours, kind in zip(found.freedom(2_997.0), ("HC2", "HC3"), strict=True):
        exact = result.covariances.freedom[kind]
        assert exact[1] == pytest.approx(3.0, rel=0.01)
        assert ours == pytest.approx(exact, rel=0.01)
