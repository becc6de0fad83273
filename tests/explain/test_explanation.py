"""The stage as a whole, from a file."""

from __future__ import annotations

import numpy as np
import pytest

from regression_analyzer.analysis import Analysis, Options, analyze
from regression_analyzer.errors import UsageError
from regression_analyzer.explain import Explanation
from regression_analyzer.explain.shape import Proposal
from regression_analyzer.explain.validation import Validation
from regression_analyzer.findings import Skipped
from regression_analyzer.table import read_table
from tests.explain.models import homes


def analysed(text: str, **options: object) -> Analysis:
    return analyze(read_table(text.encode(), name="homes.csv"), Options(**options))  # type: ignore[arg-type]


def explained(text: str, **options: object) -> Explanation:
    found = analysed(text, **options).explanation
    assert found is not None
    return found


def validated(explanation: Explanation) -> Validation:
    assert isinstance(explanation.validation, Validation)
    return explanation.validation


@pytest.mark.parametrize(
    "formula", ["price ~ area + town", "visits ~ area + rooms", "sold ~ area + town", "log(price) ~ area"]
)
def test_every_family_is_tried(formula: str) -> None:
    validation = validated(explained(homes(), formula=formula))
    assert 0.0 < validation.linear.explained.value < 1.0
    assert not isinstance(validation.flexible, Skipped)


def test_the_average_alone_explains_nothing() -> None:
    validation = validated(explained(homes(), formula="price ~ 1"))
    assert validation.linear.explained.value == pytest.approx(0.0, abs=1e-12)
    assert isinstance(validation.flexible, Skipped)


def test_a_handful_of_rows_is_not_tried() -> None:
    found = explained("a,b\n1,2\n2,4.1\n3,5.9\n4,8.2\n5,9.7\n", formula="b ~ a")
    assert isinstance(found.validation, Skipped)
    assert isinstance(found.proposal, Skipped)


def test_the_scheme_is_a_decision_that_can_be_replayed() -> None:
    analysis = analysed(homes(), formula="price ~ area", overrides={"validation.scheme": "random"})
    assert [d.overridden for d in analysis.decisions if d.id == "validation.scheme"] == [True]


def test_a_scheme_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageError, match="grouped"):
        analysed(homes(), formula="price ~ area", overrides={"validation.scheme": "grouped"})


def test_the_same_file_gives_the_same_numbers() -> None:
    first, second = (explained(homes(), formula="price ~ area + rooms + town") for _ in range(2))
    assert validated(first).flexible == validated(second).flexible
    assert first.permutation.linear == second.permutation.linear  # type: ignore[union-attr]
    assert [share.ci_low for share in first.importance.shares] == [share.ci_low for share in second.importance.shares]


def test_noise_is_worse_than_the_average() -> None:
    rng = np.random.default_rng(1)
    data = rng.normal(size=(40, 16))
    names = [f"x{i}" for i in range(15)]
    text = "\n".join([",".join(["y", *names]), *(",".join(map(repr, row)) for row in data.tolist())])
    analysis = analysed(text, formula="y ~ " + " + ".join(names))
    assert "worse_than_average" in {finding.code for finding in analysis.findings}


def test_what_is_missed_is_a_finding() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.uniform(-2, 2, size=(2, 500))
    y = a + b + 2 * a * b + 0.5 * rng.normal(size=500)
    rows = zip(y.tolist(), a.tolist(), b.tolist(), strict=True)
    text = "y,a,b\n" + "".join(f"{p!r},{q!r},{r!r}\n" for p, q, r in rows)
    analysis = analysed(text, formula="y ~ a + b")
    assert analysis.explanation is not None
    assert isinstance(analysis.explanation.proposal, Proposal)
    assert "terms_missed" in {finding.code for finding in analysis.findings}


def test_progress_tells_of_each_part() -> None:
    told: list[str] = []
    table = read_table(homes().encode(), name="homes.csv")
    analyze(table, Options(formula="price ~ area"), on_progress=lambda stage, _, text: told.append(stage + text))
    assert sum(text.startswith("explain") for text in told) >= 4


def test_a_model_that_knows_its_rows_by_heart_does_not_bend() -> None:
    rng = np.random.default_rng(4)
    a = rng.normal(size=90)
    other = rng.normal(size=(90, 70))
    names = [f"x{i}" for i in range(70)]
    y = a + 0.3 * rng.normal(size=90)
    rows = np.column_stack([y, a, other]).tolist()
    text = "\n".join([",".join(["y", "a", *names]), *(",".join(map(repr, row)) for row in rows)])
    analysis = analysed(text, formula="y ~ a + " + " + ".join(names))
    assert analysis.explanation is not None
    assert not validated(analysis.explanation).bends
    assert "line_misses_something" not in {finding.code for finding in analysis.findings}
