"""What goes over the wire, as pydantic models; the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from regression_analyzer.insight.value import LONGEST_ASKED

Language = Literal["auto", "en", "de", "fr", "es", "it"]
State = Literal["queued", "processing", "completed", "failed", "cancelled"]
JOB = "c9f0f895fb98ab9159f51fd0297e236d"
EXAMPLE_JOB: dict[str, Any] = {
    "job_id": JOB,
    "status": "failed",
    "stage": "profile",
    "progress": 0.3,
    "message": "Describing the columns",
    "filename": "insurance.csv",
    "upload_id": "8f14e45fceea467f9a3a1c2b7e5d9c10",
    "created_at": "2026-01-31T12:00:00.000+00:00",
    "started_at": "2026-01-31T12:00:00.012+00:00",
    "finished_at": "2026-01-31T12:00:00.345+00:00",
    "error": {"code": "no_target", "message": "No column can be explained.", "hint": "Name a target."},
}
"""Failed, so that nothing in it is null: nulls are left out of examples."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
COVARIANCE = r"^(auto|(classical|HC[0-3]|HAC)(-adjusted)?|cluster(-adjusted)?:[^\n]{1,1000})$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ProblemBody(BaseModel):
    """Every error has this shape (``application/problem+json``)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="One plain sentence: what was wrong.")
    hint: str = Field(description="What can be done about it; may be empty.")
    request_id: str

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:regression-analyzer:problem:upload_empty",
                "title": "Bad Request",
                "status": 400,
                "detail": "The file prices.csv is empty.",
                "hint": "Upload a file that holds a table.",
                "request_id": "3f0c8c0e5c2e4f6f8d0b7a1d2c3b4a59",
            }
        }
    )


class UploadAnswer(BaseModel):
    """A stored upload."""

    upload_id: str = Field(examples=["8f14e45fceea467f9a3a1c2b7e5d9c10"])
    filename: str = Field(description="The file's base name, as text.", examples=["insurance.csv"])
    size: int = Field(description="Bytes.", examples=[55628])
    status: Literal["uploaded"] = "uploaded"


class AnalyzeChoices(_Strict):
    """Choices of an analysis; what is left out is chosen, with reasons."""

    target: Name | None = Field(None, description="Column to explain.")
    predictors: Annotated[list[Name], Field(min_length=1, max_length=16_384)] | None = None
    formula: Annotated[str, StringConstraints(min_length=1, max_length=100_000)] | None = Field(
        None, description="Wilkinson formula; replaces target and predictors.", examples=["charges ~ age + smoker"]
    )
    family: Literal["auto", "gaussian", "binomial", "poisson", "negative-binomial", "gamma", "multinomial"] = "auto"
    reference: dict[Name, str] = Field(default_factory=dict, description="Column -> reference level.")
    covariance: Annotated[str, StringConstraints(pattern=COVARIANCE)] = Field(
        "auto", description="auto, classical, HC0, HC1, HC2, HC3, cluster:COLUMN or HAC; HC3-adjusted and so on."
    )
    weights: Name | None = Field(None, description="Column of case weights.")
    sheet: Name | None = Field(None, description="Sheet of a workbook.")
    context: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    skip_llm: bool = False
    model: Annotated[str, StringConstraints(max_length=200)] | None = None
    language: Language = Field(
        "auto",
        description="Language that a model tells the result in; auto: as the server is set, else the file's own.",
    )
    overrides: dict[Name, str] = Field(
        default_factory=dict, description="Decision id -> value, replacing an automatic choice."
    )

    model_config = ConfigDict(json_schema_extra={"examples": [{"target": "charges", "language": "de"}]})


class AnalyzeRequest(AnalyzeChoices):
    """What to analyse, and choices; everything but ``upload_id`` may be left out."""

    upload_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"upload_id": "8f14e45fceea467f9a3a1c2b7e5d9c10", "target": "charges", "skip_llm": True}]
        }
    )


class AnalyzeAnswer(BaseModel):
    """An accepted analysis."""

    job_id: str = Field(examples=[JOB])
    status: State


class ErrorOfJob(BaseModel):
    """Why a job failed."""

    code: str = Field(examples=["file_empty"])
    message: str
    hint: str


class JobAnswer(BaseModel):
    """Where a job is."""

    job_id: str
    status: State
    stage: str = Field(description="read, profile, specify, estimate, check, explain, draw or tell; empty before.")
    progress: float = Field(ge=0, le=1, description="Share of the whole that is done.")
    message: str
    filename: str | None
    upload_id: str | None
    created_at: str = Field(description="ISO 8601, UTC.")
    started_at: str | None
    finished_at: str | None
    error: ErrorOfJob | None

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_JOB]})


class JobsAnswer(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobAnswer]

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [EXAMPLE_JOB]}]})


class RemovedAnswer(BaseModel):
    """A removed job."""

    job_id: str
    status: Literal["removed"] = "removed"


class ProgressEvent(BaseModel):
    """What a server-sent event tells of a job."""

    job_id: str
    status: State | Literal["removed"]
    stage: str = ""
    fraction: float = Field(0.0, ge=0, le=1)
    message: str = ""
    error: ErrorOfJob | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": JOB,
                    "status": "processing",
                    "stage": "estimate",
                    "fraction": 0.45,
                    "message": "Estimating",
                }
            ]
        }
    )


class PendingAnswer(BaseModel):
    """A job whose result is not there (yet)."""

    job_id: str
    status: Literal["queued", "processing", "failed", "cancelled"]
    stage: str = ""
    progress: float = 0.0
    error: ErrorOfJob | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"job_id": JOB, "status": "processing", "stage": "estimate", "progress": 0.45}]}
    )


class ChartsAnswer(BaseModel):
    """The charts of a job, by name."""

    job_id: str
    charts: list[str]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"job_id": JOB, "charts": ["coefficients", "residuals_fitted"]}]}
    )


class RowsAnswer(BaseModel):
    """Rows of the file, by their number."""

    columns: list[str] = Field(description="The target, then the predictors.")
    more_columns: int = Field(description="Predictors beyond those.")
    rows: dict[str, list[int | str | None]] = Field(
        description="Data row of the file (1-based) -> its line, then one cell a column; null where it is missing.",
        examples=[{"17": [18, "15676.7", "40", "no"]}],
    )


class PredictRequest(_Strict):
    """New rows: one mapping of column name to value each."""

    rows: Annotated[list[dict[Name, str | float | int | bool | None]], Field(min_length=1, max_length=100_000)] = Field(
        examples=[[{"age": 40, "smoker": "yes", "bmi": 31.2}]]
    )


class Prediction(BaseModel):
    """The prediction of one row, on the scale of the target; null, with a reason, where there is none."""

    row: int = Field(ge=1, description="Data row of what was sent (1-based).")
    predicted: float | None
    ci_low: float | None = Field(description="Interval of the mean.")
    ci_high: float | None
    pi_low: float | None = Field(description="Interval for one new case; null where the family has none.")
    pi_high: float | None
    conformal_low: float | None = Field(description="The same from errors on unseen rows, whatever their shape.")
    conformal_high: float | None
    in_domain: bool = Field(description="The row is inside the data that the model was fitted to.")
    reason: str = Field(description="Why it is outside, or has no prediction; else empty.")
    probabilities: dict[str, float | None] | None = Field(
        None, description="Of a target with several outcomes: the probability of each; elsewhere left out."
    )


class PredictAnswer(BaseModel):
    """Predictions, in the order of the rows."""

    job_id: str
    level: float = Field(ge=0, le=1, description="Level of the intervals.")
    note: str = Field(description="What a prediction is where it is not a mean; else empty.")
    predictions: list[Prediction]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": JOB,
                    "level": 0.95,
                    "note": "",
                    "predictions": [
                        {
                            "row": 1,
                            "predicted": 3905.2,
                            "ci_low": 3812.3,
                            "ci_high": 3998.1,
                            "pi_low": 3333.9,
                            "pi_high": 4476.5,
                            "conformal_low": 3313.9,
                            "conformal_high": 4496.5,
                            "in_domain": True,
                            "reason": "",
                        }
                    ],
                }
            ]
        }
    )


class AskRequest(_Strict):
    """A question about a finished analysis."""

    question: Annotated[str, StringConstraints(max_length=LONGEST_ASKED, pattern=r"\S", strip_whitespace=True)] = Field(
        description="Goes to the language model as it is written.", examples=["Which predictor matters most?"]
    )
    model: Annotated[str, StringConstraints(max_length=200)] | None = Field(None, description="Model to ask.")
    language: Language = Field("auto", description="Language of the answer; auto is the language of the analysis.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "Which predictor matters most?", "language": "en"}]}
    )


class AskAnswer(BaseModel):
    """An answer: sentences that were checked against the document, then findings and checks in the report's words."""

    job_id: str = Field(examples=[JOB])
    question: str = Field(examples=["Which predictor matters most?"])
    answer: str = Field(
        examples=["What goes with charges most is smoker, then age."],
        description="Empty where the document does not hold the answer or nothing passed the check.",
    )
    by: str = Field(examples=["anthropic/claude-sonnet-5-5"], description="Provider and model.")
    dropped: int = Field(examples=[0], description="Sentences that did not pass the check.")
    language: str = Field(examples=["en"], description="Code of the language of the answer.")


class Outbound(BaseModel):
    """One request to a language model: where it would go, and its exact body."""

    url: str = Field(description="Address of the provider.", examples=["(the address of the provider)"])
    body: str = Field(examples=['{"model": "gpt-5.4-mini", "messages": []}'])


class OutboundAnswer(BaseModel):
    """What an analysis would send; empty where no provider is available or none is wanted."""

    upload_id: str = Field(examples=[JOB])
    share: str = Field(examples=["summary"], description="`LLM_SHARE`: names, summary or sample.")
    requests: list[Outbound] = Field(examples=[[]], description="Empty, too, while it is not completed.")
    status: State = Field(default="completed", examples=["completed"])
    job_id: str | None = Field(default=None, examples=[JOB], description="Its job; null where nothing would be sent.")


class ProviderRow(BaseModel):
    """A language model provider."""

    name: str
    available: bool
    models: list[str]
    note: str = Field(description="Why it would not be asked, and what to set; empty where it could be.")


class ProvidersAnswer(BaseModel):
    """All providers."""

    providers: list[ProviderRow]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "providers": [
                        {"name": "anthropic", "available": False, "models": [], "note": "set ANTHROPIC_API_KEY"}
                    ]
                }
            ]
        }
    )


class HealthAnswer(BaseModel):
    """The server is alive."""

    status: Literal["healthy"] = "healthy"
    version: str
    llm_available: bool
    providers: list[str] = Field(description="Providers that could be asked.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "healthy", "version": "1.0.0", "llm_available": False, "providers": []}]
        }
    )


class ReadyAnswer(BaseModel):
    """The server can take work."""

    status: Literal["ready"] = "ready"
    checks: dict[str, str]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "ready", "checks": {"data_dir": "ok", "store": "ok", "worker": "ok"}}]
        }
    )
