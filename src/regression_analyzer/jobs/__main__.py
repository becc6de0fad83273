"""``python -m regression_analyzer.jobs``: the worker that the server starts."""

import sys

from regression_analyzer.jobs.worker import main

if __name__ == "__main__":
    sys.exit(main(under_server="--under-server" in sys.argv))
