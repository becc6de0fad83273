"""The OpenAPI document: error shapes where they belong, and the shapes of the documents that a job leaves."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from regression_analyzer.api.problem import MEDIA_TYPE
from regression_analyzer.api.schemas import AnalyzeRequest, PendingAnswer, PredictRequest, ProblemBody, ProgressEvent

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

SCHEMAS = "#/components/schemas/"
DOCUMENTS = {"Analysis": "analysis.schema.json", "Preview": "preview.schema.json"}
"""Name among the components -> file of the room that makes the document."""
NOT_OURS = ("$schema", "$id", "$defs")

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

EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": "object",
            "required": ["event", "data"],
            "properties": {
                "event": {"enum": ["progress", "end"]},
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {"$ref": f"{SCHEMAS}ProgressEvent"},
                },
            },
        }
    }
}
"""A stream whose every event has this shape."""

UPLOAD_LINKS: dict[str, Any] = {
    "preview": {"operationId": "preview", "parameters": {"upload_id": "$response.body#/upload_id"}},
    "analyze": {"operationId": "analyze", "requestBody": {"upload_id": "$response.body#/upload_id"}},
}
JOB_LINKS: dict[str, Any] = {
    name: {"operationId": name, "parameters": {"job_id": "$response.body#/job_id"}}
    for name in ("job", "results", "charts", "report", "events", "predict", "cancel", "remove")
}


def of_shape(*names: str) -> dict[str, Any]:
    """Return the content of an answer in JSON that has one of these shapes."""
    shapes = [{"$ref": f"{SCHEMAS}{name}"} for name in names]
    return {"application/json": {"schema": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the errors a route may answer, the general ones included."""
    schema = {"$ref": f"{SCHEMAS}ProblemBody"}
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
        for model in (ProblemBody, AnalyzeRequest, PredictRequest, PendingAnswer, ProgressEvent):
            shape = model.model_json_schema(ref_template=SCHEMAS + "{model}")
            schemas.update(shape.pop("$defs", {}) | {model.__name__: shape})
        schemas.update(document_shapes())
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}] if needs_token else [{}, {"token": []}]
        for operation in made["paths"][open_to_all].values():
            operation["security"] = []
        app.openapi_schema = made
    return app.openapi_schema


def document_shapes() -> dict[str, Any]:
    """Return the schemas of the documents and of their parts, read when the OpenAPI document is first asked for."""
    shapes: dict[str, Any] = {}
    for name, file in DOCUMENTS.items():
        text = files("regression_analyzer.report").joinpath(file).read_text(encoding="utf-8")
        whole = json.loads(text, object_hook=_referring_to_components)
        shapes |= {_component(part): shape for part, shape in whole.get("$defs", {}).items()}
        shapes[name] = {key: value for key, value in whole.items() if key not in NOT_OURS}
    return shapes


def _referring_to_components(value: dict[str, Any]) -> dict[str, Any]:
    place, found, part = str(value.get("$ref", "")).partition("#/$defs/")
    known = found and place in {"", *DOCUMENTS.values()}
    return {**value, "$ref": f"{SCHEMAS}{_component(part)}"} if known else value


def _component(part: str) -> str:
    return part[0].upper() + part[1:]
