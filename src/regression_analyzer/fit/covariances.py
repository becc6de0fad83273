"""Covariance matrices of the coefficients, all kinds in one pass over the rows.

In the orthonormal coordinates of the fit (``q``, the rows of Q) every estimator is
``B (sum of scores) B'`` with ``B = M R^-1``, M bringing standardised coefficients to the original scale:

- classical: ``phi B B'``
- HC0 ... HC3: ``B (sum q q' u^2 a) B'`` with a = 1, n / (n - r), 1 / (1 - h), 1 / (1 - h)^2
  (White 1980, doi:10.2307/1912934; MacKinnon and White 1985, doi:10.1016/0304-4076(85)90158-7).
  Rows with leverage 1 have residual 0 by construction and are left out of HC2 and HC3.
- cluster (CR1): sums of scores by cluster, times ``G / (G - 1) * (n - 1) / (n - r)``
  (Liang and Zeger 1986, doi:10.1093/biomet/73.1.13), as sandwich's ``vcovCL(type = "HC1")`` for linear
  models and statsmodels. A row without a key is a cluster of its own.
- HAC: Bartlett weights ``1 - l / (L + 1)`` up to lag L, times ``n / (n - r)``
  (Newey and West 1987, doi:10.2307/1913610); L = floor(4 (n / 100)^(2/9)) unless given
  (Newey and West 1994, doi:10.2307/2297912). Rows in time order where a time column is known, else as filed.

- classical-adjusted: of the negative binomial, whose size theta is fitted too: by maximum likelihood it leaves the
  variance too small by about ``(n - r) / n``, as for the gaussian.
- cluster-adjusted (CR2) and HAC-adjusted: for few clusters and short series, see ``clusters`` and ``serial``.

u is the weighted residual; for other families the score's residual, so these are the sandwich of
quasi-likelihood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc

from regression_analyzer.design.value import Blocks
from regression_analyzer.fit.clusters import Clusters
from regression_analyzer.fit.second_pass import (
    Rotated,
    has_intercept_column,
    inverse_factor,
    pieces,
    rotate,
    standardised_coefficients,
)
from regression_analyzer.fit.serial import Order
from regression_analyzer.fit.small_sample import EXACT_WORK, RowFreedom, directions, is_narrow, narrowed
from regression_analyzer.fit.value import Covariances, Fit, FloatArray

PIECE_CELLS = 80_000
HAC_ALWAYS = 100_000
"""Up to this many rows HAC errors cost nothing worth saving."""


def default_lags(n_obs: int) -> int:
    """Newey and West's rule ``floor(4 (n / 100)^(2/9))``."""
    return max(1, int(4.0 * (n_obs / 100.0) ** (2.0 / 9.0)))


def covariances(fit: Fit, blocks: Blocks, *, hac: bool | None = None, lags: int | None = None) -> Covariances:
    """Compute every kind of covariance that applies.

    Parameters
    ----------
    fit, blocks : the fit and the rows it was made from; clusters are computed where blocks carry groups
    hac : compute HAC; by default where rows carry times, ``lags`` is given or rows are few
    lags : L of HAC, by the rule above where None
    """
    inverse, coefficients = inverse_factor(fit), standardised_coefficients(fit)
    r = len(fit.kept)
    sums = _Sums(meat=np.zeros((3, r, r)), projected=np.zeros(r))
    along = directions(fit.basis)
    rows_of_weight = RowFreedom(along=along, exact=fit.n_obs * float(r) ** 3 <= EXACT_WORK, n=fit.n_obs)
    clusters = Clusters.empty(r)
    order = Order(lags=lags if lags is not None else default_lags(fit.n_obs), meat=np.zeros((r, r)))
    rows = max(512, PIECE_CELLS // max(r, 1))
    grouped = False
    for block in blocks:
        wants_hac = hac if hac is not None else (lags is not None or block.time is not None or fit.n_obs <= HAC_ALWAYS)
        for piece in pieces(block, rows):
            seen = rotate(fit, piece, inverse, coefficients)
            scores = seen.q * seen.score[:, None]
            sums.add(seen, scores)
            rows_of_weight.add(seen)
            if piece.group is not None:
                grouped = True
                clusters.add(piece.group, seen.q, seen.score)
            if wants_hac:
                order.add(scores, piece, seen)
    n = fit.n_obs
    meats: dict[str, FloatArray] = {
        "HC0": sums.meat[0],
        "HC1": sums.meat[0] * (n / fit.df_resid),
        "HC2": sums.meat[1],
        "HC3": sums.meat[2],
    }
    n_clusters: int | None = None
    evidence = sums.evidence(fit)
    two, three = rows_of_weight.freedom(float(fit.df_resid))
    freedom = {"classical": np.full(r, float(fit.df_resid)), "HC2": two, "HC3": three}
    robust = ((fit.basis @ meats["HC2"]) * fit.basis).sum(axis=1)
    classical = _phi(fit) * (fit.basis * fit.basis).sum(axis=1)
    narrow = is_narrow(robust, classical, two, float(fit.df_resid))
    freedom["HC2-adjusted"] = narrowed(rows_of_weight, two, narrow, float(fit.df_resid))
    if grouped:
        n_clusters = clusters.count()
        if n_clusters > 1:
            factor = n_clusters / (n_clusters - 1) * (n - 1) / fit.df_resid
            meats["cluster"] = clusters.meat() * factor
            reduced = clusters.reduced(along, n, sums.squares, float(fit.df_resid))
            if reduced is not None:
                meats["cluster-adjusted"], freedom["cluster-adjusted"] = reduced
        evidence |= clusters.evidence(n, sums.squares)
    used_lags: int | None = None
    adjusted = None
    if order.seen:
        meat, adjusted = order.finish(along)
        meats["HAC"] = meat * (n / fit.df_resid)
        used_lags = order.lags
    factors = {}
    if adjusted is not None:
        meats["HAC-adjusted"], freedom["HAC-adjusted"] = adjusted.meat, adjusted.freedom
        factors["HAC-adjusted"] = np.sqrt(adjusted.factor)
        evidence["memory"] = adjusted.memory
    return _assemble(
        fit,
        inverse,
        meats,
        factors,
        Covariances(
            by_kind={},
            n_clusters=n_clusters,
            lags=used_lags,
            lags_adjusted=None if adjusted is None else adjusted.lags,
            full_leverage=sums.full_leverage,
            evidence={name: value for name, value in evidence.items() if not math.isnan(value)},
            freedom=freedom,
        ),
    )


def _phi(fit: Fit) -> float:
    """Return the dispersion in units of ``y_scale``."""
    return (fit.sigma / fit.y_scale) ** 2


def _assemble(
    fit: Fit, inverse: FloatArray, meats: dict[str, FloatArray], factors: dict[str, FloatArray], rest: Covariances
) -> Covariances:
    """Return the matrices of all kinds; ``factors`` are those on the standard errors of some of them."""
    unit = fit.unit * fit.y_scale
    scaled = _sandwiches(fit, fit.basis, meats, factors)
    standardised = _sandwiches(fit, inverse, meats, factors)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        by_kind = {kind: unit[:, None] * matrix * unit for kind, matrix in scaled.items()}
    for matrix in (*scaled.values(), *standardised.values(), *by_kind.values(), *rest.freedom.values(), unit):
        matrix.flags.writeable = False
    return replace(rest, by_kind=by_kind, unit=unit, scaled_by_kind=scaled, standardised_by_kind=standardised)


def _sandwiches(
    fit: Fit, bread: FloatArray, meats: dict[str, FloatArray], factors: dict[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return ``bread meat bread'`` of every kind."""
    found: dict[str, FloatArray] = {"classical": _phi(fit) * (bread @ bread.T)}
    if fit.family == "negative-binomial":
        found["classical-adjusted"] = found["classical"] * (fit.n_obs / fit.df_resid)
    for kind, meat in meats.items():
        product = bread @ meat @ bread.T
        found[kind] = 0.5 * (product + product.T)
        if kind in factors:
            found[kind] *= np.multiply.outer(factors[kind], factors[kind])
    return found


@dataclass(slots=True)
class _Sums:
    """Meats of HC0, HC2 and HC3, and what tells even from uneven spread."""

    meat: FloatArray
    projected: FloatArray
    squares: float = 0.0
    fourth: float = 0.0
    lagged: float = 0.0
    last: float = 0.0
    full_leverage: int = 0

    def add(self, seen: Rotated, scores: FloatArray) -> None:
        free = 1.0 - seen.leverage
        full = free <= 0.0
        if full.any():
            self.full_leverage += int(full.sum())
            free[full] = np.inf
        self.meat[0] += scores.T @ scores
        scaled = scores / free[:, None]
        self.meat[1] += scores.T @ scaled
        self.meat[2] += scaled.T @ scaled
        square = seen.score * seen.score
        self.projected += square @ seen.q
        self.squares += float(square.sum())
        self.fourth += float(square @ square)
        self.lagged += float(seen.score[1:] @ seen.score[:-1]) + self.last * float(seen.score[0])
        self.last = float(seen.score[-1])

    def evidence(self, fit: Fit) -> dict[str, float]:
        """Size and p-value of the studentised Breusch-Pagan test on the design's columns, and lag-one correlation.

        Koenker 1981, doi:10.1016/0304-4076(81)90062-2: n R^2 of squared residuals on X is chi-square with
        r - 1 degrees of freedom.
        """
        if self.squares <= 0:
            return {}
        found = {"lag_one_autocorrelation": self.lagged / self.squares}
        n, r = fit.n_obs, len(fit.kept)
        if fit.family == "gaussian" and not fit.weighted and has_intercept_column(fit) and r > 1:
            about = self.squares**2 / n
            total = self.fourth - about
            if total > 0:
                share = min(1.0, max(0.0, float(self.projected @ self.projected) - about) / total)
                found["breusch_pagan_r_squared"] = share
                found["breusch_pagan_p_value"] = float(chdtrc(r - 1, n * share))
        return found
