"""The automatic choices made while reading, with the user's overrides applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Decision, Fact, Finding, Severity
from regression_analyzer.table.edges import ReadEdges


class Choices:
    """Collects decisions and findings while a file is read.

    Parameters
    ----------
    overrides : what the user chose, by decision id
    read_edges : asked which way a table lies where the rules are not sure
    """

    def __init__(self, overrides: Mapping[str, str] | None = None, read_edges: ReadEdges | None = None) -> None:
        self._overrides = dict(overrides or {})
        self.read_edges = read_edges
        self.decisions: dict[str, Decision] = {}
        self.findings: list[Finding] = []

    def fresh(self) -> Choices:
        """Return an empty collection with the same overrides, to try something out; it asks nobody."""
        return Choices(self._overrides)

    def override(self, decision_id: str, allowed: Sequence[str] | None = None) -> str | None:
        """Return the user's choice for one decision, or None.

        Raises
        ------
        UsageError
            The value is not among `allowed`.
        """
        value = self._overrides.get(decision_id)
        if value is None or allowed is None or value in allowed:
            return value
        raise unusable(decision_id, value, " or ".join(f'"{a}"' for a in allowed))

    def record(self, decision_id: str, what: str, chosen: str, because: str, rejected: Sequence[str] = ()) -> None:
        """Keep one decision; one with the same id is replaced."""
        overridden = decision_id in self._overrides
        self.decisions[decision_id] = Decision(
            id=decision_id,
            what=what,
            chosen=chosen,
            because="chosen by the user" if overridden else because,
            rejected=tuple(r for r in dict.fromkeys(rejected) if r != chosen),
            overridden=overridden,
        )

    def find(self, code: str, severity: Severity, subject: str = "", **facts: Fact) -> None:
        """Keep one finding."""
        self.findings.append(Finding(code=code, severity=severity, subject=subject, facts=facts))


def unusable(decision_id: str, value: str, allowed: str) -> UsageError:
    """Return the error for an override that cannot be applied."""
    return UsageError(
        f'"{value[:60]}" is not a possible value for {decision_id}; it takes {allowed}.', code="override_value"
    )
