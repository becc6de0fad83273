"""The page of the plan, from a preview document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regression_analyzer.service import preview_file
from regression_analyzer.web import Plan, PreviewPage, preview_page, render
from regression_analyzer.web.plan import override_token

TABLE = "id;stadt;preis;fläche\n" + "\n".join(
    f"{i};{'ABC'[i % 3]};{100 + i * 3},{i % 10};{20 + (i * 7) % 50}" for i in range(60)
)


def page_of(folder: Path, overrides: dict[str, str] | None = None, predictors: tuple[str, ...] = ()) -> PreviewPage:
    path = folder / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    plan = Plan(overrides=overrides or {}, predictors=predictors)
    document: dict[str, Any] = preview_file(path, overrides=plan.overrides)
    return preview_page(document, root="/prefix", upload_id="u", name="table.csv", plan=plan)


def column(page: PreviewPage, name: str) -> Any:
    return next(column for column in page.columns if column.name == name)


def test_the_proposal_is_shown(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert page.target == "preis"
    assert column(page, "preis").is_target
    assert not column(page, "preis").is_predictor
    assert column(page, "stadt").is_predictor
    assert column(page, "stadt").bars


def test_a_left_out_column_says_why(tmp_path: Path) -> None:
    identifier = column(page_of(tmp_path), "id")
    assert not identifier.is_predictor
    assert not identifier.proposed
    assert identifier.used_because


def test_a_change_of_use_is_not_taken_for_the_proposal(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"predictor.stadt": "leave_out"})
    assert not column(page, "stadt").is_predictor
    assert column(page, "stadt").proposed
    assert page.changed


def test_the_columns_an_analysis_was_asked_for_are_ticked(tmp_path: Path) -> None:
    page = page_of(tmp_path, predictors=("id", "fläche"))
    assert {each.name for each in page.columns if each.is_predictor} == {"id", "fläche"}
    assert {each.name for each in page.columns if each.proposed} == {"stadt", "fläche"}
    assert page.choice == "preis explained by 2 columns"
    assert page.changed


def test_columns_without_a_row_on_the_page_follow_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regression_analyzer.web.preview.MOST_COLUMNS", 3)
    assert page_of(tmp_path, predictors=("id",)).kept == [override_token("predictor.fläche", "leave_out")]
    assert page_of(tmp_path, predictors=("fläche",)).kept == [override_token("predictor.fläche", "use")]


@pytest.mark.parametrize("what", ["Character encoding", "Cell delimiter", "Line of the column names", "Decimal mark"])
def test_every_guess_about_the_table_can_be_changed(tmp_path: Path, what: str) -> None:
    guess = next(guess for guess in page_of(tmp_path).reading if guess.what == what)
    assert len(guess.choices) > 1
    assert guess.choices[0].chosen
    assert guess.choices[0].value == ""


def test_a_changed_guess_is_marked_and_can_go_back(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"table.decimal": ","})
    guess = next(guess for guess in page.reading if guess.what == "Decimal mark")
    assert guess.by_user
    assert [choice.label for choice in guess.choices if choice.value == ""] == ["automatic"]
    assert [choice.value for choice in guess.choices if choice.chosen] == ["table.decimal=,"]


def test_a_role_can_be_chosen_and_stays_chosen(tmp_path: Path) -> None:
    types = column(page_of(tmp_path, {"role.fläche": "category"}), "fläche").types
    assert [choice.label for choice in types if choice.chosen] == ["category"]


def test_every_page_is_under_the_prefix(tmp_path: Path) -> None:
    html = render(page_of(tmp_path))
    for attribute in ('href="/', 'src="/', 'action="/'):
        assert all(part.startswith("prefix/") for part in html.split(attribute)[1:])
