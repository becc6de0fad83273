"""``regression-analyzer serve``: checks what must be right, then runs the application under uvicorn."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace

import uvicorn

from regression_analyzer.api.main import EXIT_CONFIGURATION, create_app
from regression_analyzer.api.preflight import check_address, check_folders
from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.registry import read_keys
from regression_analyzer.jobs.journal import log, set_up
from regression_analyzer.jobs.settings import read_settings

DRAIN_S = 3
"""Seconds that open connections are given when the server stops."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

logger = logging.getLogger("regression_analyzer.server")


def serve(host: str | None = None, port: int | None = None) -> int:
    """Serve the page and the API until told to stop; return the exit code.

    Parameters
    ----------
    host, port : instead of ``HOST`` and ``PORT``
    """
    try:
        settings = read_settings(os.environ)
        settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
        read_keys(os.environ)
        check_folders(settings)
        check_address(settings)
    except ConfigurationError as error:
        sys.stderr.write(f"regression-analyzer: {error}\n")
        return EXIT_CONFIGURATION
    set_up(settings.log_level)
    app = create_app(settings)
    if settings.host not in LOOPBACK and not settings.api_token:
        log(logger, logging.WARNING, "anyone who can reach this address may use it: no API_TOKEN is set")
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
        ws="none",
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1
