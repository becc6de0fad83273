"""A server on this machine that speaks the vendors' wire formats, well or badly, as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from regression_analyzer.insight.registry import PROVIDERS

KEY = "sk-secret-4711-do-not-tell"
Reply = Callable[[str, Mapping[str, Any]], object]
"""``reply(text of the question, schema)`` -> what the model says, as an object."""


def whatever_fits(_text: str, schema: Mapping[str, Any]) -> Any:
    """Say the least that has the form asked for."""
    kind = schema["type"]
    if kind == "object":
        return {name: whatever_fits("", form) for name, form in schema["properties"].items()}
    if kind == "array":
        return []
    return schema["enum"][0] if "enum" in schema else "words"


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        loaded = json.loads(self.body)
        assert isinstance(loaded, dict)
        return loaded

    @property
    def question(self) -> str:
        text = self.content["messages"][-1]["content"]
        assert isinstance(text, str)
        return text

    @property
    def schema(self) -> dict[str, Any]:
        body = self.content
        form = body["output_config"]["format"] if "output_config" in body else body["response_format"]["json_schema"]
        assert isinstance(form["schema"], dict)
        return form["schema"]


@dataclass
class FakeVendor:
    """Behaves as listed, one entry a request; the last entry for ever."""

    reply: Reply = whatever_fits
    behaviours: Iterable[str] = ("ok",)
    received: list[Received] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    slow_s: float = 3.0
    connections: int = 0
    wire: Callable[[dict[str, Any]], object] = field(default=lambda whole: whole)
    """Bends the whole body of a good answer."""

    def __post_init__(self) -> None:
        self._script = list(self.behaviours)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> FakeVendor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def environ(self, provider: str) -> dict[str, str]:
        """Return the environment that leads a provider's library here."""
        row = next(p for p in PROVIDERS if p.name == provider)
        base = {row.base_url_variable: self.root + ("/v1" if row.base_url_variable == "OPENAI_BASE_URL" else "")}
        if provider == "local":
            return base | {"LLM_PROVIDER": "local", "LLM_MODEL": "llama"}
        return base | {row.key_variables[0]: KEY}

    def text(self) -> str:
        """Return everything that was received, as one text."""
        return "\n".join(each.body.decode() for each in self.received)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                vendor.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                got = Received(path=self.path, headers={k.lower(): v for k, v in self.headers.items()}, body=body)
                vendor.received.append(got)
                script = vendor._script
                status, headers, answer = vendor._answer(script.pop(0) if len(script) > 1 else script[0], got)
                pause = vendor.slow_s / len(answer) if headers.pop("drip", "") else 0.0
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("content-type", "application/json")
                    cut = int(headers.get("x-cut", "0"))
                    self.send_header("content-length", str(len(answer) + cut))
                    self.close_connection = bool(cut)
                    self.end_headers()
                    for start in range(0, len(answer), 1 if pause else len(answer) or 1):
                        self.wfile.write(answer[start : start + 1] if pause else answer)
                        time.sleep(pause)
                except (BrokenPipeError, ConnectionResetError):
                    return

            def do_GET(self) -> None:
                vendor.fetched.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                return

        return Handler

    def _answer(self, behaviour: str, got: Received) -> tuple[int, dict[str, str], bytes]:
        if behaviour == "cut":  # the connection ends within the body
            status, headers, answer = self._answer("ok", got)
            return status, headers | {"x-cut": "50"}, answer
        if behaviour.startswith("429 "):
            name, _, value = behaviour.removeprefix("429 ").partition("=")
            return 429, {name: value}, b"{}"
        if behaviour == "timeout":
            time.sleep(self.slow_s)
        if behaviour.isdigit():
            said = {"type": "error", "error": {"type": "some_error", "message": f"no; you sent {got.body.decode()}"}}
            headers = {"retry-after": "0.2"} if behaviour == "429" else {}
            return int(behaviour), headers, json.dumps(said).encode()
        if behaviour == "broken":
            return 200, {}, b"<html>not json"
        if behaviour == "redirect":
            return 302, {"location": f"{self.root}/elsewhere"}, b""
        text = {"malformed": '{"half": ', "violation": '{"other": [1]}', "empty": "", "refusal": ""}.get(behaviour)
        if text is None:
            text = json.dumps(self.reply(got.question, got.schema))
        wire = _anthropic(text, behaviour) if got.path == "/v1/messages" else _openai(text, behaviour)
        return 200, {"drip": "yes"} if behaviour == "drip" else {}, json.dumps(self.wire(wire)).encode()


def _anthropic(text: str, behaviour: str) -> dict[str, Any]:
    reason = {"refusal": "refusal", "truncated": "max_tokens"}.get(behaviour, "end_turn")
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": text}],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def _openai(text: str, behaviour: str) -> dict[str, Any]:
    refusal = "I will not." if behaviour == "refusal" else None
    message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal}
    choice = {"index": 0, "finish_reason": "length" if behaviour == "truncated" else "stop", "message": message}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
