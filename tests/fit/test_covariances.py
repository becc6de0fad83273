"""Robust covariances against statsmodels and brute force."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from regression_analyzer.errors import UsageError
from regression_analyzer.fit import covariances, observe

from ..design.tables import make_table
from .models import arrays, cut, run

TIGHT = 1e-10


def uneven(n: int, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 5, n)
    return {"x": x, "z": rng.normal(size=n), "y": 2 + x + rng.normal(size=n) * x**2}


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
def test_heteroscedasticity_kinds(kind: str) -> None:
    columns = uneven(200, 1)
    result = run(columns, "y ~ x + z", kind=kind)
    theirs = sm.OLS(columns["y"], sm.add_constant(np.column_stack([columns["x"], columns["z"]]))).fit(cov_type=kind)
    assert np.allclose(result.errors, theirs.bse, rtol=TIGHT)


def test_clusters_as_statsmodels() -> None:
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(40), 10).astype(float)
    x = rng.normal(size=400) + rng.normal(size=40).repeat(10)
    y = 1 + x + rng.normal(size=40).repeat(10) + rng.normal(size=400)
    result = run({"x": x, "y": y, "unit": group}, "y ~ x", kind="cluster:unit", covariance="cluster:unit")
    theirs = sm.OLS(y, sm.add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": group.astype(int)})
    assert np.allclose(result.errors, theirs.bse, rtol=TIGHT)
    assert result.inference.df_inference == 39.0
    assert result.inference.cluster_by == "unit"


def test_a_text_key_gives_the_same_clusters() -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 12, 150)
    columns = {"x": rng.normal(size=150), "y": rng.normal(size=150), "n": codes.astype(float)}
    by_number = run(columns, "y ~ x", kind="cluster", covariance="cluster:n")
    by_text = run({**columns, "t": [f"u{c}" for c in codes]}, "y ~ x", kind="cluster", covariance="cluster:t")
    assert np.allclose(by_number.errors, by_text.errors, rtol=TIGHT)


def test_rows_without_a_key_are_clusters_of_their_own() -> None:
    rng = np.random.default_rng(4)
    key = [None if i % 10 == 0 else str(i % 7) for i in range(100)]
    result = run({"x": rng.normal(size=100), "y": rng.normal(size=100), "k": key}, "y ~ x", covariance="cluster:k")
    assert result.covariances.n_clusters == 7 + 10


@pytest.mark.parametrize("lags", [1, 4])
def test_hac_as_statsmodels(lags: int) -> None:
    rng = np.random.default_rng(5)
    noise = np.convolve(rng.normal(size=203), [1, 0.7, 0.4, 0.2], mode="valid")
    x = rng.normal(size=200)
    y = x + noise
    result = run({"x": x, "y": y}, "y ~ x")
    ours = covariances(result.fit, result.blocks, lags=lags).by_kind["HAC"]
    theirs = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    assert np.allclose(ours, theirs.cov_params(), rtol=TIGHT)


def test_hac_follows_the_time_column_not_the_file() -> None:
    rng = np.random.default_rng(6)
    time = np.arange(120.0)
    noise = np.cumsum(rng.normal(size=120)) * 0.3
    columns = {"t": time, "x": rng.normal(size=120), "y": noise}
    order = rng.permutation(120)
    from dataclasses import replace

    result = run(columns, "y ~ x")
    mixed = run({k: v[order] for k, v in columns.items()}, "y ~ x")
    timed = [replace(b, time=time[order][b.row - 1]) for b in mixed.blocks]
    again = cut(mixed.blocks, [])
    object.__setattr__(again, "pieces", tuple(timed))
    assert np.allclose(
        covariances(mixed.fit, again).by_kind["HAC"], covariances(result.fit, result.blocks, hac=True).by_kind["HAC"]
    )


def test_blocks_do_not_change_any_kind() -> None:
    result = run(uneven(300, 7), "y ~ x + z", hac=True)
    again = covariances(result.fit, cut(result.blocks, [1, 50, 51, 299]), hac=True)
    for kind, matrix in result.covariances.by_kind.items():
        assert np.allclose(again.by_kind[kind], matrix, rtol=1e-9), kind


def test_a_row_of_its_own_is_left_out_of_hc3() -> None:
    columns = {"x": [8.0] * 10 + [19.0], "y": [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 5.56, 7.91, 6.89, 12.5]}
    result = run(columns, "y ~ x", kind="auto")
    assert result.covariances.full_leverage == 1
    assert np.isfinite(result.covariances.by_kind["HC3"]).all()
    assert result.inference.kind == "classical"


def test_leverages_sum_to_the_rank() -> None:
    result = run(arrays(80, 3, 8), "y ~ x0 * x1 + x2")
    total = sum(observe(result.fit, block).leverage.sum() for block in result.blocks)
    assert total == pytest.approx(5.0, rel=1e-12)


@pytest.mark.parametrize(("family", "law"), [("poisson", sm.families.Poisson()), ("binomial", sm.families.Binomial())])
def test_sandwich_of_generalised_models(family: str, law: sm.families.Family) -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=300)
    y = rng.poisson(np.exp(0.3 + 0.5 * x)) if family == "poisson" else (rng.uniform(size=300) < 1 / (1 + np.exp(-x)))
    y = np.asarray(y, dtype=float)
    result = run({"x": x, "y": y}, "y ~ x", family=family, kind="HC0")
    theirs = sm.GLM(y, sm.add_constant(x), family=law).fit(tol=1e-14, cov_type="HC0")
    assert np.allclose(result.errors, theirs.bse, rtol=1e-8)


def test_uneven_spread_is_answered_with_hc3() -> None:
    inference = run(uneven(400, 10), "y ~ x + z", kind="auto").inference
    assert inference.kind == "HC3"
    assert "uneven" in inference.because


def test_even_spread_keeps_classical_errors() -> None:
    assert run(arrays(5000, 2, 11), "y ~ x0 + x1", kind="auto").inference.kind == "classical"


def test_repeated_units_are_clustered() -> None:
    rng = np.random.default_rng(12)
    columns = {"x": rng.normal(size=200), "u": np.repeat(np.arange(20.0), 10)}
    columns["y"] = columns["x"] + rng.normal(size=20).repeat(10)
    inference = run(columns, "y ~ x", kind="auto", covariance="cluster:u").inference
    assert inference.kind == "cluster"
    assert any(finding.code == "few_clusters" for finding in inference.findings)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="HC3"):
        run(arrays(30, 1, 1), "y ~ x0", kind="HC9")


def test_evidence_of_uneven_spread_is_the_studentised_breusch_pagan() -> None:
    from statsmodels.stats.diagnostic import het_breuschpagan

    columns = uneven(150, 13)
    result = run(columns, "y ~ x + z")
    x = sm.add_constant(np.column_stack([columns["x"], columns["z"]]))
    _, p_value, _, _ = het_breuschpagan(sm.OLS(columns["y"], x).fit().resid, x)
    assert result.covariances.evidence["breusch_pagan_p_value"] == pytest.approx(p_value, rel=1e-9)


def test_the_table_is_read_in_pieces_for_many_rows() -> None:
    table = make_table(uneven(30_000, 14))
    whole = run(table, "y ~ x + z", kind="HC3", hac=False)
    brute = next(iter(whole.blocks))
    q, r = np.linalg.qr(brute.x)
    e = brute.y - q @ (q.T @ brute.y)
    h = (q**2).sum(axis=1)
    bread = np.linalg.inv(r)
    meat = (q * (e / (1 - h))[:, None] ** 2).T @ q
    assert np.allclose(whole.inference.covariance, bread @ meat @ bread.T, rtol=1e-9)
