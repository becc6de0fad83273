"""Other methods are asked where tails are heavy, and what they say is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import regression_analyzer as ra
from regression_analyzer.errors import UsageError
from regression_analyzer.explain.second_opinions import MOST_ROWS, Opinion, SecondOpinions
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.quantile import quantile_fit


def frame(n: int = 150, *, wild: int = 0, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"a": rng.normal(50.0, 5.0, n), "b": rng.normal(0.0, 1.0, n)})
    data["y"] = 100.0 + 2.0 * data["a"] - data["b"] + rng.normal(0.0, 1.0, n)
    far = data["a"].nlargest(wild).index
    data.loc[far, "y"] -= 400.0
    return data


def opinions(analysis: ra.Analysis) -> SecondOpinions:
    assert analysis.explanation is not None
    assert isinstance(analysis.explanation.second_opinions, SecondOpinions)
    return analysis.explanation.second_opinions


def test_bell_shaped_residuals_need_no_second_opinion() -> None:
    document = ra.analyze(frame(), target="y", skip_llm=True).to_dict()
    assert document["second_opinions"] == []
    assert "no heavy tails" in document["second_opinions_reason"]


def test_rows_far_off_are_told_by_what_they_decide() -> None:
    analysis = ra.analyze(frame(wild=6), target="y", covariance="classical", skip_llm=True)
    document = analysis.to_dict()
    assert [one["method"] for one in document["second_opinions"]] == ["median_regression", "huber", "bisquare"]
    bisquare = document["second_opinions"][2]
    slope = next(row for row in bisquare["coefficients"] if row["term"] == "a")
    assert slope["estimate"] == pytest.approx(2.0, abs=0.2)
    assert bisquare["agrees"] is False
    assert "second_opinion_differs" in [finding["code"] for finding in document["findings"]]
    assert "Does another method say the same?" in analysis.to_html()


def test_they_are_fitted_to_the_rows_of_the_model() -> None:
    data = frame(wild=3)
    analysis = ra.analyze(data, formula="y ~ a + b", skip_llm=True)
    found = opinions(analysis).opinions["median_regression"]
    assert isinstance(found, Opinion)
    x = np.column_stack([np.ones(len(data)), data[["a", "b"]]])
    direct = quantile_fit(x, data["y"].to_numpy())
    assert [row.estimate for row in found.coefficients] == pytest.approx(direct, rel=1e-9)


def test_asking_and_not_asking_can_be_chosen() -> None:
    asked = ra.analyze(frame(), target="y", overrides={"second_opinions": "computed"}, skip_llm=True)
    assert all(isinstance(one, Opinion) and one.agrees for one in opinions(asked).opinions.values())
    left = ra.analyze(frame(wild=6), target="y", overrides={"second_opinions": "skipped"}, skip_llm=True)
    assert left.explanation is not None
    assert isinstance(left.explanation.second_opinions, Skipped)
    with pytest.raises(UsageError, match="computed or skipped"):
        ra.analyze(frame(), target="y", overrides={"second_opinions": "maybe"}, skip_llm=True)


def test_long_tables_are_sampled_and_say_so() -> None:
    analysis = ra.analyze(frame(9_000, wild=50), target="y", skip_llm=True)
    for one in opinions(analysis).opinions.values():
        assert isinstance(one, Opinion)
        assert 0.8 * MOST_ROWS < one.n_obs < 1.2 * MOST_ROWS
    assert "a sample of" in analysis.to_html()


def test_other_families_are_not_asked() -> None:
    data = frame()
    data["y"] = (data["y"] > data["y"].median()).astype(int)
    document = ra.analyze(data, target="y", skip_llm=True).to_dict()
    assert document["second_opinions_reason"] == "asked for in least squares only"
