"""Multinomial logistic regression: several outcomes, each against a reference, all at once.

With outcomes 0 (the reference) to m, coefficients B (m, k) and one row x::

    P(outcome a) = exp(x'B_a) / (1 + sum_b exp(x'B_b)),   P(reference) = 1 / (1 + sum_b exp(x'B_b))

Maximum likelihood by Newton's method. The information of a row is ``V (x) xx'`` with ``V = diag(p) - pp'``; with
its Cholesky factor L every step is a least squares problem in the rows ``L' (x) x'``, solved by QR block by block,
so the information itself, which squares the condition number, is never formed. Agresti (2013), Categorical Data
Analysis, section 8.1; McCullagh and Nelder (1989), doi:10.1201/9780203753736, chapter 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, logsumexp

from regression_analyzer.errors import InputError
from regression_analyzer.fit.value import FloatArray, IntArray

MOST_ITERATIONS = 60
SETTLED = 1e-9
"""The fit stops when no linear predictor moves by more than this share of (1 + its size)."""
LEAST_PROBABILITY = 1e-14
ROWS_AT_ONCE = 20_000
"""Cells of the rows of one piece, over the columns of the problem."""
AT_INFINITY = 40.0
"""Log odds of this size that still grow have no finite maximum."""
ALMOST_NEVER = 1e-6
"""Where chances are 0 in the arithmetic, those below this go there."""
RUNAWAY_MOVE = 0.1
"""A row whose log odds still move by more than this is settled: they have no end."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Multinomial:
    """A fitted multinomial model: m outcomes beside the reference, k columns.

    Attributes
    ----------
    coefficients : (m, k); std_errors : (m, k)
    covariance : (m k, m k), outcome by outcome
    log_likelihood, null_log_likelihood : of the model, and of the shares of the outcomes alone
    iterations, n_obs
    counts : (m + 1,) rows with each outcome, the reference first
    """

    coefficients: FloatArray
    std_errors: FloatArray
    covariance: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    iterations: int
    n_obs: int
    counts: IntArray


def probabilities(x: FloatArray, coefficients: FloatArray) -> FloatArray:
    """Return the probability of each outcome, (n, m + 1), the reference first."""
    eta = np.column_stack([np.zeros(len(x)), x @ coefficients.T])
    return np.asarray(np.exp(eta - logsumexp(eta, axis=1, keepdims=True)))


def fit_multinomial(x: FloatArray, outcome: IntArray, n_outcomes: int) -> Multinomial:
    """Fit by maximum likelihood.

    Parameters
    ----------
    x : (n, k) of full rank, the intercept among the columns
    outcome : (n,) 0 (the reference) to ``n_outcomes - 1``, each of them present

    Raises
    ------
    InputError
        The outcomes are separated: some coefficient has no finite value.
    """
    m, k, n = n_outcomes - 1, x.shape[1], len(outcome)
    # with a constant first, the other columns are measured from their means: a far origin eats no digits
    shift = x.mean(axis=0) if k and bool((x[:, 0] == 1.0).all()) else np.zeros(k)
    shift[:1] = 0.0
    z = x - shift
    scale = np.maximum(np.abs(z).max(axis=0), np.finfo(np.float64).tiny)
    z = z / scale
    b = np.zeros((m, k))
    current = _log_likelihood(z, b, outcome)
    iteration = 0
    while True:
        iteration += 1
        _, step = _newton(z, b, outcome)
        for _ in range(40):
            following = _log_likelihood(z, b + step, outcome)
            if following >= current - 1e-9 * abs(current):
                break
            step = step / 2.0
        moved, eta = np.abs(z @ step.T), np.abs(z @ b.T)
        b, current = b + step, following
        if float((moved / (1.0 + eta)).max(initial=0.0)) <= SETTLED:
            break
        endless = float(eta.max(initial=0.0)) > AT_INFINITY and float(moved.max()) > RUNAWAY_MOVE
        if endless or iteration == MOST_ITERATIONS:
            raise _separated(int(np.count_nonzero(moved.max(axis=1) > RUNAWAY_MOVE)), n)
    r, _ = _newton(z, b, outcome)
    half = (np.linalg.solve(r, np.eye(m * k)) / np.tile(scale, m)[:, None]).reshape(m, k, m * k)
    half[:, 0] -= np.einsum("k,mkj->mj", shift, half)
    half = half.reshape(m * k, m * k)
    covariance = half @ half.T
    coefficients = b / scale
    coefficients[:, 0] -= coefficients @ shift
    counts = np.bincount(outcome, minlength=n_outcomes).astype(np.int64)
    present = counts[counts > 0]
    return Multinomial(
        coefficients=coefficients,
        std_errors=np.sqrt(np.diagonal(covariance)).reshape(m, k),
        covariance=covariance,
        log_likelihood=current,
        null_log_likelihood=float((present * np.log(present / n)).sum()),
        iterations=iteration,
        n_obs=n,
        counts=counts,
    )


def _almost_settled(x: FloatArray, b: FloatArray) -> int:
    return int(np.count_nonzero(probabilities(x, b).min(axis=1) < ALMOST_NEVER))


def _separated(rows: int, n: int) -> InputError:
    return InputError(
        f"some outcomes are told apart completely in at least {rows:,} of {n:,} rows (separation): not every "
        "coefficient has a finite value, and chances would be 0 or 1 as if they were certain. Leave out the predictor "
        "that settles the outcome, or gather rows that break the pattern"
    )


def _log_likelihood(x: FloatArray, b: FloatArray, outcome: IntArray) -> float:
    eta = np.column_stack([np.zeros(len(x)), x @ b.T])
    return float((eta[np.arange(len(x)), outcome] - logsumexp(eta, axis=1)).sum())


def _newton(x: FloatArray, b: FloatArray, outcome: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the triangular factor of the information, (m k, m k), and the step (m, k)."""
    m, k = b.shape
    size = m * k
    r = np.zeros((0, size + 1))
    rows = max(1, ROWS_AT_ONCE * 10 // (size + 1))
    for start in range(0, len(x), rows):
        part, seen = x[start : start + rows], outcome[start : start + rows]
        p = np.maximum(probabilities(part, b)[:, 1:], LEAST_PROBABILITY)
        variance = -p[:, :, None] * p[:, None, :]
        index = np.arange(m)
        variance[:, index, index] = p * np.maximum(1.0 - p, LEAST_PROBABILITY)
        try:
            lower = np.linalg.cholesky(variance)
        except np.linalg.LinAlgError as error:
            raise _separated(_almost_settled(x, b), len(x)) from error
        # a row of the problem for each outcome: column c of L stands for every column of x
        left = (lower.transpose(0, 2, 1)[:, :, :, None] * part[:, None, None, :]).reshape(-1, size)
        off = (seen[:, None] == index + 1) - p
        right = np.linalg.solve(lower, off[:, :, None])[:, :, 0].reshape(-1, 1)
        r = np.asarray(np.linalg.qr(np.concatenate([r, np.hstack([left, right])]), mode="r"))
    diagonal = np.abs(np.diagonal(r)[:size])
    if not diagonal.min(initial=np.inf) > 1e-12 * diagonal.max(initial=0.0):
        raise _separated(_almost_settled(x, b), len(x))
    return r[:size, :size], np.asarray(np.linalg.solve(r[:size, :size], r[:size, size])).reshape(m, k)


def wald(fit: Multinomial, columns: Sequence[int]) -> tuple[float, int, float]:
    """Test that some columns have no coefficient for any outcome: chi-square, its degrees of freedom, p.

    Wald's test, ``b'V^-1 b``; H0: all these coefficients are 0. Not valid where outcomes are nearly separated: then
    it is too small (Hauck and Donner 1977, doi:10.1080/01621459.1977.10479969).
    """
    m, k = fit.coefficients.shape
    index = [a * k + c for a in range(m) for c in columns]
    b = fit.coefficients.ravel()[index]
    v = fit.covariance[np.ix_(index, index)]
    spread = np.sqrt(np.diagonal(v))
    u = b / spread
    statistic = float(u @ np.linalg.solve(v / np.outer(spread, spread), u))
    return statistic, len(index), float(chdtrc(len(index), statistic))
