from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from regression_analyzer.errors import ConfigurationError
from regression_analyzer.jobs.limits import kernel_oom_kills
from regression_analyzer.jobs.settings import (
    SETTINGS,
    Settings,
    job_memory_that_fits,
    memory_mb,
    read_settings,
    shown,
)


def test_the_table_and_the_fields_are_the_same() -> None:
    assert [setting.name.lower() for setting in SETTINGS] == [field.name for field in fields(Settings)]


def test_the_defaults_of_the_table_and_of_the_fields_are_the_same() -> None:
    made = read_settings({"WORKERS": "1"})
    assert {f.name: getattr(made, f.name) for f in fields(Settings)} == {
        f.name: getattr(Settings(), f.name) for f in fields(Settings)
    }


def test_an_empty_variable_counts_as_absent() -> None:
    assert read_settings(dict.fromkeys((s.name for s in SETTINGS), "")).port == 8000


@pytest.mark.parametrize("text", ["info", "INFO", "Info", " info "])
def test_a_log_level_may_be_in_any_case(text: str) -> None:
    assert read_settings({"LOG_LEVEL": text}).log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "verbose"),
        ("PORT", "70000"),
        ("MAX_UPLOAD_BYTES", "50MB"),
        ("RETENTION_DAYS", "-1"),
        ("RETENTION_DAYS", "nan"),
        ("CORS_ORIGINS", "*"),
        ("LLM_SHARE", "everything"),
        ("LLM_PROVIDER", "acme"),
    ],
)
def test_a_wrong_value_is_named_with_the_rule(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        read_settings({name: value})
    assert repr(value) in caught.value.message
    assert "\n" not in str(caught.value)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("  abc\n", encoding="utf-8")
    environ = {"API_TOKEN_FILE": str(tmp_path / "token")}
    assert read_settings(environ).api_token == "abc"  # noqa: S105
    assert environ == {"API_TOKEN_FILE": str(tmp_path / "token")}


@pytest.mark.parametrize("content", [None, ""])
def test_a_secret_file_that_is_missing_or_empty_is_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="API_TOKEN_FILE"):
        read_settings({"API_TOKEN_FILE": str(tmp_path / "token")})


def test_a_secret_is_never_shown() -> None:
    made = read_settings({"API_TOKEN": "abc-secret"})
    assert "abc-secret" not in repr(made)
    assert dict(shown(made))["API_TOKEN"] == "(set)"  # noqa: S105


def test_a_prefix_is_normalised() -> None:
    assert read_settings({"ROOT_PATH": "stats/"}).root_path == "/stats"
    assert read_settings({"ROOT_PATH": "/"}).root_path == ""


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_a_containers_memory_is_its_control_groups(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("536870912\n", encoding="ascii")
    assert memory_mb(tmp_path) == 536


def test_without_a_limit_the_memory_is_the_machines(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert memory_mb(tmp_path) == memory_mb(tmp_path / "nowhere") > 536


@pytest.mark.parametrize(("wanted", "available", "granted"), [(1500, 24_000, 1500), (1500, 536, 386), (1500, 100, 64)])
def test_one_analysis_never_gets_what_the_server_needs(wanted: int, available: int, granted: int) -> None:
    assert job_memory_that_fits(wanted, available) == granted


@pytest.mark.parametrize("name", ["memory.events", "memory/memory.oom_control"])
def test_the_kernels_kills_are_counted(tmp_path: Path, name: str) -> None:
    assert kernel_oom_kills(tmp_path) == 0
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("under_oom 0\noom_kill 3\n", encoding="ascii")
    assert kernel_oom_kills(tmp_path) == 3
