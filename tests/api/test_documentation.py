"""What the documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import schemathesis

from regression_analyzer.api.main import create_app
from regression_analyzer.api.openapi import document_shapes
from regression_analyzer.insight.registry import PROVIDERS
from regression_analyzer.jobs.settings import SETTINGS, Settings
from tests.api.conftest import REPOSITORY

OWN_PATHS = {"/metrics"}
PARTS = {
    "AnalyzeAnswer",
    "ErrorOfJob",
    "Outbound",
    "PredictRequest",
    "Prediction",
    "ProviderRow",
    "RemovedAnswer",
    "RowsAnswer",
    "UploadAnswer",
}
"""Forms whose fields have examples of their own, or that are part of another."""


def text_of(name: str) -> str:
    return (REPOSITORY / "docs" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("none")
    return dict(create_app(Settings(data_dir=folder, output_dir=folder, workers=0), environ={}).openapi())


def test_every_setting_is_documented_as_it_is() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", text_of("configuration.md"), re.MULTILINE)
    assert rows == [(setting.name, setting.shown, setting.help) for setting in SETTINGS]


def test_every_key_is_documented() -> None:
    text = text_of("configuration.md")
    for provider in PROVIDERS:
        for variable in (*provider.key_variables, provider.base_url_variable):
            assert f"`{variable}`" in text


def test_every_setting_can_be_put_into_the_example_file() -> None:
    example = REPOSITORY / ".env.example"
    if not example.exists():
        pytest.skip("no example file")
    known = {setting.name for setting in SETTINGS}
    named = set(re.findall(r"^([A-Z_]+)=", example.read_text(encoding="utf-8"), re.MULTILINE))
    assert known & named


def test_every_call_is_documented(openapi: dict[str, Any]) -> None:
    documented = set(re.findall(r"^\| `([A-Z]+) (/[^`]*)` \|", text_of("api.md"), re.MULTILINE))
    served = {(method.upper(), path) for path, item in openapi["paths"].items() for method in item}
    assert {call for call in documented if call[1] not in OWN_PATHS} == served


def test_every_call_documents_its_errors(openapi: dict[str, Any]) -> None:
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            for status in ("401", "500"):
                content = operation["responses"][status]["content"]
                assert list(content) == ["application/problem+json"], (method, path)


def test_every_reference_of_the_description_leads_somewhere(openapi: dict[str, Any]) -> None:
    names = set(re.findall(r"#/components/schemas/(\w+)", str(openapi)))
    assert names <= set(openapi["components"]["schemas"])


def test_every_form_of_an_answer_has_an_example_that_it_allows(openapi: dict[str, Any]) -> None:
    forms = openapi["components"]["schemas"]
    store = {"components": {"schemas": forms}}
    checked = 0
    for name in forms.keys() - document_shapes().keys():
        form = forms[name]
        given = [*form.get("examples", []), *([form["example"]] if "example" in form else [])]
        for example in given:
            jsonschema.validate(example, {"$ref": f"#/components/schemas/{name}", **store})
            checked += 1
        whole = given or all("examples" in field or "const" in field for field in form["properties"].values())
        assert whole or name in PARTS, name
    assert checked > 8


def test_the_description_is_valid(openapi: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(openapi).validate()
    for name, shape in openapi["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(shape)
        assert not shape.keys() & {"$id", "$schema", "$defs"}, name
        assert shape["description"], name


def test_a_description_that_is_not_valid_is_told(openapi: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="title"):
        schemathesis.openapi.from_dict({**openapi, "info": {"version": 1}}).validate()


def test_every_answer_in_json_has_a_shape(openapi: dict[str, Any]) -> None:
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    shapes = content.get("schema", {})
                    named = [shape.get("$ref") for shape in shapes.get("oneOf", [shapes])]
                    assert "json" not in kind or kind == "application/jsonl" or all(named), (method, path, status)


def test_the_description_is_made_when_it_is_asked_for(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, output_dir=tmp_path, workers=0), environ={})
    assert app.openapi_schema is None


def test_every_call_says_in_one_line_what_it_does(openapi: dict[str, Any]) -> None:
    for item in openapi["paths"].values():
        assert all(operation["summary"] and operation["description"] for operation in item.values())
