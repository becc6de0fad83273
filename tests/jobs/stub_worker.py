"""A worker process whose work is a stub: ``python -m tests.jobs.stub_worker [--under-server]``."""

import sys

from regression_analyzer.jobs.worker import main
from tests.jobs.stub_tasks import RUNNERS

if __name__ == "__main__":
    sys.exit(main(under_server="--under-server" in sys.argv, runners=RUNNERS))  # type: ignore[arg-type]
