"""Averages of predictions over the rows, and their errors: the delta method on the coefficients."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from regression_analyzer.design.value import Design
from regression_analyzer.explain.along import Along, Columns, along
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.families import LINKS, Link
from regression_analyzer.fit.second_pass import standardised_coefficients
from regression_analyzer.fit.value import Fit, FloatArray, Inference


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Average:
    """An average over the rows and its derivatives by the standardised coefficients, (r,)."""

    value: float
    gradient: FloatArray

    def less(self, other: Average) -> Average:
        """Return the difference of two averages."""
        return Average(value=self.value - other.value, gradient=self.gradient - other.gradient)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Averaging:
    """A fit met by rows.

    Attributes
    ----------
    z : (n, r) standardised columns; ``beta`` (r,) their coefficients
    eta : (n,) linear predictor with its offset
    weight : (n,) prior weights, summing to 1
    means : (r,) weighted means of z
    """

    fit: Fit
    inference: Inference
    link: Link
    along: Along
    z: FloatArray
    beta: FloatArray
    eta: FloatArray
    weight: FloatArray
    means: FloatArray

    def prediction(self, cells: Mapping[int, FloatArray]) -> Average:
        """Return the average prediction where the given columns of the table hold these cells in every row.

        Parameters
        ----------
        cells : table position -> (n,) or (1,) cells; none for the rows as they are
        """
        moved = self._standardised(self.along.columns(cells)) if cells else {}
        eta = self.eta
        for at, column in moved.items():
            eta = eta + (column - self.z[:, at]) * self.beta[at]
        if self.link.name == "identity":
            gradient = self.means.copy()
            for at, column in moved.items():
                gradient[at] = float(self.weight @ column) if column.size > 1 else float(column[0])
            return Average(value=float(self.weight @ eta), gradient=gradient)
        mu = self.link.inverse(eta)
        pull = self.weight * self.link.slope(eta, mu)
        gradient = np.asarray(pull @ self.z)
        for at, column in moved.items():
            gradient[at] = float(pull @ np.broadcast_to(column, pull.shape))
        return Average(value=float(self.weight @ mu), gradient=gradient)

    def slope(self, position: int, cells: Mapping[int, FloatArray]) -> Average:
        """Return the average derivative of the prediction by the number at a table position.

        d mu / d x = g'(eta) * (dz/dx)' beta. Its derivative by beta: ``g'' (dz/dx)' beta z + g' dz/dx``.

        Parameters
        ----------
        cells : of that position, as they are in the rows; and of others that are held fixed
        """
        turned = {at: d / self.fit.scale[at] for at, d in self.along.slopes(position, cells).items()}
        z, eta = self.z, self.eta
        if len(cells) > 1:
            z = z.copy()
            for at, column in self._standardised(self.along.columns(cells)).items():
                eta = eta + (column - z[:, at]) * self.beta[at]
                z[:, at] = column
        steep = np.zeros(len(eta))
        for at, column in turned.items():
            steep = steep + column * self.beta[at]
        mu = self.link.inverse(eta)
        slope, bend = self.link.slope(eta, mu), self.link.bend(eta, mu)
        gradient = np.zeros(len(self.beta)) if self.link.name == "identity" else (self.weight * bend * steep) @ z
        pull = self.weight * slope
        for at, column in turned.items():
            gradient[at] += float(pull @ np.broadcast_to(column, pull.shape))
        return Average(value=float(pull @ steep), gradient=np.asarray(gradient))

    def error(self, gradient: FloatArray) -> float:
        """Return ``sqrt(g' V g)`` under the covariance in use, without the square of a large or small number."""
        fit = self.fit
        largest = float(np.abs(gradient).max(initial=0.0))
        if not 0.0 < largest < math.inf:
            return largest
        g = gradient / largest
        if self.inference.column == "classical" and fit.r_factor.size:
            # from the factor itself: outcomes that are nearly separated leave a matrix of numbers too different in size
            rotated = solve_triangular(fit.r_factor, g, trans="T", check_finite=False)
            return fit.sigma * float(np.linalg.norm(rotated)) * largest
        square = float(g @ self.inference.standardised_covariance @ g)
        return math.sqrt(max(square, 0.0)) * largest * fit.y_scale if math.isfinite(square) else math.nan

    def _standardised(self, columns: Columns) -> Columns:
        return {at: (x - self.fit.shift[at]) / self.fit.scale[at] for at, x in columns.items()}


def averaging(design: Design, fit: Fit, inference: Inference, rows: Rows) -> Averaging:
    """Return what averages over rows need."""
    z = (rows.x - fit.shift) / fit.scale
    beta = standardised_coefficients(fit)
    eta = z @ beta
    weight = rows.weight / float(rows.weight.sum())
    return Averaging(
        fit=fit,
        inference=inference,
        link=LINKS[fit.link],
        along=along(design, fit, rows),
        z=z,
        beta=beta,
        eta=eta if rows.offset is None else eta + rows.offset,
        weight=weight,
        means=np.asarray(weight @ z),
    )
