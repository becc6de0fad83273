"""Every setting, in one table: name, how it is read, default and help. Read when asked, never at import."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.registry import PROVIDERS, read_secret
from regression_analyzer.languages import AUTO, CHOICES

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LLM_SHARES = ("names", "summary", "sample")
MEMORY_PER_WORKER_MB = 2000
"""Memory that the default number of workers allows for each analysis at the same time."""
SERVER_MB = 150
"""Memory that the server, the worker and the loaded libraries take beside one analysis."""
LEAST_JOB_MB = 64
CONTROL_GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the table.

    Attributes
    ----------
    name : environment variable; the field of ``Settings`` is the same in lower case
    read : text -> value; raises ``ValueError`` with the rule in plain words
    default : the value where the variable is absent or empty
    shown : the default as documentation shows it
    help : what it does, with the unit
    secret : never shown; may also be given as NAME_FILE
    """

    name: str
    read: Callable[[str], Any]
    default: Any
    shown: str
    help: str
    secret: bool = False


def _text(value: str) -> str:
    return value


def _whole(minimum: int, maximum: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        rule = f"a whole number from {minimum} to {maximum}"
        try:
            number = int(value)
        except ValueError:
            raise ValueError(rule) from None
        if not minimum <= number <= maximum:
            raise ValueError(rule)
        return number

    return read


def _days(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 36_500:
        raise ValueError("a number of days from 0 to 36500")
    return number


def _one_of(choices: tuple[str, ...], change: Callable[[str], str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if change(value) not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return change(value)

    return read


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    if any(not o.startswith(("http://", "https://")) for o in origins):
        raise ValueError("origins such as https://example.org, separated by commas")
    return origins


def _prefix(value: str) -> str:
    stripped = value.strip("/")
    return f"/{stripped}" if stripped else ""


def cpu_count() -> int:
    """Return the processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_mb(groups: Path = CONTROL_GROUPS) -> int:
    """Return the memory this process may use, in MB: the machine's, or its control group's limit (version 2 or 1)."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            limit = (groups / name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if limit.isdigit():
            return min(machine, int(limit) // 1_000_000)
    return machine


def job_memory_that_fits(wanted_mb: int, available_mb: int) -> int:
    """Return the memory one analysis may have: what is wanted, or what the server leaves of what there is.

    A limit of ours below the kernel's ends a job with a sentence; the kernel's own ends it with a signal.
    """
    return min(wanted_mb, max(LEAST_JOB_MB, available_mb - SERVER_MB))


def default_workers() -> int:
    """Return how many analyses run at once by default: one a processor, with 2 GB for each."""
    return max(1, min(cpu_count(), memory_mb() // MEMORY_PER_WORKER_MB))


def _row(
    name: str, read: Callable[[str], Any], default: Any, shown: str, text: str, *, secret: bool = False
) -> Setting:
    return Setting(name=name, read=read, default=default, shown=shown, help=text, secret=secret)


_PROVIDER_NAMES = tuple(provider.name for provider in PROVIDERS)

SETTINGS: tuple[Setting, ...] = (
    _row("HOST", _text, "127.0.0.1", "127.0.0.1", "Address to listen on (0.0.0.0 in the container)."),
    _row("PORT", _whole(0, 65_535), 8000, "8000", "Port to listen on; 0 lets the system choose."),
    _row("ROOT_PATH", _prefix, "", "(none)", "Path prefix that a proxy in front puts before every address."),
    _row("LOG_LEVEL", _one_of(LOG_LEVELS, str.upper), "INFO", "INFO", f"{', '.join(LOG_LEVELS)}, in any case."),
    _row("DATA_DIR", Path, Path("data"), "./data", "Folder of uploads and of the job store."),
    _row("OUTPUT_DIR", Path, Path("output"), "./output", "Folder of results: one folder a job."),
    _row("API_TOKEN", _text, "", "(none)", "When set, every call but health needs it as a bearer token.", secret=True),
    _row("CORS_ORIGINS", _origins, (), "(none)", "Origins of other pages that may call the API, by commas."),
    _row("MAX_UPLOAD_BYTES", _whole(1, 10**12), 52_428_800, "52428800", "Largest upload, in bytes (50 MB)."),
    _row("JOB_TIMEOUT_S", _whole(1, 86_400), 600, "600", "Longest time for one analysis, in seconds."),
    _row(
        "JOB_MEMORY_MB",
        _whole(LEAST_JOB_MB, 10**6),
        1500,
        "1500",
        "Most memory for one analysis, in MB; less where the machine or container has less.",
    ),
    _row("WORKERS", _whole(0, 256), None, "one a processor, 2 GB each", "Analyses at once; 0 starts no worker."),
    _row("RETENTION_DAYS", _days, 30.0, "30", "Results and uploads older than this many days go; 0 keeps them."),
    _row("QUEUE_LIMIT", _whole(1, 10**6), 1000, "1000", "Jobs that may wait; beyond it 429."),
    _row("QUEUE_LIMIT_PER_CLIENT", _whole(1, 10**6), 500, "500", "Jobs of one client that may wait; beyond it 429."),
    _row(
        "RATE_LIMIT_PER_MINUTE",
        _whole(0, 10**6),
        3000,
        "3000",
        "Uploads, analyses, previews and predictions one client may ask for in a minute; 0 for no limit.",
    ),
    _row(
        "UPLOAD_QUOTA_MB_PER_HOUR",
        _whole(0, 10**9),
        20_000,
        "20000",
        "MB one client may upload in an hour; 0 for no limit.",
    ),
    _row(
        "LLM_PROVIDER",
        _one_of(_PROVIDER_NAMES, str.lower),
        "",
        "the first with a key",
        f"Language model provider: {', '.join(_PROVIDER_NAMES)}.",
    ),
    _row("LLM_MODEL", _text, "", "the provider's", "Language model to ask."),
    _row(
        "LLM_SHARE",
        _one_of(LLM_SHARES, str.lower),
        "summary",
        "summary",
        "What may leave the machine: names, summary (no raw cell) or sample.",
    ),
    _row(
        "LLM_LANGUAGE",
        _one_of(CHOICES, str.lower),
        AUTO,
        "auto",
        f"Language that a model tells the result in: {', '.join(CHOICES)}; auto is the file's own.",
    ),
    _row("LLM_TIMEOUT_S", _whole(1, 3_600), 45, "45", "Longest time for one request to a language model, in seconds."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in force. One field for each row of ``SETTINGS``."""

    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    log_level: str = "INFO"
    data_dir: Path = Path("data")
    output_dir: Path = Path("output")
    api_token: str = ""
    cors_origins: tuple[str, ...] = ()
    max_upload_bytes: int = 52_428_800
    job_timeout_s: int = 600
    job_memory_mb: int = 1500
    workers: int = 1
    retention_days: float = 30.0
    queue_limit: int = 1000
    queue_limit_per_client: int = 500
    rate_limit_per_minute: int = 3000
    upload_quota_mb_per_hour: int = 20_000
    llm_provider: str = ""
    llm_model: str = ""
    llm_share: str = "summary"
    llm_language: str = AUTO
    llm_timeout_s: int = 45

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value}' for name, value in shown(self))})"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment. An empty variable counts as absent.

    Raises
    ------
    ConfigurationError
        A value does not fit; the message names the variable and the rule.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = (read_secret(environ, setting.name) or "") if setting.secret else environ.get(setting.name, "").strip()
        try:
            values[setting.name.lower()] = setting.read(text) if text else setting.default
        except ValueError as error:
            raise ConfigurationError(
                f"{setting.name} must be {error}; it is {text!r}.",
                hint=f"Set {setting.name} to such a value, or leave it out for the default ({setting.shown}).",
                code="bad_setting",
            ) from None
    if values["workers"] is None:
        values["workers"] = default_workers()
    values["job_memory_mb"] = job_memory_that_fits(values["job_memory_mb"], memory_mb())
    return Settings(**values)


def shown(settings: Settings) -> list[tuple[str, str]]:
    """Return the settings in force as texts, secrets masked."""
    rows = []
    for setting in SETTINGS:
        value = getattr(settings, setting.name.lower())
        if setting.secret:
            text = "(set)" if value else "(none)"
        else:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
        rows.append((setting.name, text or "(none)"))
    return rows
