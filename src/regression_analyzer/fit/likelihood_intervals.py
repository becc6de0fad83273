"""Intervals and p-values of yes/no and count models from the likelihood itself, where it is lopsided.

With few events the likelihood of a coefficient falls off faster on one side than on the other. ``estimate +/- 1.96
standard errors`` (Wald) does not see that; its p-value can even grow with the effect (Hauck and Donner 1977,
doi:10.1080/01621459.1977.10479969). In place of it, for a value ``v`` of the coefficient:

- ``profile``: the signed root of the likelihood ratio, ``r(v) = sign(b - v) sqrt(2 (l(b) - l(v)))``, l(v) being the
  largest likelihood with the coefficient held at v. The interval is where ``|r| <= 1.96`` (Venzon and Moolgavkar 1988,
  doi:10.2307/2347496; the intervals of R's ``confint``).
- ``profile-adjusted``: ``r* = r + log(u / r) / r``, ``u = (b - v) sqrt(|j(b)| / |j_rest(v)|)``, j being the information
  on all coefficients and j_rest on the others. It makes up for the other coefficients having been fitted, and is
  normal to third order given what tells of them (Barndorff-Nielsen 1986, doi:10.1093/biomet/73.2.307; Pierce and
  Peters 1992, doi:10.1111/j.2517-6161.1992.tb01445.x). In this form it needs the family's own link.

The plain profile holds too little where several coefficients share few events (91% to 93% with 8 coefficients and 21
events), r* 94% to 97% there: so r* is what is chosen. `benchmarks/coverage.py` measures it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Decision
from regression_analyzer.fit.likelihood_curve import CUMULANTS, Curve, Rows, curves
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.tails import critical, two_sided
from regression_analyzer.fit.value import Fit, Reach

WALD, PROFILE, ADJUSTED_PROFILE = "wald", "profile", "profile-adjusted"
WAYS = (WALD, PROFILE, ADJUSTED_PROFILE)
LOPSIDED = 0.1
"""Standard deviations by which r* at an end of Wald's interval is off its 1.96: the chance beyond the end is then less
than 2.0% or more than 3.1% where it should be 2.5%. Below it the two agree for all purposes."""
MOST_WORK = 2e7
"""Largest ``n r^3`` for which the likelihood of every coefficient is followed; a second or two."""
MOST_WORK_ASKED = 50 * MOST_WORK


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ways:
    """The way that was chosen, why, and each coefficient's numbers by way; none where only Wald's were looked at."""

    chosen: str
    because: str
    rejected: tuple[str, ...]
    asked: bool = False
    reaches: tuple[Mapping[str, Reach], ...] = ()

    @property
    def own(self) -> tuple[Reach, ...]:
        """Each coefficient's numbers of the likelihood; none where Wald's are in use."""
        return () if self.chosen == WALD else tuple(reaches[self.chosen] for reaches in self.reaches)

    @property
    def decision(self) -> Decision:
        """The choice as the report tells it and ``--override`` takes it."""
        return Decision(
            id="intervals",
            what="Intervals and p-values",
            chosen=self.chosen,
            because=self.because,
            rejected=self.rejected,
            overridden=self.asked,
        )


def likelihood_ways(
    fit: Fit,
    design: Design,
    blocks: Blocks | None,
    wald: Sequence[Reach],
    *,
    level: float,
    kind: str,
    classical: bool,
    usual: bool,
) -> Ways | None:
    """Choose how intervals and p-values are made, from how far Wald's ends are off.

    Parameters
    ----------
    wald : each coefficient's, under classical errors
    kind : ``"auto"``, or a way that is asked for
    classical, usual : whether errors are classical; whether the program chose them, so that it may choose a way too

    Returns
    -------
    Ways or None
        None where there is no likelihood to follow: another family or link, an estimated dispersion, weights that
        are no counts, no maximum, or other than classical errors.

    Raises
    ------
    UsageError
        The way that is asked for is unknown or not available.
    """
    if kind not in ("auto", *WAYS):
        raise UsageError(
            f'"{kind}" is no way to make intervals.', hint=f"Use auto, {', '.join(WAYS)}.", code="unknown_intervals"
        )
    asked = kind != "auto"
    if not classical or blocks is None or not _has_likelihood(fit, design):
        if kind in (PROFILE, ADJUSTED_PROFILE):
            raise _unavailable("They need a logistic or Poisson model with finite coefficients and classical errors.")
        return None
    if kind == WALD or not (asked or usual):
        return Ways(chosen=WALD, because="asked for" if asked else "errors were asked for", rejected=(), asked=asked)
    because = ""
    if fit.n_obs * float(len(fit.kept)) ** 3 > (MOST_WORK_ASKED if asked else MOST_WORK):
        because = "the table is too large to follow the likelihood of every coefficient"
    else:
        try:
            return _followed(fit, blocks, wald, level=level, kind=kind)
        except (ArithmeticError, np.linalg.LinAlgError):
            because = "the likelihood of a coefficient could not be followed to the ends of its interval"
    if asked:
        raise _unavailable(f"{because[0].upper()}{because[1:]}.")
    return Ways(chosen=WALD, because=because, rejected=(ADJUSTED_PROFILE, PROFILE))


def _unavailable(hint: str) -> UsageError:
    return UsageError(
        "Intervals from the likelihood are not available for this model.", hint=hint, code="unknown_intervals"
    )


def _has_likelihood(fit: Fit, design: Design) -> bool:
    return (
        (fit.family, fit.link) in CUMULANTS
        and fit.dispersion == 1.0
        and not design.dispersion_estimated
        and (not fit.weighted or design.counts is not None)
        and fit.converged
        and not fit.separation
        and len(fit.kept) > 0
    )


def _followed(fit: Fit, blocks: Blocks, wald: Sequence[Reach], *, level: float, kind: str) -> Ways:
    found = curves(fit, blocks)
    reach = critical(level, None)
    start = 1 if has_intercept_column(fit) and len(found) > 1 else 0
    worst = max(abs(abs(curve.at(sign * reach)[1]) - reach) for curve in found[start:] for sign in (-1.0, 1.0))
    events = _events(found[0].rows)
    if kind == "auto" and worst <= LOPSIDED:
        because = (
            f"{events} leave the likelihood even: ends of symmetric intervals are off by {worst:.2f} standard errors"
        )
        return Ways(chosen=WALD, because=f"{because} at most", rejected=(ADJUSTED_PROFILE, PROFILE))
    off = f"an end of a symmetric interval would be off by about {worst:.2f} standard errors"
    because = "asked for" if kind != "auto" else f"{events} leave the likelihood lopsided: {off}"
    chosen = ADJUSTED_PROFILE if kind == "auto" else kind
    reaches = tuple(
        _reaches(curve, plain, float(fit.scale[j]), reach)
        for j, (curve, plain) in enumerate(zip(found, wald, strict=True))
    )
    rejected = tuple(way for way in (WALD, PROFILE, ADJUSTED_PROFILE) if way != chosen) if kind == "auto" else ()
    return Ways(chosen=chosen, because=because, rejected=rejected, asked=kind != "auto", reaches=reaches)


def _reaches(curve: Curve, wald: Reach, scale: float, reach: float) -> Mapping[str, Reach]:
    """Return what the three ways say of a coefficient, on the scale of its column."""
    found = {WALD: wald}
    statistics = curve.judge(-curve.estimate / curve.error)
    for which, way in enumerate((PROFILE, ADJUSTED_PROFILE)):
        low, high = ((curve.estimate + curve.end(which, target) * curve.error) / scale for target in (reach, -reach))
        found[way] = Reach(
            statistic=statistics[which], p_value=two_sided(statistics[which], None), ci_low=low, ci_high=high
        )
    return found


def _events(rows: Rows) -> str:
    """Say how many events there are for how many coefficients; of a yes/no target the rarer outcome."""
    events = float(rows.weights @ rows.y)
    if rows.family == "binomial":
        events = min(events, float(rows.weights.sum()) - events)
    name = "events counted in all" if rows.family == "poisson" else "cases of the rarer outcome"
    count = rows.z.shape[1]
    return f"{events:,.0f} {name} for {count} coefficient{'' if count == 1 else 's'}"
