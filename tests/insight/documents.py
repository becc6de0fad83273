"""Documents of real analyses, made once, to be told."""

from __future__ import annotations

import csv
import io
import random
from functools import cache
from typing import Any

import regression_analyzer as ra
from regression_analyzer.insight.story import Story, story_of
from regression_analyzer.report import numbers


def charges_csv(rows: int = 400) -> bytes:
    """Return medical charges with clear effects (smoker, age, bmi) and open ones (children, region)."""
    random_ = random.Random(5)  # noqa: S311
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["age", "bmi", "children", "smoker", "region", "discount", "charges"])
    for _ in range(rows):
        age, bmi = random_.randint(18, 64), round(random_.gauss(30, 6), 1)
        children, smoker = random_.randint(0, 4), random_.random() < 0.3
        region = random_.choice(["north", "south", "west"])
        discount = round(random_.uniform(0, 20), 1)
        noise = random_.gauss(0, 3000)
        charges = 260 * age + 330 * bmi + 23_800 * smoker - 400 * discount + noise
        writer.writerow([age, bmi, children, "yes" if smoker else "no", region, discount, round(charges, 2)])
    return out.getvalue().encode()


@cache
def charges_document() -> dict[str, Any]:
    document: dict[str, Any] = ra.analyze(charges_csv(), "charges", skip_llm=True).to_dict()
    return document


@cache
def charges_story() -> Story:
    return story_of(charges_document(), numbers)
