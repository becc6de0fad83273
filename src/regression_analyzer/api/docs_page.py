"""The API's documentation as one plain page, made from the OpenAPI document: no script, no outside resource."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from typing import Any

STYLE = (
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}"
    "body{max-width:60rem;margin:0 auto;padding:1.5rem}"
    "code,pre{font:0.9em/1.45 ui-monospace,monospace}"
    "pre{overflow-x:auto;padding:.75rem;border:1px solid #8886;border-radius:.4rem}"
    "details{border:1px solid #8886;border-radius:.4rem;margin:.5rem 0;padding:.5rem .75rem}"
    "summary{cursor:pointer}.m{display:inline-block;min-width:4.5rem;font-weight:700}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;"
    "border-top:1px solid #8884;overflow-wrap:anywhere}code{overflow-wrap:anywhere}"
)
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def docs_page(document: Mapping[str, Any], *, root_path: str) -> str:
    """Return the page.

    Parameters
    ----------
    document : the OpenAPI document
    root_path : prefix of every address
    """
    info = document["info"]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>{escape(info['title'])}: API</title><style>{STYLE}</style>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>{_prose(info.get('description', ''))}",
        f"<p>Machines read <a href='{escape(root_path)}/openapi.json'>openapi.json</a>.</p><h2>Calls</h2>",
    ]
    for path, operations in document["paths"].items():
        parts += [_operation(root_path + path, method, operation) for method, operation in operations.items()]
    parts.append("<h2>Shapes</h2>")
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts.append(
            f"<details id='{escape(name)}'><summary><code>{escape(name)}</code> "
            f"{escape(schema.get('description', '').splitlines()[0] if schema.get('description') else '')}</summary>"
            f"{_json(schema)}</details>"
        )
    return "".join(parts) + "</html>"


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><td><code>{escape(p['name'])}</code> ({escape(p['in'])})<td>{escape(p.get('description', ''))}"
        for p in operation.get("parameters", [])
    ]
    parameters = f"<h4>Parameters</h4><table>{''.join(rows)}</table>" if rows else ""
    body = operation.get("requestBody", {}).get("content", {})
    bodies = "".join(
        f"<p><code>{escape(kind)}</code></p>{_json(shape.get('schema', {}))}" for kind, shape in body.items()
    )
    answers = "".join(
        f"<tr><td>{escape(status)}<td>{escape(answer.get('description', ''))}<td>{_shapes(answer)}"
        for status, answer in sorted(operation.get("responses", {}).items())
    )
    return (
        f"<details><summary><span class=m>{escape(method.upper())}</span><code>{escape(path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary>{_prose(operation.get('description', ''))}{parameters}"
        f"{'<h4>Body</h4>' + bodies if bodies else ''}<h4>Answers</h4><table>{answers}</table></details>"
    )


def _shapes(answer: Mapping[str, Any]) -> str:
    names = []
    for kind, shape in answer.get("content", {}).items():
        schema = shape.get("schema", {})
        references = [str(one["$ref"]).rpartition("/")[2] for one in schema.get("oneOf", [schema]) if "$ref" in one]
        links = " or ".join(f"<a href='#{escape(name)}'>{escape(name)}</a>" for name in references)
        names.append(f"<code>{escape(kind)}</code> {links}".rstrip())
    return ", ".join(names)


def _json(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"


def _prose(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""
