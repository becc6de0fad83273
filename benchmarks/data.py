"""Seeded tables of the sizes people have. Shapes follow well-known public tables; values are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def people(path: Path, rows: int = 1_338, seed: int = 1) -> Path:
    """Write yearly charges of people: 7 columns, three of them text (the shape of insurance.csv)."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 65, rows)
    sex = rng.choice(["female", "male"], rows)
    bmi = rng.normal(30.7, 6.1, rows).round(2)
    children = rng.poisson(1.1, rows)
    smoker = rng.choice(["no", "yes"], rows, p=[0.8, 0.2])
    region = rng.choice(["northeast", "northwest", "southeast", "southwest"], rows)
    smokes = smoker == "yes"
    charges = 250 * age + 20 * bmi + 500 * children + smokes * (1_400 * (bmi - 14)) + rng.gamma(2, 2_000, rows)
    with path.open("w", encoding="utf-8") as file:
        file.write("age,sex,bmi,children,smoker,region,charges\n")
        for row in zip(age, sex, bmi, children, smoker, region, charges.round(4), strict=True):
            file.write(",".join(map(str, row)) + "\n")
    return path


def stones(path: Path, rows: int = 53_940, seed: int = 2) -> Path:
    """Write prices of cut stones: 10 columns, three ordered categories (the shape of diamonds.csv)."""
    rng = np.random.default_rng(seed)
    carat = np.exp(rng.normal(-0.4, 0.58, rows)).round(2)
    cut = rng.choice(["Fair", "Good", "Ideal", "Premium", "Very Good"], rows, p=[0.03, 0.09, 0.4, 0.26, 0.22])
    colour = rng.choice(list("DEFGHIJ"), rows)
    clarity = rng.choice(["I1", "IF", "SI1", "SI2", "VS1", "VS2", "VVS1", "VVS2"], rows)
    depth = rng.normal(61.7, 1.4, rows).round(1)
    table = rng.normal(57.5, 2.2, rows).round(0)
    x = (6.4 * carat ** (1 / 3) + rng.normal(0, 0.05, rows)).round(2)
    y = (x + rng.normal(0, 0.04, rows)).round(2)
    z = (x * depth / 100 + rng.normal(0, 0.03, rows)).round(2)
    price = np.exp(8.4 + 1.7 * np.log(carat) + rng.normal(0, 0.25, rows)).round(0)
    with path.open("w", encoding="utf-8") as file:
        file.write("carat,cut,color,clarity,depth,table,price,x,y,z\n")
        for row in zip(carat, cut, colour, clarity, depth, table, price.astype(int), x, y, z, strict=True):
            file.write(",".join(map(str, row)) + "\n")
    return path


def large(path: Path, rows: int = 5_000_000, seed: int = 3, block: int = 250_000) -> Path:
    """Write 10 columns, two of them text, about 120 bytes a row (600 MB at 5,000,000 rows)."""
    rng = np.random.default_rng(seed)
    beta = np.array([1.5, -2.0, 0.7, 0.0, 3.1, -0.4, 0.2])
    regions = np.array(["north", "south", "east", "west"])
    plans = np.array(["basic", "plus", "family", "business", "free"])
    with path.open("w", encoding="utf-8") as file:
        file.write("y,x1,x2,x3,x4,x5,x6,x7,region,plan\n")
        for start in range(0, rows, block):
            n = min(block, rows - start)
            x = rng.normal(size=(n, 7))
            region = rng.integers(0, 4, n)
            plan = rng.integers(0, 5, n)
            spread = 1 + np.abs(x[:, 0])
            y = 10 + x @ beta + 0.5 * region - 0.8 * plan + spread * rng.normal(size=n)
            columns = [np.char.mod("%.10f", y), *(np.char.mod("%.10f", x[:, j]) for j in range(7))]
            columns += [regions[region], plans[plan]]
            lines = columns[0]
            for column in columns[1:]:
                lines = np.char.add(np.char.add(lines, ","), column)
            file.write("\n".join(lines.tolist()) + "\n")
    return path
