"""Suspect columns are told with the share explained with and without them; it is what another fit gives."""

from __future__ import annotations

import numpy as np
import pytest

import regression_analyzer as ra
from regression_analyzer.explain import suspects
from regression_analyzer.findings import Finding

RNG = np.random.default_rng(11)
N = 180
AREA, ROOMS = RNG.normal(50.0, 10.0, N).round(2), RNG.integers(1, 9, N)
PRICE = (20.0 + 1.5 * AREA + 4.0 * ROOMS + RNG.normal(0.0, 12.0, N)).round(2)


def analyse(target: str, overrides: dict[str, str] | None = None, **columns: object) -> ra.Analysis:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return ra.analyze(("\n".join(lines) + "\n").encode(), target=target, skip_llm=True, overrides=overrides)


def finding(analysis: ra.Analysis, code: str, subject: str) -> Finding:
    return next(f for f in analysis.findings if f.code == code and f.subject == subject)


def test_without_a_column_that_is_used() -> None:
    sold = (PRICE + RNG.normal(0.0, 2.0, N)).round(1)
    group = RNG.choice(["a", "b", "c"], N)
    used = analyse("price", area=AREA, rooms=ROOMS, group=group, sold_price=sold, price=PRICE)
    facts = finding(used, "known_afterwards", "sold_price").facts
    plain = analyse("price", area=AREA, rooms=ROOMS, group=group, price=PRICE)
    assert facts["explained_with"] == pytest.approx(used.fit.r_squared, rel=1e-12)
    assert facts["explained_without"] == pytest.approx(plain.fit.r_squared, rel=1e-9)


def test_with_columns_that_were_left_out() -> None:
    band = np.array(["low", "middle", "high", "top"])[np.searchsorted(np.quantile(PRICE, [0.25, 0.5, 0.75]), PRICE)]
    analysis = analyse("price", area=AREA, rooms=ROOMS, band=band, price=PRICE)
    facts = finding(analysis, "leakage", "band").facts
    dummies = np.column_stack([band == level for level in np.unique(band)]).astype(float)
    x = np.column_stack([AREA, ROOMS, dummies])
    left = PRICE - x @ np.linalg.lstsq(x, PRICE, rcond=None)[0]
    assert facts["explained_with"] == pytest.approx(1.0 - left @ left / ((PRICE - PRICE.mean()) ** 2).sum(), rel=1e-9)
    assert facts["explained_without"] == pytest.approx(analysis.fit.r_squared, rel=1e-12)
    text = next(f["advice"] for f in analysis.to_dict()["findings"] if f["code"] == "leakage")
    assert "With the columns left out for this reason the model would explain" in text


def test_the_share_of_the_deviance_without_a_column() -> None:
    churn = np.where(AREA + RNG.normal(0.0, 8.0, N) > 52.0, "yes", "no")
    days = (AREA + RNG.normal(0.0, 3.0, N)).round(1)
    used = analyse("churn", area=AREA, rooms=ROOMS, days_to_churn=days, churn=churn)
    facts = finding(used, "known_afterwards", "days_to_churn").facts
    plain = analyse("churn", area=AREA, rooms=ROOMS, churn=churn)
    assert facts["explained_without"] == pytest.approx(1.0 - plain.fit.deviance / plain.fit.null_deviance, abs=1e-8)


def test_the_second_model_reads_columns_as_the_first_was_asked_to() -> None:
    churn = np.where(AREA + RNG.normal(0.0, 8.0, N) > 52.0, "yes", "no")
    refund = np.where(churn == "yes", RNG.integers(1, 4, N), 0)
    asked = {"role.rooms": "category"}
    used = analyse("churn", asked, area=AREA, rooms=ROOMS, refund_amount=refund, churn=churn)
    plain = analyse("churn", asked, area=AREA, rooms=ROOMS, churn=churn)
    assert "C(rooms)" in plain.design.formula
    facts = finding(used, "leakage", "refund_amount").facts
    assert facts["explained_with"] == pytest.approx(1.0, abs=1e-6)
    assert facts["explained_without"] == pytest.approx(1.0 - plain.fit.deviance / plain.fit.null_deviance, abs=1e-8)


def test_a_name_alone_is_no_more_than_a_note_where_the_column_hardly_matters() -> None:
    refund = RNG.gamma(2.0, 3.0, N).round(1)
    analysis = analyse("price", area=AREA, rooms=ROOMS, refund_amount=refund, price=PRICE)
    assert finding(analysis, "known_afterwards", "refund_amount").severity == "info"


def test_the_estimate_without_outliers_is_that_of_a_fit_without_them() -> None:
    area, price = AREA.copy(), PRICE.copy()
    area[1], price[:2] = 95.0, PRICE[:2] + 300.0
    facts = next(
        f for f in analyse("price", area=area, rooms=ROOMS, price=price).findings if f.code == "outliers"
    ).facts
    assert facts["count"] == 2
    x = np.column_stack([np.ones(N), area, ROOMS])
    slope = np.linalg.lstsq(x[2:], price[2:], rcond=None)[0]
    assert facts["estimate_without"] == pytest.approx(slope[["area", "rooms"].index(str(facts["term"])) + 1], rel=1e-9)


BAND = np.array(["low", "middle", "high", "top"])[np.searchsorted(np.quantile(PRICE, [0.25, 0.5, 0.75]), PRICE)]


def share_of_deviance(analysis: ra.Analysis) -> float:
    return 1.0 - analysis.fit.deviance / analysis.fit.null_deviance


def test_outcomes_that_a_leak_settles_are_explained_wholly_with_it() -> None:
    late = np.where(AREA + RNG.normal(0.0, 8.0, N) > 52.0, "yes", "no")
    notice = np.where(late == "yes", RNG.choice(["first", "second"], N), "none")
    analysis = analyse("late", area=AREA, rooms=ROOMS, notice=notice, late=late)
    facts = finding(analysis, "leakage", "notice").facts
    assert facts["explained_with"] == pytest.approx(1.0, abs=1e-6)
    assert facts["explained_without"] == pytest.approx(share_of_deviance(analysis), rel=1e-12)


def test_a_leak_of_a_count_that_was_left_out() -> None:
    count = np.random.default_rng(2).poisson(np.exp(0.02 * AREA))
    code = np.array([f"k{v:02d}" for v in np.random.default_rng(3).permutation(count.max() + 1)])[count]
    given = {"area": AREA, "rooms": ROOMS, "code": code, "count": count}
    analysis = analyse("count", None, **given)
    facts = finding(analysis, "leakage", "code").facts
    used = ra.analyze(
        ("\n".join([",".join(given), *(",".join(map(str, r)) for r in zip(*given.values(), strict=True))])).encode(),
        target="count",
        family=analysis.design.family,
        overrides={"predictor.code": "use", "estimator": "maximum_likelihood"},
        skip_llm=True,
    )
    assert analysis.design.family == "poisson"
    assert facts["explained_with"] == pytest.approx(share_of_deviance(used), rel=1e-8)


def test_a_used_column_that_separates_is_compared_by_a_second_fit() -> None:
    churn = np.where(AREA + RNG.normal(0.0, 8.0, N) > 52.0, "yes", "no")
    days = np.where(churn == "yes", 5.0, 9.0) + RNG.uniform(0.0, 1.0, N).round(2)
    used = analyse("churn", area=AREA, rooms=ROOMS, days_to_churn=days, churn=churn)
    told = [f for f in used.findings if f.subject == "days_to_churn" and f.code in {"known_afterwards", "leakage"}]
    plain = analyse("churn", area=AREA, rooms=ROOMS, churn=churn)
    for f in told:
        assert f.facts["explained_without"] == pytest.approx(share_of_deviance(plain), rel=1e-8)
        assert f.facts["explained_with"] == pytest.approx(1.0, abs=1e-6)
    assert told


def test_a_table_too_large_for_a_second_model_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "MOST_CELLS", {True: 10, False: 10})
    analysis = analyse("price", area=AREA, rooms=ROOMS, band=BAND, price=PRICE)
    assert finding(analysis, "leakage", "band").facts["not_compared"] == suspects.TOO_LARGE
    told = next(f["advice"] for f in analysis.to_dict()["findings"] if f["code"] == "leakage")
    assert f"Not compared with and without: {suspects.TOO_LARGE}." in told


def test_rows_that_only_the_first_model_can_use_are_told() -> None:
    gaps = BAND.astype(object)
    gaps[:20] = ""
    analysis = analyse("price", area=AREA, rooms=ROOMS, band=gaps, price=PRICE)
    assert finding(analysis, "leakage", "band").facts["rows_compared"] == N - 20
    told = next(f["advice"] for f in analysis.to_dict()["findings"] if f["code"] == "leakage")
    assert f"in the {N - 20} rows that it can use; it explains" in told


def test_without_the_only_predictor_nothing_is_explained() -> None:
    churn = np.where(AREA > 52.0, "yes", "no")
    days = np.where(churn == "yes", 5.0, 9.0) + RNG.uniform(0.0, 1.0, N).round(2)
    told = [f for f in analyse("churn", days_to_churn=days, churn=churn).findings if f.subject == "days_to_churn"]
    assert [f.facts["explained_without"] for f in told if f.code == "known_afterwards"] == [0.0]
