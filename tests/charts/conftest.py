import numpy as np
import pytest

from regression_analyzer.analysis import Analysis
from tests.charts.build import analysis_of


@pytest.fixture(scope="session")
def funnel() -> Analysis:
    """600 rows whose errors grow with the prediction."""
    generator = np.random.default_rng(11)
    size, age = generator.uniform(0, 10, 600), generator.normal(40, 10, 600)
    colour = [("blue", "green", "red")[i] for i in generator.integers(0, 3, 600)]
    y = 100 + 20 * size + np.asarray([30.0 if c == "red" else 0.0 for c in colour])
    y += generator.normal(size=600) * (2 + 3 * size)
    return analysis_of("price", y, {"size": size, "age": age, "colour": colour}, units={"price": "€", "age": "years"})


@pytest.fixture(scope="session")
def yes_no() -> Analysis:
    """900 rows of a yes/no target that follows its model."""
    generator = np.random.default_rng(12)
    dose = generator.normal(size=900)
    sex = ["female" if u < 0.4 else "male" for u in generator.random(900)]
    p = 1 / (1 + np.exp(-(0.3 + 0.9 * dose - np.asarray([0.0 if s == "female" else 1.1 for s in sex]))))
    y = (generator.random(900) < p).astype(float)
    return analysis_of("cured", y, {"dose": dose, "sex": sex}, family="binomial", link="logit")


@pytest.fixture(scope="session")
def long_table() -> Analysis:
    """20,000 rows, of which 2,000 are shown."""
    generator = np.random.default_rng(13)
    x = generator.gamma(2, 2, 20_000)
    return analysis_of("y", 3 * x + generator.normal(size=20_000), {"x": x})


@pytest.fixture(scope="session")
def hostile() -> Analysis:
    """14 rows with names that mean something to mathematics, markup, fonts and directions of writing."""
    generator = np.random.default_rng(14)
    a, b = generator.normal(size=14), generator.normal(size=14) * 1e-7
    names = {"体重 \u202e€ \ufffd": a, '😀<script>alert("1")</script>&\'\x07\n' + "long " * 60: b}
    return analysis_of("$y_1^{2}$ </title><b>", 3 * a + 1e6 + generator.normal(size=14), names)
