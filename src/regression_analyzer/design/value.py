"""The model's right-hand side as values: typed terms that can be replayed on new rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from regression_analyzer.findings import Decision, Finding
from regression_analyzer.table.value import FloatArray, IntArray, LeftOut

FamilyName = Literal["gaussian", "binomial", "poisson", "negative-binomial", "gamma"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """A number (or date, as days since 1970-01-01) entering through one transformation.

    Attributes
    ----------
    transform : ``"identity"``, ``"log"``, ``"sqrt"``, ``"exp"``, ``"power"``, ``"poly"``, ``"bs"``
    parameters : power: (k,); poly: degree and the three-term recurrence of the basis; bs: degree and knots.
        Fixed when the design is made, so that new rows meet the same basis
    """

    column: str
    position: int
    transform: str = "identity"
    parameters: tuple[float, ...] = ()
    is_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorical:
    """A category in treatment coding.

    Attributes
    ----------
    levels : the levels that have a column or are the reference, in order
    reference : the level the others are compared with
    merged : rare levels gathered under the level named ``other``
    other : name of the gathering level, None where nothing was merged
    full : all levels have a column (a model without intercept)
    """

    column: str
    position: int
    levels: tuple[str, ...]
    reference: str
    merged: tuple[str, ...] = ()
    other: str | None = None
    full: bool = False


Factor = Numeric | Categorical


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the successes in the target's column are counted among.

    Attributes
    ----------
    column : of failures, or of trials
    total : the column holds trials
    position : in the table; -1 while only written
    """

    column: str
    total: bool
    position: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A product of factors; one question of the model ("is region related at all?").

    Attributes
    ----------
    name : as written (``"age"``, ``"bmi:smoker"``, ``"log(income)"``)
    factors : one for a main effect, several for an interaction
    columns : indices of its columns in ``Design.columns``
    source : as formula text
    """

    name: str
    factors: tuple[Factor, ...]
    columns: tuple[int, ...]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignColumn:
    """One column of X.

    Attributes
    ----------
    name : ``"(Intercept)"``, ``"age"``, ``"smoker[yes]"``, ``"age:smoker[yes]"``
    term : index in ``Design.terms``; -1 for the intercept
    predictor : the source column (joined by ``:`` for interactions), None for the intercept
    level : the level compared with the reference, None for numbers
    """

    name: str
    term: int
    predictor: str | None
    level: str | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Block:
    """Rows of the design as arrays; rows with a missing value are already gone.

    Attributes
    ----------
    row : (n,) 1-based data rows of the file
    x : (n, k) float64, all design columns, the intercept among them
    y : (n,) float64; binomial: 0/1
    weights : (n,) or None for ones
    offset : (n,) or None for zeros
    group : (n,) codes of the cluster column, -1 where missing, or None
    time : (n,) days of the column that orders the rows in time, NaN where missing, or None
    """

    row: IntArray
    x: FloatArray
    y: FloatArray
    weights: FloatArray | None = None
    offset: FloatArray | None = None
    group: IntArray | None = None
    time: FloatArray | None = None


class Blocks(Protocol):
    """A design's rows, readable as often as needed, always in the same order and the same pieces."""

    @property
    def n_obs(self) -> int:
        """Rows."""

    @property
    def n_columns(self) -> int:
        """Columns of X."""

    def __iter__(self) -> Iterator[Block]: ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Design:
    """The model as specified: what is explained, by which columns, on which rows.

    Attributes
    ----------
    target : column; ``target_expression`` as written (``"log(price)"``); ``target_factor`` how it is computed
    event : binomial: the target level that counts as 1 (None for a 0/1 number, then 1 is the event)
    formula : Wilkinson text that reproduces the design, names back-quoted where needed
    predictors : source columns in use
    counts : the target's column holds successes, and this says among what; the target is then their share and the
        weights are the trials
    columns, terms : of X
    weights_column, offset, cluster_column, time_column : None where not used
    left_out : rows that the model cannot use (missing values), by reason
    n_obs : rows used
    dispersion_estimated : the variance has a free factor (gaussian, gamma, quasi families)
    estimator : ``"least_squares"``, ``"maximum_likelihood"``, ``"lasso"`` or ``"ridge"``
    """

    target: str
    target_expression: str
    target_factor: Factor
    family: FamilyName
    link: str
    event: str | None
    formula: str
    intercept: bool
    predictors: tuple[str, ...]
    terms: tuple[Term, ...]
    columns: tuple[DesignColumn, ...]
    n_obs: int
    left_out: tuple[LeftOut, ...] = ()
    weights_column: str | None = None
    offset: Numeric | None = None
    counts: Counts | None = None
    cluster_column: str | None = None
    time_column: str | None = None
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    reference_levels: Mapping[str, str] = field(default_factory=dict)
    dispersion_estimated: bool = False
    estimator: str = "least_squares"

    @property
    def weighted(self) -> bool:
        """Rows have prior weights: a column of them, or numbers of trials."""
        return self.weights_column is not None or self.counts is not None
