"""The door of the room: a fit and its rows in, all checks out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.diagnose.checks import all_checks
from regression_analyzer.diagnose.influence import influence_of, removals
from regression_analyzer.diagnose.pictures import gather, partial_residuals, residual_plot
from regression_analyzer.diagnose.remarks import remarks
from regression_analyzer.diagnose.residual_checks import ResidualChecks, residual_checks
from regression_analyzer.diagnose.scan import Scan, scan
from regression_analyzer.diagnose.value import Check, Diagnostics, TestResult
from regression_analyzer.fit.value import Fit
from regression_analyzer.progress import Progress, silent

SEED = 20_240_229


def diagnose(
    fit: Fit,
    blocks: Blocks,
    design: Design,
    *,
    on_progress: Progress = silent,
    seed: int = SEED,
) -> Diagnostics:
    """Put every check to a fit.

    One pass over the rows; a second, lighter one where there are more than 50,000. Memory does not grow
    with the number of rows beyond that.

    Parameters
    ----------
    blocks : the rows that were fitted, readable twice
    seed : of the samples and the randomised residuals

    Returns
    -------
    Diagnostics; ``extra`` is the evidence for the choice of standard errors, see `evidence_of`
    """
    seen = scan(fit, blocks, seed=seed, after_rows=_teller(on_progress, fit.n_obs, "checks the residuals", 0.0, 0.6))
    gathered = gather(fit, blocks, after_rows=_teller(on_progress, fit.n_obs, "draws bins", 0.6, 0.9), seen=seen)
    residual = residual_checks(fit, seen)
    influence = influence_of(fit, seen)
    removed = removals(fit, design, seen)
    checks = all_checks(fit, design, seen, gathered, residual=residual, influence=influence)
    found = remarks(fit, design, seen, checks=checks, residual=residual, influence=influence, removed=removed)
    on_progress("check", 1.0, "checked")
    return Diagnostics(
        checks=checks,
        influence=influence,
        residuals=residual_plot(fit, seen, gathered),
        partial=partial_residuals(fit, design, seen),
        findings=found,
        extra=evidence_of(residual, seen),
    )


def evidence(fit: Fit, blocks: Blocks, *, seed: int = SEED) -> Mapping[str, float]:
    """Return only what the choice of standard errors asks for, in one pass; see `evidence_of`."""
    seen = scan(fit, blocks, seed=seed, after_rows=lambda _: None)
    return evidence_of(residual_checks(fit, seen), seen)


def evidence_of(residual: ResidualChecks, seen: Scan) -> Mapping[str, float]:
    """Gather the evidence for the choice of standard errors.

    Returns
    -------
    ``bp_p``, ``bp_effect``, ``white_p``, ``white_effect`` (effect: ratio of spreads), ``dw``, ``dw_p``,
    ``bg_p``, ``bg_effect`` (size of the lag-1 correlation), ``lag1``; a name is missing where its check was
    skipped. The names that the choice itself asks for are among them: ``breusch_pagan_p_value``,
    ``breusch_pagan_r_squared``, and, where the rows have an order of time (``ordered`` is 1),
    ``lag_one_autocorrelation``. ``max_leverage``, ``full_leverage``; ``max_form``: largest
    ``x' (X'WX)^-1 x``, the reach of the rows used, for prediction.
    """
    result: dict[str, float] = {}
    short = {"breusch_pagan": "bp", "white": "white", "durbin_watson": "dw", "breusch_godfrey": "bg"}
    for check in residual.checks:
        if check.name in short:
            result |= _of(check, short[check.name])
    if residual.order is not None:
        result["ordered"] = 1.0 if residual.order.ordered else 0.0
        result["lag1"] = residual.lag_correlation
        if residual.order.ordered:
            result["lag_one_autocorrelation"] = residual.lag_correlation
    if "bp_statistic" in result:
        result["breusch_pagan_p_value"] = result["bp_p"]
        result["breusch_pagan_r_squared"] = result.pop("bp_statistic") / max(seen.tally.rows, 1)
    if "dw_statistic" in result:
        result["dw"] = result.pop("dw_statistic")
    if seen.selected.leverage.key.size:
        result["max_leverage"] = float(seen.selected.leverage.key[0])
    result["max_form"] = seen.tally.largest_form
    result["full_leverage"] = float(seen.tally.full_leverage)
    return {name: value for name, value in result.items() if not math.isnan(value)}


def _of(check: Check, name: str) -> dict[str, float]:
    if not isinstance(check.result, TestResult):
        return {}
    result = {f"{name}_p": check.result.p_value, f"{name}_effect": check.result.effect_size}
    if name in {"dw", "bp"}:
        result[f"{name}_statistic"] = check.result.statistic
    return {key: float(value) for key, value in result.items() if value is not None}


def _teller(on_progress: Progress, n: int, message: str, start: float, end: float) -> Callable[[int], None]:
    def tell(rows: int) -> None:
        on_progress("check", start + (end - start) * min(1.0, rows / max(n, 1)), message)

    return tell
