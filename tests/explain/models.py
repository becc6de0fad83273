"""Prediction models for tests, from CSV text to predictions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.diagnose import diagnose
from regression_analyzer.explain import PredictionModel, Predictions, predict, prediction_model
from regression_analyzer.fit import covariances, fit_model, infer
from regression_analyzer.profile import describe
from regression_analyzer.table import Table, read_table


def csv_table(text: str) -> Table:
    return read_table(text.encode(), name="new.csv")


def model_of(
    table: Table, formula: str, *, family: str = "gaussian", kind: str = "classical", weights: str | None = None
) -> PredictionModel:
    design = specify(table, describe(table), formula=formula, family=family, weights=weights, covariance=kind)
    blocks = open_blocks(design, table)
    fit = fit_model(design, blocks)
    diagnostics = diagnose(fit, blocks, design)
    inference = infer(fit, covariances(fit, blocks), design, kind=kind, evidence=diagnostics.extra)
    return prediction_model(table, design, fit, inference, diagnostics)


def homes(n: int = 200, seed: int = 1) -> str:
    """Return a table of homes: area, rooms, town, built (a date), price, sold (yes or no), visits (a count)."""
    rng = np.random.default_rng(seed)
    area = rng.uniform(40, 200, size=n)
    rooms = np.round(area / 30 + rng.normal(0, 0.4, size=n)) + 1
    town = rng.choice(["north", "south", "west"], size=n)
    day = rng.integers(0, 10_000, size=n)
    price = np.exp(11 + 0.006 * area + 0.1 * (town == "south") + 0.15 * rng.normal(size=n))
    sold = rng.random(n) < 1 / (1 + np.exp(-(area - 120) / 40))
    visits = rng.poisson(np.exp(0.5 + 0.01 * area))
    dates = np.datetime64("1990-01-01") + day
    lines = ["area,rooms,town,built,price,sold,visits"]
    for i in range(n):
        outcome = "yes" if sold[i] else "no"
        lines.append(f"{area[i]:.3f},{rooms[i]:.0f},{town[i]},{dates[i]},{price[i]:.2f},{outcome},{visits[i]}")
    return "\n".join(lines) + "\n"


def predicted(model: PredictionModel, text: str, level: float = 0.95) -> Predictions:
    return predict(model, csv_table(text), level)


def truth_table(truth: Path, name: str) -> Table:
    return read_table(truth / "real" / name)
