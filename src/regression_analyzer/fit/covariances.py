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

u is the weighted residual; for other families the score's residual, so these are the sandwich of
quasi-likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtrc

from regression_analyzer.design.value import Block, Blocks
from regression_analyzer.fit.second_pass import (
    Rotated,
    has_intercept_column,
    inverse_factor,
    pieces,
    rotate,
    standardised_coefficients,
)
from regression_analyzer.fit.value import Covariances, Fit, FloatArray, IntArray

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
    clusters = _Clusters(sums=np.zeros((0, r + 2)), alone=np.zeros((r, r)))
    order = _Order(lags=lags if lags is not None else default_lags(fit.n_obs), meat=np.zeros((r, r)))
    rows = max(512, PIECE_CELLS // max(r, 1))
    grouped = False
    for block in blocks:
        wants_hac = hac if hac is not None else (lags is not None or block.time is not None or fit.n_obs <= HAC_ALWAYS)
        for piece in pieces(block, rows):
            seen = rotate(fit, piece, inverse, coefficients)
            scores = seen.q * seen.score[:, None]
            sums.add(seen, scores)
            if piece.group is not None:
                grouped = True
                clusters.add(piece.group, scores, seen.score)
            if wants_hac:
                order.add(scores, piece)
    n = fit.n_obs
    meats: dict[str, FloatArray] = {
        "HC0": sums.meat[0],
        "HC1": sums.meat[0] * (n / fit.df_resid),
        "HC2": sums.meat[1],
        "HC3": sums.meat[2],
    }
    n_clusters: int | None = None
    evidence = sums.evidence(fit)
    if grouped:
        n_clusters = clusters.count()
        if n_clusters > 1:
            factor = n_clusters / (n_clusters - 1) * (n - 1) / fit.df_resid
            meats["cluster"] = clusters.meat() * factor
        evidence |= clusters.evidence(n, sums.squares)
    used_lags: int | None = None
    if order.seen:
        meats["HAC"] = order.finish() * (n / fit.df_resid)
        used_lags = order.lags
    return _assemble(
        fit, meats, n_clusters=n_clusters, lags=used_lags, full_leverage=sums.full_leverage, evidence=evidence
    )


def _assemble(
    fit: Fit,
    meats: dict[str, FloatArray],
    *,
    n_clusters: int | None,
    lags: int | None,
    full_leverage: int,
    evidence: dict[str, float],
) -> Covariances:
    unit = fit.unit * fit.y_scale
    phi = (fit.sigma / fit.y_scale) ** 2
    scaled: dict[str, FloatArray] = {"classical": phi * (fit.basis @ fit.basis.T)}
    for kind, meat in meats.items():
        product = fit.basis @ meat @ fit.basis.T
        scaled[kind] = 0.5 * (product + product.T)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        by_kind = {kind: unit[:, None] * matrix * unit for kind, matrix in scaled.items()}
    for matrix in (*scaled.values(), *by_kind.values(), unit):
        matrix.flags.writeable = False
    return Covariances(
        by_kind=by_kind,
        n_clusters=n_clusters,
        lags=lags,
        full_leverage=full_leverage,
        unit=unit,
        scaled_by_kind=scaled,
        evidence=evidence,
    )


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


@dataclass(slots=True)
class _Clusters:
    """Sums of scores, residuals and rows by cluster; rows without a key stand alone."""

    sums: FloatArray
    alone: FloatArray
    n_alone: int = 0

    def add(self, group: IntArray, scores: FloatArray, residual: FloatArray) -> None:
        known = group >= 0
        if not known.all():
            apart = scores[~known]
            self.alone += apart.T @ apart
            self.n_alone += len(apart)
            group, scores, residual = group[known], scores[known], residual[known]
        if not len(group):
            return
        codes, inverse = np.unique(group, return_inverse=True)
        if codes[-1] >= len(self.sums):
            more = np.zeros((max(int(codes[-1]) + 1, 2 * len(self.sums)), self.sums.shape[1]))
            more[: len(self.sums)] = self.sums
            self.sums = more
        columns = [*scores.T, residual, np.ones(len(group))]
        for j, column in enumerate(columns):
            self.sums[codes, j] += np.bincount(inverse, weights=column, minlength=len(codes))

    def count(self) -> int:
        return int((self.sums[:, -1] > 0).sum()) + self.n_alone

    def meat(self) -> FloatArray:
        scores = self.sums[:, :-2]
        return np.asarray(scores.T @ scores + self.alone)

    def evidence(self, n: int, squares: float) -> dict[str, float]:
        """Rows per cluster, and the mean correlation of residuals of one cluster."""
        sizes, totals = self.sums[:, -1], self.sums[:, -2]
        pairs = float((sizes * (sizes - 1.0)).sum())
        found = {"rows_per_cluster": n / max(self.count(), 1)}
        if pairs > 0 and squares > 0:
            together = float(totals @ totals) - squares
            found["intracluster_correlation"] = together / pairs / (squares / n)
        return found


@dataclass(slots=True)
class _Order:
    """Bartlett-weighted sums of products of scores that are up to ``lags`` rows apart."""

    lags: int
    meat: FloatArray
    seen: bool = False
    tail: FloatArray | None = None
    kept: list[FloatArray] = field(default_factory=list)
    times: list[FloatArray] = field(default_factory=list)

    def add(self, scores: FloatArray, block: Block) -> None:
        self.seen = True
        if block.time is not None:
            self.kept.append(scores)
            self.times.append(block.time)
            return
        self.gather(scores)

    def gather(self, scores: FloatArray) -> None:
        before = self.tail if self.tail is not None else scores[:0]
        rows, start = np.concatenate([before, scores]), len(before)
        self.meat += scores.T @ scores
        for lag in range(1, self.lags + 1):
            first = max(start, lag)
            if first >= len(rows):
                break
            product = rows[first:].T @ rows[first - lag : len(rows) - lag]
            self.meat += (1.0 - lag / (self.lags + 1.0)) * (product + product.T)
        self.tail = rows[-self.lags :].copy()

    def finish(self) -> FloatArray:
        if self.kept:
            scores, times = np.concatenate(self.kept), np.concatenate(self.times)
            self.kept.clear()
            self.gather(scores[np.argsort(times, kind="stable")])
        return self.meat
