"""Rows of one cluster belong together: CR1 over any number of clusters, CR2 and its degrees of freedom over few.

In the orthonormal coordinates of the fit, with ``M_g = sum q q'`` and ``s_g = sum q u`` over the rows of
cluster g, bias-reduced linearisation needs no row again: its scores are ``(I - M_g)^(-1/2) s_g``. A direction that
one cluster fills alone (eigenvalue 1) has no residual and is left out.

Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky and Tipton (2018),
doi:10.1080/07350015.2016.1247004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.second_pass import FULL_LEVERAGE
from regression_analyzer.fit.small_sample import satterthwaite
from regression_analyzer.fit.value import FloatArray, IntArray

MOST_CELLS = 4_000_000
"""Largest ``G r^2`` for which products are kept by cluster."""
MOST_WORK = 4e8
"""Largest ``G r^3`` for which degrees of freedom are worked out."""


@dataclass(slots=True)
class Clusters:
    """Sums of scores, residuals, rows and products by cluster; rows without a key stand alone."""

    sums: FloatArray
    alone: FloatArray
    products: FloatArray | None
    n_alone: int = 0

    @classmethod
    def empty(cls, r: int) -> Clusters:
        """No rows yet, r columns."""
        return cls(sums=np.zeros((0, r + 2)), alone=np.zeros((r, r)), products=np.zeros((0, r, r)))

    def add(self, group: IntArray, q: FloatArray, score: FloatArray) -> None:
        """Take in rows: codes (n,), -1 where the key is missing; q (n, r); residuals (n,)."""
        known = group >= 0
        if not known.all():
            apart = q[~known] * score[~known, None]
            self.alone += apart.T @ apart
            self.n_alone += len(apart)
            group, q, score = group[known], q[known], score[known]
        if not len(group):
            return
        codes, inverse = np.unique(group, return_inverse=True)
        self._grow(int(codes[-1]) + 1)
        columns = [*(q * score[:, None]).T, score, np.ones(len(group))]
        for j, column in enumerate(columns):
            self.sums[codes, j] += np.bincount(inverse, weights=column, minlength=len(codes))
        if self.products is not None:
            order = np.argsort(inverse, kind="stable")
            starts = np.searchsorted(inverse[order], np.arange(len(codes)))
            ends = np.append(starts[1:], len(order))
            for code, start, end in zip(codes, starts, ends, strict=True):
                rows = q[order[start:end]]
                self.products[code] += rows.T @ rows

    def _grow(self, count: int) -> None:
        if count <= len(self.sums):
            return
        more = np.zeros((max(count, 2 * len(self.sums)), self.sums.shape[1]))
        more[: len(self.sums)] = self.sums
        self.sums = more
        r = more.shape[1] - 2
        if self.products is not None and len(more) * r * r > MOST_CELLS:
            self.products = None
        if self.products is not None:
            wider = np.zeros((len(more), r, r))
            wider[: len(self.products)] = self.products
            self.products = wider

    def count(self) -> int:
        """Return the number of clusters."""
        return int((self.sums[:, -1] > 0).sum()) + self.n_alone

    def meat(self) -> FloatArray:
        """Return the sum of outer products of the clusters' scores (r, r)."""
        scores = self.sums[:, :-2]
        return np.asarray(scores.T @ scores + self.alone)

    def reduced(self, along: FloatArray) -> tuple[FloatArray, FloatArray] | None:
        """Return the meat of CR2 and the degrees of freedom (r,) of each coefficient; None where it is not kept.

        Parameters
        ----------
        along : (r, r) directions of the coefficients, by row

        Notes
        -----
        With ``a = (I - M)^(-1/2) c`` and ``b = M a`` by cluster, ``P = diag(a' M a) - (b_g' b_h)``.
        """
        r = self.sums.shape[1] - 2
        there = self.sums[:, -1] > 0
        if self.products is None or self.n_alone or r == 0 or float(there.sum()) * r**3 > MOST_WORK:
            return None
        values, vectors = np.linalg.eigh(self.products[there])
        free = 1.0 - values
        root = np.where(free > 1.0 - FULL_LEVERAGE, 1.0 / np.sqrt(np.maximum(free, 1e-300)), 0.0)
        adjust = np.einsum("gij,gj,gkj->gik", vectors, root, vectors)
        scores = np.einsum("gij,gj->gi", adjust, self.sums[there, :-2])
        a = adjust @ along.T
        b = self.products[there] @ a
        size, length = (a * b).sum(axis=1), (b * b).sum(axis=1)
        crossed = np.array([((b[:, :, j].T @ b[:, :, j]) ** 2).sum() for j in range(r)])
        trace = (size - length).sum(axis=0)
        square = (size * size - 2.0 * size * length).sum(axis=0) + crossed
        return np.asarray(scores.T @ scores), satterthwaite(trace, square, float(there.sum() - 1))

    def evidence(self, n: int, squares: float) -> dict[str, float]:
        """Return rows per cluster, and the mean correlation of residuals of one cluster."""
        sizes, totals = self.sums[:, -1], self.sums[:, -2]
        pairs = float((sizes * (sizes - 1.0)).sum())
        found = {"rows_per_cluster": n / max(self.count(), 1)}
        if pairs > 0 and squares > 0:
            together = float(totals @ totals) - squares
            found["intracluster_correlation"] = together / pairs / (squares / n)
        return found
