"""Rows of one cluster belong together: CR1 over any number of clusters, CR2 and its degrees of freedom over few.

In the orthonormal coordinates of the fit, with ``M_g = sum q q'`` and ``s_g = sum q u`` over the rows of
cluster g, bias-reduced linearisation needs no row again: its scores are ``(I - M_g)^(-1/2) s_g``. A direction v that
one cluster fills alone (eigenvalue 1: a level that only one unit has) leaves no residual, and its scatter cannot be
seen. It is taken from the other rows: ``phi (1 - rho + rho (1' Q_g v)^2)``, phi being the residual variance and rho the
correlation of residuals within a unit. Leaving it out would call such a level's chance difference certain.

Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky and Tipton (2018),
doi:10.1080/07350015.2016.1247004.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """Sums of scores, rows of Q, residuals, ones and products by cluster; rows without a key stand alone."""

    sums: FloatArray
    alone: FloatArray
    products: FloatArray | None
    single: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)
    n_alone: int = 0
    alone_squares: float = 0.0

    @classmethod
    def empty(cls, r: int) -> Clusters:
        """No rows yet, r columns."""
        return cls(sums=np.zeros((0, 2 * r + 2)), alone=np.zeros((r, r)), products=np.zeros((0, r, r)))

    def add(self, group: IntArray, q: FloatArray, score: FloatArray) -> None:
        """Take in rows: codes (n,), -1 where the key is missing; q (n, r); residuals (n,)."""
        known = group >= 0
        if not known.all():
            self._add_alone(q[~known], score[~known])
            group, q, score = group[known], q[known], score[known]
        if not len(group):
            return
        codes, inverse = np.unique(group, return_inverse=True)
        self._grow(int(codes[-1]) + 1)
        columns = [*(q * score[:, None]).T, *q.T, score, np.ones(len(group))]
        for j, column in enumerate(columns):
            self.sums[codes, j] += np.bincount(inverse, weights=column, minlength=len(codes))
        if self.products is not None:
            order = np.argsort(inverse, kind="stable")
            starts = np.searchsorted(inverse[order], np.arange(len(codes)))
            ends = np.append(starts[1:], len(order))
            for code, start, end in zip(codes, starts, ends, strict=True):
                rows = q[order[start:end]]
                self.products[code] += rows.T @ rows

    def _add_alone(self, q: FloatArray, score: FloatArray) -> None:
        scores = q * score[:, None]
        self.alone += scores.T @ scores
        self.n_alone += len(score)
        self.alone_squares += float(score @ score)
        if self.products is not None:
            self.single.append((q.copy(), score.copy()))
            if self.n_alone * q.shape[1] ** 2 > MOST_CELLS:
                self.products, self.single = None, []

    def _grow(self, count: int) -> None:
        if count <= len(self.sums):
            return
        more = np.zeros((max(count, 2 * len(self.sums)), self.sums.shape[1]))
        more[: len(self.sums)] = self.sums
        self.sums = more
        r = len(self.alone)
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
        scores = self.sums[:, : len(self.alone)]
        return np.asarray(scores.T @ scores + self.alone)

    def reduced(
        self, along: FloatArray, n: int, squares: float, df_resid: float
    ) -> tuple[FloatArray, FloatArray] | None:
        """Return CR2 and the degrees of freedom (r,) of each coefficient; None where clusters are too many to keep.

        Parameters
        ----------
        along : (r, r) directions of the coefficients, by row
        n, squares, df_resid : rows, their residuals' sum of squares and its degrees of freedom

        Notes
        -----
        With ``a = (I - M)^(-1/2) c`` and ``b = M a`` by cluster, ``P = diag(a' M a) - (b_g' b_h)``. What is taken from
        the other rows for directions without a residual counts with their degrees of freedom.
        """
        r = len(self.alone)
        if self.products is None or r == 0 or float(self.count()) * r**3 > MOST_WORK:
            return None
        products, sums, rows = self._kept(self.products)
        values, vectors = np.linalg.eigh(products)
        free = 1.0 - values
        seen = free > 1.0 - FULL_LEVERAGE
        root = np.where(seen, 1.0 / np.sqrt(np.maximum(free, 1e-300)), 0.0)
        adjust = np.einsum("gij,gj,gkj->gik", vectors, root, vectors)
        scores = np.einsum("gij,gj->gi", adjust, sums)
        a = adjust @ along.T
        b = products @ a
        size, length = (a * b).sum(axis=1), (b * b).sum(axis=1)
        crossed = np.array([((b[:, :, j].T @ b[:, :, j]) ** 2).sum() for j in range(r)])
        trace = (size - length).sum(axis=0)
        square = (size * size - 2.0 * size * length).sum(axis=0) + crossed
        meat = scores.T @ scores
        if not seen.all():
            cluster, place = np.nonzero(~seen)
            filled = vectors[cluster, :, place]
            shared = min(max(self.evidence(n, squares).get("intracluster_correlation", 0.0), 0.0), 1.0)
            spread = 1.0 - shared + shared * (rows[cluster] * filled).sum(axis=1) ** 2
            meat += squares / df_resid * (filled * spread[:, None]).T @ filled
            added = spread @ (filled @ along.T) ** 2
            trace += added
            square += added * added / df_resid
        return np.asarray(meat), satterthwaite(trace, square, float(self.count() - 1))

    def _kept(self, kept: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return products (G, r, r), sums of scores and of rows of Q (G, r) of all clusters, single rows among them."""
        r, there = len(self.alone), self.sums[:, -1] > 0
        products, sums, rows = kept[there], self.sums[there, :r], self.sums[there, r : 2 * r]
        if self.single:
            q = np.concatenate([rows_of for rows_of, _ in self.single])
            score = np.concatenate([own for _, own in self.single])
            products = np.concatenate([products, q[:, :, None] * q[:, None, :]])
            sums, rows = np.concatenate([sums, q * score[:, None]]), np.concatenate([rows, q])
        return products, sums, rows

    def evidence(self, n: int, squares: float) -> dict[str, float]:
        """Return rows per cluster, and the mean correlation of residuals of one cluster."""
        sizes, totals = self.sums[:, -1], self.sums[:, -2]
        pairs = float((sizes * (sizes - 1.0)).sum())
        found = {"rows_per_cluster": n / max(self.count(), 1)}
        if pairs > 0 and squares > 0:
            together = float(totals @ totals) + self.alone_squares - squares
            found["intracluster_correlation"] = together / pairs / (squares / n)
        return found
