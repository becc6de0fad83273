"""What each column is, from its numbers and its name; every rule gives its reason."""

from __future__ import annotations

from dataclasses import dataclass

from regression_analyzer.errors import UsageError
from regression_analyzer.profile import names
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.value import Role
from regression_analyzer.table.value import Column

LARGEST_EXACT_INTEGER = 2.0**53
KEY_SPREAD = 100.0
"""Largest over smallest of long keys; amounts so large usually spread over more."""
NEARLY_UNIQUE_SHARE = 0.9
"""Texts with more different values than this share of the rows name rows."""
REPEATING_SHARE = 0.5
"""Codes and categories have fewer different values than this share of the rows."""
MIN_ROWS_FOR_UNIQUENESS = 10
INDEX_ROWS = 20
"""Rows from which a first column 1, 2, 3 ... is taken for a row number whatever its name."""
LONG_TEXT = 50
MANY_WORDS = 8
MAX_COUNT_VALUES = 200
LARGEST_UNNAMED_COUNT = 100.0
"""Whole numbers above this are taken for counts only where their name says so."""
NUMBER_ROLES: frozenset[Role] = frozenset({"quantity", "count"})
TEXT_ROLES: frozenset[Role] = frozenset({"category", "text", "identifier", "unit_key"})
OVERRIDE_ROLES: dict[str, frozenset[Role]] = {
    "number": frozenset({"quantity", "count", "category", "yes_no", "identifier", "unit_key", "total", "date"}),
    "yes_no": frozenset({"yes_no", "category", "identifier", "unit_key", "text"}),
    "date": frozenset({"date", "identifier", "unit_key", "category"}),
    "text": TEXT_ROLES,
}
"""Roles a user may give to a column of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChoice:
    """A role with its reason.

    Attributes
    ----------
    rejected : roles that were possible too
    by_user : the user chose it
    """

    role: Role
    reason: str
    rejected: tuple[Role, ...] = ()
    by_user: bool = False


def choose_role(column: Column, m: Measures, *, n_rows: int, n_columns: int) -> RoleChoice:
    """Take a column for something, by rules in a fixed order.

    Whole numbers with few values stay quantities unless their name says they are codes; a number with exactly
    the values 0 and 1 is a yes/no; keys whose values recur are decided later, over several columns.
    """
    if m.present == 0:
        return RoleChoice(role="empty", reason="no row has a value")
    if m.distinct <= 1:
        blank = "" if m.present == n_rows else " where there is one"
        return RoleChoice(role="constant", reason=f"the value is the same in every row{blank}")
    if column.kind == "yes_no":
        return RoleChoice(role="yes_no", reason="it has two opposite values", rejected=("category",))
    if column.kind == "date":
        return RoleChoice(role="date", reason="its values are dates", rejected=("category",))
    return _text_role(column, m) if column.kind == "text" else _number_role(column, m, n_columns)


def _text_role(column: Column, m: Measures) -> RoleChoice:
    share = m.distinct / m.present
    about = "" if m.distinct_is_exact else "about "
    counted = f"{about}{m.distinct:,} different values in {m.present:,} rows"
    if m.nested > 0.5:
        return RoleChoice(role="text", reason="its cells hold lists or JSON", rejected=("category",))
    if (m.mean_length > LONG_TEXT or m.mean_words > MANY_WORDS) and share > 0.3:
        reason = f"free text: {m.mean_words:.0f} words on average, {counted}"
        return RoleChoice(role="text", reason=reason, rejected=("category",))
    if m.hash_like > 0.9 and share > REPEATING_SHARE:
        return RoleChoice(role="identifier", reason=f"its values look like keys; {counted}", rejected=("category",))
    if m.distinct == m.present and m.distinct_is_exact:
        return RoleChoice(role="identifier", reason="every row has its own value", rejected=("category", "text"))
    if share > NEARLY_UNIQUE_SHARE and m.present >= MIN_ROWS_FOR_UNIQUENESS:
        return RoleChoice(role="identifier", reason=f"almost every row has its own value ({counted})",
                          rejected=("category", "text"))  # fmt: skip
    if names.identifier_hint(column.name) and share > REPEATING_SHARE:
        return RoleChoice(role="identifier", reason=f"its name says so; {counted}", rejected=("category",))
    return RoleChoice(role="category", reason=f"text with repeating values: {counted}", rejected=("text",))


def _number_role(column: Column, m: Measures, n_columns: int) -> RoleChoice:
    low = m.numbers.minimum if m.numbers else None
    high = m.numbers.maximum if m.numbers else None
    if low is None or high is None:
        return RoleChoice(role="quantity", reason="its values are numbers")
    if m.distinct == 2 and low == 0.0 and high == 1.0:
        return RoleChoice(role="yes_no", reason="its only values are 0 and 1", rejected=("quantity", "category"))
    if column.integer:
        found = _key_role(column, m, low, high, n_columns) or _code_role(column, m) or _count_role(column, m, low, high)
        if found:
            return found
    counted = f"{'' if m.distinct_is_exact else 'about '}{m.distinct:,} different values"
    few = column.integer and m.distinct <= MAX_COUNT_VALUES
    return RoleChoice(role="quantity", reason=f"numbers with {counted}", rejected=("category",) if few else ())


def _key_role(column: Column, m: Measures, low: float, high: float, n_columns: int) -> RoleChoice | None:
    """Row numbers and keys among whole numbers."""
    rejected: tuple[Role, ...] = ("quantity",)
    unique = m.distinct == m.present and m.distinct_is_exact
    share = m.distinct / m.present
    hinted = names.identifier_hint(column.name) or not column.original_name.strip()
    large = low > LARGEST_EXACT_INTEGER and high < KEY_SPREAD * low
    if large and share > REPEATING_SHARE:
        reason = f"whole numbers of more than 15 digits, {m.distinct:,} different in {m.present:,} rows"
        return RoleChoice(role="identifier", reason=reason, rejected=rejected)
    if names.time_hint(column.name):
        return None
    consecutive = unique and high - low + 1 == m.present
    if hinted and unique and (consecutive or names.strong_identifier_hint(column.name)):
        what = "consecutive whole numbers" if consecutive else "every row has its own number"
        return RoleChoice(role="identifier", reason=f"{what}, and its name says so", rejected=rejected)
    counts_things = names.count_hint(column.name) and not names.strong_identifier_hint(column.name)
    if hinted and not counts_things and share > NEARLY_UNIQUE_SHARE and m.present >= MIN_ROWS_FOR_UNIQUENESS:
        reason = f"almost every row has its own number, and its name says so ({m.distinct:,} in {m.present:,} rows)"
        return RoleChoice(role="identifier", reason=reason, rejected=rejected)
    measured = names.target_hint(column.name)[0] > 0 or names.predictor_hint(column.name)
    telling = measured or len(column.name.strip()) <= 2
    counting = consecutive and low in (0.0, 1.0) and m.present >= INDEX_ROWS
    if counting and not telling and column.position == 0 and n_columns > 2:
        reason = f"the first column counts the rows from {low:.0f} to {high:.0f}"
        return RoleChoice(role="identifier", reason=reason, rejected=rejected)
    return None


def _code_role(column: Column, m: Measures) -> RoleChoice | None:
    """Whole numbers whose name says that they are labels."""
    coded = names.code_hint(column.name) or names.strong_identifier_hint(column.name)
    if not coded or m.distinct < 3:
        return None
    if m.distinct > 0.8 * m.present and m.present >= MIN_ROWS_FOR_UNIQUENESS and m.distinct > MAX_COUNT_VALUES:
        reason = f"codes, {m.distinct:,} different in {m.present:,} rows"
        return RoleChoice(role="identifier", reason=reason, rejected=("quantity", "category"))
    if m.distinct > 0.8 * m.present:
        return None
    reason = f"whole numbers that its name calls codes: {m.distinct:,} different values"
    return RoleChoice(role="category", reason=reason, rejected=("quantity",))


def _count_role(column: Column, m: Measures, low: float, high: float) -> RoleChoice | None:
    """Whole numbers from 0 up that pile up at the low end, or that are called counts."""
    mean = m.numbers.mean if m.numbers else None
    if low < 0 or mean is None or names.time_hint(column.name):
        return None
    if names.count_hint(column.name):
        reason = f"whole numbers from {low:.0f} to {high:.0f}, and its name says that they count"
        return RoleChoice(role="count", reason=reason, rejected=("quantity",))
    piled_up = high - mean > 2.0 * (mean - low)
    if low == 0 and 3 <= m.distinct <= MAX_COUNT_VALUES and piled_up and high <= LARGEST_UNNAMED_COUNT:
        reason = f"whole numbers from 0 to {high:.0f}, most of them small (mean {mean:.3g})"
        return RoleChoice(role="count", reason=reason, rejected=("quantity",))
    return None


def overridden_role(column: Column, m: Measures, asked: str) -> RoleChoice:
    """The role a user gave.

    Raises
    ------
    UsageError
        The role does not exist or the column cannot have it.
    """
    allowed = OVERRIDE_ROLES[column.kind]
    role: Role | None = next((r for r in allowed if r == asked), None)
    if role is None:
        raise UsageError(
            f'Column "{column.name}" ({column.kind}) cannot have the role "{asked}".',
            hint=f"Possible roles: {', '.join(sorted(allowed))}.",
            code="unknown_role",
        )
    if m.present == 0 or m.distinct <= 1:
        raise UsageError(
            f'Column "{column.name}" has {m.distinct} different values and cannot have the role "{asked}".',
            code="unknown_role",
        )
    return RoleChoice(role=role, reason="chosen by the user", by_user=True)
