"""Names that speak of afterwards, and names that only sound like it."""

from __future__ import annotations

import pytest

from regression_analyzer.profile.afterwards import afterwards_hint


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("days_to_close", "amount"),
        ("DaysUntilChurn", "churn"),
        ("refund_amount", "sales"),
        ("Rückerstattung", "umsatz"),
        ("date_annulation", "vente"),
        ("discharge_weight", "cost"),
        ("final_score", "grade"),
        ("post_test", "score"),
        ("next_month_sales", "sales"),
        ("exit_interview_date", "attrition"),
        ("sold_price", "price"),
        ("time to resolution", "cost"),
    ],
)
def test_known_afterwards(name: str, target: str) -> None:
    assert afterwards_hint(name, target=target) is not None


@pytest.mark.parametrize("name", ["churn_reason", "churned_date", "Churn Amount"])
def test_a_detail_of_an_event_is_known_with_it(name: str) -> None:
    assert afterwards_hint(name, target="churned", event=True) is not None


@pytest.mark.parametrize(
    "name",
    [
        "post_office_km",
        "final_year",
        "results_per_page",
        "after_school",
        "income after tax",
        "paid_leave_days",
        "previous_result",
        "expected_outcome",
        "actual_age",
        "minutes_to_station",
        "units_sold",
        "next_of_kin",
        "recovery_room",
        "closing hour",
        "days_before_close",
    ],
)
def test_known_before(name: str) -> None:
    assert afterwards_hint(name, target="price", event=True) is None
