"""Write modules.txt: the third-party modules that real runs import, which get bytecode in the image.

Run it after a dependency changes: `make image-modules`. It analyses the example on the command line and
through a server, and notes what every process imports.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "penguins.csv"
COMMAND = str(Path(sys.executable).with_name("regression-analyzer"))
IMPORT = re.compile(r"^import time:\s+\d+ \|\s+\d+ \|\s*(\S+)$", re.MULTILINE)
PORT = "8791"
SDKS = "import openai, anthropic, openai.resources.chat, anthropic.resources.messages"


def main() -> int:
    """Write the list."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PYTHONPROFILEIMPORTTIME": "1",
            "DATA_DIR": f"{folder}/data",
            "OUTPUT_DIR": f"{folder}/output",
            "PORT": PORT,
        }
        log = Path(folder) / "imports"
        with log.open("w") as stream:
            analyze = [COMMAND, "analyze", str(EXAMPLE), "-o", f"{folder}/out"]
            subprocess.run(analyze, env=environment, stderr=stream, stdout=subprocess.DEVNULL, check=True)
            subprocess.run([sys.executable, "-c", SDKS], env=environment, stderr=stream, check=True)
            server = subprocess.Popen([COMMAND, "serve"], env=environment, stderr=stream, stdout=stream)
            try:
                through_the_server(f"http://127.0.0.1:{PORT}")
            finally:
                server.terminate()
                server.wait(timeout=20)
        found = set(IMPORT.findall(log.read_text(errors="replace")))
    names = sorted(name for name in found if is_third_party(name))
    (HERE / "modules.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(names)} modules\n")
    return 0


def through_the_server(address: str) -> None:
    """Upload the example, look at it, analyse it, predict with it, and look at the pages."""
    for _ in range(100):
        try:
            call(f"{address}/api/v1/health")
            break
        except OSError:
            time.sleep(0.1)
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n' + EXAMPLE.read_bytes()
    sent = call(f"{address}/api/v1/upload", form + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")
    upload_id = json.loads(sent)["upload_id"]
    call(f"{address}/api/v1/uploads/{upload_id}/preview")
    call(f"{address}/tables/{upload_id}")
    wanted = json.dumps({"upload_id": upload_id, "skip_llm": True}).encode()
    job_id = json.loads(call(f"{address}/api/v1/analyze", wanted, "application/json"))["job_id"]
    call(f"{address}/api/v1/jobs/{job_id}/events")
    call(f"{address}/analyses/{job_id}")
    names, first = (line.split(",") for line in EXAMPLE.read_text(encoding="utf-8").splitlines()[:2])
    rows = json.dumps({"rows": [dict(zip(names, first, strict=True))]}).encode()
    call(f"{address}/api/v1/predict/{job_id}", rows, "application/json")
    for path in ("/", "/docs", "/metrics", "/openapi.json", "/api/v1/ready", "/api/v1/providers"):
        call(f"{address}{path}")


def call(url: str, body: bytes | None = None, kind: str = "") -> bytes:
    """Return the answer of one request to this machine."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if kind else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


def is_third_party(name: str) -> bool:
    """Return whether a module belongs to a dependency."""
    top = name.partition(".")[0]
    return top not in sys.stdlib_module_names and not top.startswith(
        ("_virtualenv", "regression_analyzer", "__editable")
    )


if __name__ == "__main__":
    raise SystemExit(main())
