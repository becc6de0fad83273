"""A server whose worker does stub work: ``python -m tests.api.stub_server``; settings from the environment."""

import os
import sys

import uvicorn

from regression_analyzer.api.main import create_app
from regression_analyzer.jobs.journal import set_up
from regression_analyzer.jobs.settings import read_settings

if __name__ == "__main__":
    settings = read_settings(os.environ)
    set_up(settings.log_level)
    command = (sys.executable, "-m", "tests.jobs.stub_worker", "--under-server")
    app = create_app(settings, worker_command=command)
    uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
    ).run()
