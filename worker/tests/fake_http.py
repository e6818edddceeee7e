"""The HTTP surface of the fake platform: routes, keys and the forms of answers."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_platform import FakePlatform

PUBLISHABLE_KEY = "sb_publishable_test_key_never_to_be_logged"
WORKER_JWT = "eyJ.worker.token-never-to-be-logged"


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str, details: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "details": details, "hint": hint}


def handler_for(platform: FakePlatform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def reply(self, status: int, body: Any) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def authorised(self) -> bool:
            good = self.headers["apikey"] == PUBLISHABLE_KEY and self.headers["authorization"] == f"Bearer {platform.token}"
            if not good:
                self.reply(401, {"code": "PGRST301", "message": "JWT expired", "details": None, "hint": None})
            return good

        def do_GET(self) -> None:
            prefix = "/storage/v1/object/authenticated/ml-artifacts/"
            if not self.authorised():
                return
            name = self.path.removeprefix(prefix)
            with platform.lock:
                platform.calls.append((time.monotonic(), "download", {"name": name}))
            if self.path.startswith(prefix) and name in platform.objects:
                self.reply(200, platform.objects[name])
            else:
                self.reply(400, {"statusCode": "404", "error": "not_found", "message": "Object not found"})

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"] or 0))
            if not self.authorised():
                return
            try:
                status, answer = self.route(content)
            except Refused as refused:
                status, answer = refused.status, refused.body
            self.reply(status, answer)

        def route(self, content: bytes) -> tuple[int, Any]:
            prefix = "/storage/v1/object/ml-artifacts/"
            if self.path.startswith(prefix):
                name = self.path.removeprefix(prefix)
                with platform.lock:
                    platform.calls.append((time.monotonic(), "upload", {"name": name}))
                answer = platform.upload(name, content)
                platform.after("upload", {"name": name}, 1)
                return answer
            body = json.loads(content)
            if self.path == "/functions/v1/inference/predict":
                return platform.predict(body)
            assert self.headers["content-profile"] == "ml"
            return platform.dispatch(self.path.removeprefix("/rest/v1/rpc/"), body)

    return Handler
