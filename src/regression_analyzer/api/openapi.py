"""The OpenAPI document: error shapes where they belong."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from regression_analyzer.api.problem import MEDIA_TYPE
from regression_analyzer.api.schemas import AnalyzeRequest, PredictRequest, ProblemBody

DESCRIPTION = (
    "Give it a table; get a regression analysis. Upload a file, look at the preview if you like, start an "
    "analysis, follow its progress, and take the result as JSON, as a report, as charts or as a script. "
    "Every error is a problem+json document whose `detail` is one plain sentence."
)
TITLES = {
    400: "The request cannot be used; `detail` says why.",
    401: "The call needs a token.",
    403: "Another site's page may not do this.",
    404: "There is no such thing.",
    413: "It is too large.",
    422: "The request, or the data, does not fit; `detail` says where.",
    429: "Too much at once; `Retry-After` says when to try again.",
    500: "A defect of the program.",
    502: "The language model gave no answer; `detail` says why.",
    503: "Not now; `Retry-After` may say when.",
}

TABLE_TYPES = (
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.apache.parquet",
    "application/json",
)

FILE_BODY: dict[str, Any] = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {
                    "type": "string",
                    "format": "binary",
                    "description": (
                        "The table. What it is, is seen from its content, which no schema can describe: a picture "
                        "sent as text/csv is a valid body and is answered 400, with what it is in `detail`."
                    ),
                }
            },
        },
        "encoding": {"file": {"contentType": ", ".join(TABLE_TYPES)}},
    }
}

_TEXT = {"schema": {"type": "string"}}
REQUEST_ID = {"X-Request-ID": {"description": "Finds the call in the log.", **_TEXT}}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until another try makes sense.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
ETAG = {"ETag": {"description": "Send it as `If-None-Match` to be told 304 while nothing has changed.", **_TEXT}}
JOB_HEADERS = {
    "Location": {"description": "Where the job is.", **_TEXT},
    "Preference-Applied": {"description": "The wait that was granted, where one was asked for.", **_TEXT},
}
IF_NONE_MATCH: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The `ETag` of an earlier answer.",
            "schema": {"type": "string"},
        }
    ]
}
NOT_CHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller has it already (`If-None-Match`).", "headers": ETAG}
}

UPLOAD_LINKS: dict[str, Any] = {
    "preview": {"operationId": "preview", "parameters": {"upload_id": "$response.body#/upload_id"}},
    "analyze": {"operationId": "analyze", "requestBody": {"upload_id": "$response.body#/upload_id"}},
}
JOB_LINKS: dict[str, Any] = {
    name: {"operationId": name, "parameters": {"job_id": "$response.body#/job_id"}}
    for name in ("job", "results", "charts", "report", "events", "predict", "cancel", "remove")
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the errors a route may answer, the general ones included."""
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {
        status: {
            "description": TITLES[status],
            "headers": {**REQUEST_ID, **(RETRY_AFTER if status == 429 else {})},
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in sorted({*statuses, 401, 403, 422, 500, 503})
    }


def document_of(app: FastAPI, *, open_to_all: str, needs_token: bool) -> dict[str, Any]:
    """Return the OpenAPI document of the application.

    Parameters
    ----------
    open_to_all : the path that never needs a token
    needs_token : an ``API_TOKEN`` is set: every other call needs it
    """
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, tags=app.openapi_tags
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for model in (ProblemBody, AnalyzeRequest, PredictRequest):
            schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}] if needs_token else [{}, {"token": []}]
        for operation in made["paths"][open_to_all].values():
            operation["security"] = []
        app.openapi_schema = made
    return app.openapi_schema
