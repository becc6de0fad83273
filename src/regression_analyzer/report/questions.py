"""What each check asks, in plain words, and what to do when the answer is not the hoped-for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regression_analyzer.diagnose.value import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A check for readers.

    Attributes
    ----------
    question : in plain words, with a question mark
    method : the term a statistician knows
    fine : what an "ok" means
    advice : what to do otherwise
    reference : source of the method
    """

    question: str
    method: str
    fine: str
    advice: str
    reference: str = ""


QUESTIONS: Mapping[str, Question] = {
    "sample_size": Question(
        question="Are there enough rows for this many coefficients?",
        method="rows for each coefficient",
        fine="Enough rows for each coefficient.",
        advice="Take fewer predictors, merge rare levels, or collect more rows; read the intervals as too narrow.",
        reference="Harrell (2015), Regression Modeling Strategies, doi:10.1007/978-3-319-19425-7",
    ),
    "exact_fit": Question(
        question="Is the target a formula of the predictors?",
        method="unexplained share of the variation",
        fine="Something is left to explain, as in real data.",
        advice="Look for a predictor that is computed from the target, and leave it out.",
    ),
    "digits": Question(
        question="Are the numbers exact?",
        method="correct digits left after rounding",
        fine="Rounding leaves enough digits.",
        advice="Centre or rescale the predictors that nearly repeat each other.",
        reference="Golub and Van Loan (2013), Matrix Computations, section 5.3",
    ),
    "reset": Question(
        question="Is a straight line enough?",
        method="Ramsey's RESET: squares and cubes of the prediction added",
        fine="Powers of the prediction add little.",
        advice="Look at the charts by predictor; try a logarithm, a curve (poly) or a product of two predictors.",
        reference="Ramsey (1969), doi:10.1111/j.2517-6161.1969.tb00796.x",
    ),
    "breusch_pagan": Question(
        question="Is the spread of the errors even?",
        method="Breusch-Pagan in Koenker's form",
        fine="The errors spread about evenly.",
        advice="Use robust standard errors (HC3); consider a logarithm of the target.",
        reference="Breusch and Pagan (1979), doi:10.2307/1911963; Koenker (1981), doi:10.1016/0304-4076(81)90062-2",
    ),
    "breusch_pagan_original": Question(
        question="Is the spread even, by the test for bell-shaped errors?",
        method="Breusch-Pagan as first published",
        fine="The errors spread about evenly.",
        advice="Use robust standard errors (HC3); consider a logarithm of the target.",
        reference="Breusch and Pagan (1979), doi:10.2307/1911963",
    ),
    "white": Question(
        question="Is the spread even, whatever its pattern?",
        method="White: squares and products of the predictors",
        fine="No pattern in the spread of the errors.",
        advice="Use robust standard errors (HC3); consider a logarithm of the target.",
        reference="White (1980), doi:10.2307/1912934",
    ),
    "jarque_bera": Question(
        question="Are the errors bell-shaped?",
        method="Jarque-Bera: skewness and kurtosis",
        fine="Close enough to a bell shape.",
        advice="The intervals of coefficients lean little on this with many rows; those of single predictions do.",
        reference="Jarque and Bera (1987), doi:10.2307/1403192",
    ),
    "shapiro_wilk": Question(
        question="Are the errors bell-shaped, by their order?",
        method="Shapiro-Wilk",
        fine="Close enough to a bell shape.",
        advice="The intervals of coefficients lean little on this with many rows; those of single predictions do.",
        reference="Shapiro and Wilk (1965), doi:10.2307/2333709; Royston (1995), doi:10.2307/2986146",
    ),
    "durbin_watson": Question(
        question="Does a row's error carry over to the next?",
        method="Durbin-Watson",
        fine="Neighbouring rows err independently.",
        advice="If the rows are in time order, use --covariance HAC and consider a trend or a lag.",
        reference="Durbin and Watson (1951), doi:10.1093/biomet/38.1-2.159",
    ),
    "breusch_godfrey": Question(
        question="Do errors carry over some rows further?",
        method="Breusch-Godfrey",
        fine="Errors do not carry over.",
        advice="If the rows are in time order, use --covariance HAC and consider a trend or a lag.",
        reference="Breusch (1978), doi:10.1111/j.1467-8454.1978.tb00635.x; Godfrey (1978), doi:10.2307/1913829",
    ),
    "condition_number": Question(
        question="Do the predictors repeat each other?",
        method="condition number of the scaled columns",
        fine="The predictors carry separate information.",
        advice="Leave out one of the overlapping predictors, or read their effects together.",
        reference="Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153",
    ),
    "vif": Question(
        question="Do single predictors overlap with the rest?",
        method="variance inflation factors",
        fine="Little overlap.",
        advice="Read the overlapping predictors together: their separate effects are uncertain, predictions are not.",
        reference="Fox and Monette (1992), doi:10.1080/01621459.1992.10475190",
    ),
    "link_test": Question(
        question="Is a straight line enough on the model's own scale?",
        method="link test: a square of the linear predictor added",
        fine="A square of the linear predictor adds little.",
        advice="Look at the charts by predictor; try a logarithm, a curve (poly), a product, or another link.",
        reference="Pregibon (1980), doi:10.2307/2346405",
    ),
    "quantile_residuals": Question(
        question="Are the outcomes distributed around their means as the model says?",
        method="randomised quantile residuals against the normal distribution",
        fine="Their distribution is close to the model's.",
        advice="Look at the normal picture of the residuals; try another family, and use robust standard errors.",
        reference="Dunn and Smyth (1996), doi:10.1080/10618600.1996.10474708",
    ),
    "overdispersion": Question(
        question="Do the counts vary more than the model assumes?",
        method="dispersion of the Pearson residuals",
        fine="They vary about as much as the model assumes.",
        advice="Use --family negative-binomial, or robust standard errors.",
        reference="Cameron and Trivedi (1990), doi:10.1016/0304-4076(90)90014-K",
    ),
    "zero_inflation": Question(
        question="Are there more zeros than the model expects?",
        method="zeros seen against zeros expected",
        fine="About as many zeros as expected.",
        advice="Ask whether zeros have a cause of their own; a negative binomial model may fit them.",
        reference="Lambert (1992), doi:10.2307/1269547",
    ),
    "hosmer_lemeshow": Question(
        question="Do predicted chances match what happened?",
        method="Hosmer-Lemeshow, ten groups",
        fine="Over tenths of the rows, chances and shares are close on average.",
        advice="A predictor may enter on the wrong scale or a product of two may be missing; look at the charts.",
        reference="Hosmer and Lemeshow (1980), doi:10.1080/03610928008827941",
    ),
    "separation": Question(
        question="Do predictors settle the outcome completely?",
        method="separation",
        fine="No predictor settles the outcome by itself.",
        advice="The named effects have no finite size: merge levels, leave the predictor out, or collect more rows.",
        reference="Albert and Anderson (1984), doi:10.1093/biomet/71.1.1",
    ),
    "outliers": Question(
        question="Do single rows stand apart?",
        method="studentised residuals with Bonferroni's correction",
        fine="No row stands apart.",
        advice="Look at the rows named; correct typing errors, keep true values.",
        reference="Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153",
    ),
    "influence": Question(
        question="Do single rows decide the result?",
        method="Cook's distance",
        fine="No single row decides.",
        advice="Look at the rows named, and run the analysis without them to see what changes.",
        reference="Cook (1977), doi:10.2307/1268249",
    ),
    "convergence": Question(
        question="Did the computation settle?",
        method="iterations of the estimation",
        fine="It settled.",
        advice="Rescale the predictors or take fewer.",
    ),
}


def question_for(check: str) -> Question:
    """Return a check's words; one without an entry asks for itself by name."""
    name = check.replace("_", " ").capitalize()
    return QUESTIONS.get(check) or Question(question=f"{name}?", method=name, fine="Nothing to report.", advice="")


def advice_for(check: str, verdict: Verdict) -> str:
    """Return what to do about a verdict; nothing where it is fine."""
    return "" if verdict == "ok" else question_for(check).advice
