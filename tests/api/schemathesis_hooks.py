"""What schemathesis cannot know: how a table looks, and which columns a finished analysis predicts from.

Loaded by it, through ``hooks`` in its configuration.
"""

from __future__ import annotations

import random
from typing import Any

import schemathesis
from hypothesis import strategies as st
from pydantic import JsonValue
from schemathesis import Case, GenerationMode, HookContext

NAMES = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=4, unique=True)
CELL = st.integers(-1000, 1000)
PREDICT = "POST /api/v1/predict/{job_id}"


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A CSV file with a header and some rows of whole numbers."""
    names = draw(NAMES)
    rows = draw(st.lists(st.tuples(*[CELL] * len(names)), min_size=8, max_size=30))
    return "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]).encode()


schemathesis.openapi.media_type("text/csv", tables())


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Fill a body that is to be accepted with birds: no schema can name the columns of a table yet to come.

    The one hook that sees every phase: one on bodies sees neither examples nor coverage, which come first and end
    the testing of a call that they find wrong, and cannot tell a body that is meant to be refused.
    """
    meant = case.meta.generation.mode if case.meta else None
    if (case.operation.label, case.media_type, meant) == (PREDICT, "application/json", GenerationMode.POSITIVE):
        case.body = {"rows": penguins(random.Random(repr(case.body)))}  # noqa: S311


def penguins(chance: random.Random) -> list[JsonValue]:
    """Return one to four birds as the example has them, some of them without a sex or far too large."""
    return [
        {
            "species": chance.choice(["Adelie", "Chinstrap", "Gentoo"]),
            "island": chance.choice(["Biscoe", "Dream", "Torgersen"]),
            "bill_length_mm": chance.choice([chance.uniform(32, 60), 1e6]),
            "bill_depth_mm": round(chance.uniform(13, 22), 1),
            "flipper_length_mm": chance.randint(170, 235),
            "sex": chance.choice(["male", "female", None]),
            "year": chance.randint(2007, 2009),
        }
        for _ in range(chance.randint(1, 4))
    ]
