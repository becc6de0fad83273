"""What schemathesis cannot know: how a table looks. Loaded by it, through ``hooks`` in its configuration."""

from __future__ import annotations

import schemathesis
from hypothesis import strategies as st

NAMES = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=4, unique=True)
CELL = st.integers(-1000, 1000)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A CSV file with a header and some rows of whole numbers."""
    names = draw(NAMES)
    rows = draw(st.lists(st.tuples(*[CELL] * len(names)), min_size=8, max_size=30))
    return "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]).encode()


schemathesis.openapi.media_type("text/csv", tables())
