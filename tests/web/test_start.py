"""The start page as it is rendered."""

from __future__ import annotations

import pytest

from regression_analyzer.web import StartPage, render


@pytest.mark.parametrize(("shows_rows", "said"), [(False, "then no cell does."), (True, "then the first rows do.")])
def test_what_leaves_is_said_as_it_is_set(shows_rows: bool, said: str) -> None:
    page = StartPage(title="Start", root="", limit="50 MB", examples=[], recent=[], shows_rows=shows_rows)
    assert said in render(page)
