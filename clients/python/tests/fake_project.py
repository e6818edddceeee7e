"""A stand-in for a project: a real HTTP server on loopback that pages through datasets as ml.read_dataset does."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sb_publishable_test_key_never_to_be_shown"
TOKEN = "eyJ.someone.token-never-to-be-shown"


class FakeProject:
    """`answers` are given once each, in order, before anything else: (status, body). `calls` is what was asked for."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.datasets: dict[str, dict[str, Any]] = {}
        # Answers of the token function, the last of them for good, and the tokens that it was shown.
        self.issues: list[tuple[int, Any]] = []
        self.shown: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, function: str, arguments: dict[str, Any]) -> tuple[int, Any]:
        self.calls.append((function, arguments))
        if self.answers:
            return self.answers.pop(0)
        if function == "read_dataset":
            return self.read_dataset(**arguments)
        return 200, {"function": function, "arguments": arguments}

    def issue(self, authorization: str) -> tuple[int, Any]:
        self.shown.append(authorization.removeprefix("Bearer "))
        return self.issues.pop(0) if len(self.issues) > 1 else self.issues[0]

    def read_dataset(self, *, dataset: str, split: str | None, after_row: int, max_rows: int) -> tuple[int, Any]:
        if dataset not in self.datasets:
            message = f"there is no dataset {dataset}"
            hint = "call ml.create_training_dataset first"
            return 404, {"code": "PT404", "message": message, "details": "dataset_not_found", "hint": hint}
        stored = self.datasets[dataset]
        rows = [row for row in stored["rows"] if row[0] > after_row and split in (None, row[1])][:max_rows]
        return 200, {**stored, "rows": rows, "next_after": rows[-1][0] if len(rows) == max_rows else None}


def handler_for(project: FakeProject) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/functions/v1/token":
                status, answer = project.issue(self.headers["authorization"])
            else:
                project.headers.append({name.lower(): value for name, value in self.headers.items()})
                status, answer = project.answer(self.path.removeprefix("/rest/v1/rpc/"), json.loads(content))
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
