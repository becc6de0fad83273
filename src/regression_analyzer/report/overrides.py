"""How to override a decision on the command line."""

from __future__ import annotations

import shlex

from regression_analyzer.findings import Decision


def override_option(decision: Decision) -> str:
    """Return the option that takes the first alternative (or shows where a value goes), quoted for a shell."""
    value = decision.rejected[0] if decision.rejected else "VALUE"
    return f"--override {shlex.quote(f'{decision.id}={value}')}"
