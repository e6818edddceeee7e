"""One HTTP client for the whole platform: keys in the headers, retries with backoff, refusals in one clear line."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from aimatrix_worker import __version__
from aimatrix_worker.errors import ArtifactTooLarge, LeaseRefused, PlatformRefused, PlatformUnavailable, TokenRefused
from aimatrix_worker.settings import Connection

log = logging.getLogger(__name__)

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Patience:
    """How long to go on after network errors and 5xx."""

    total_seconds: float = 60.0
    first_pause: float = 0.25
    longest_pause: float = 10.0

    def pause(self, tries: int) -> float:
        """Exponential with full jitter, so that a fleet does not come back in step."""
        ceiling = min(self.longest_pause, self.first_pause * 2.0**tries)
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311


def no_guard() -> None:
    """A client outside any job may always send."""


class HttpClient:
    """Sends requests to one Supabase project. `guard` runs before every single try and may raise to forbid it."""

    def __init__(
        self,
        connection: Connection,
        *,
        patience: Patience | None = None,
        guard: Callable[[], None] = no_guard,
        timeout_seconds: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or Patience()
        self.guard = guard
        self.sleep = sleep
        self.client = httpx.Client(
            base_url=connection.url,
            headers={
                "apikey": connection.publishable_key,
                "authorization": f"Bearer {connection.worker_jwt}",
                "user-agent": f"aimatrix-worker/{__version__}",
            },
            timeout=httpx.Timeout(timeout_seconds, connect=10.0),
            follow_redirects=False,
        )

    def close(self) -> None:
        self.client.close()

    def request(
        self,
        action: str,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
        timeout_seconds: float | None = None,
    ) -> httpx.Response:
        """Send until there is an answer. 2xx and the statuses in `accept` come back, other 4xx raise PlatformRefused."""
        options: dict[str, Any] = {} if timeout_seconds is None else {"timeout": timeout_seconds}

        def send() -> httpx.Response:
            return self.client.request(method, path, json=json, content=content, headers=dict(headers or {}), **options)

        return self.insist(action, send, accept)

    def download(self, action: str, path: str, largest: int, timeout_seconds: float) -> bytes:
        """GET a body of at most `largest` bytes; not one byte more is taken from the network than that and a chunk."""

        def send() -> httpx.Response:
            with self.client.stream("GET", path, timeout=timeout_seconds) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    self.guard()
                    body += chunk
                    if len(body) > largest:
                        raise ArtifactTooLarge(f"{action}: it holds more than the {largest} bytes allowed")
                headers = {"retry-after": response.headers.get("retry-after", "")}
                return httpx.Response(response.status_code, headers=headers, content=bytes(body))

        return self.insist(action, send, frozenset()).content

    def insist(self, action: str, send: Callable[[], httpx.Response], accept: frozenset[int]) -> httpx.Response:
        give_up_at = time.monotonic() + self.patience.total_seconds
        tries = 0
        while True:
            self.guard()
            try:
                response = send()
            except (httpx.TransportError, httpx.DecodingError) as error:
                trouble, pause = describe_transport(error), self.patience.pause(tries)
            else:
                if response.is_success or response.status_code in accept:
                    return response
                if response.status_code not in RETRIED_STATUSES:
                    raise refusal(action, response)
                trouble, pause = f"HTTP {response.status_code}", retry_after(response, self.patience.pause(tries))
            tries += 1
            if time.monotonic() + pause > give_up_at:
                raise PlatformUnavailable(f"{action} failed {tries} times, last with {trouble}")
            log.warning("%s: %s; trying again in %.1f s", action, trouble, pause)
            self.sleep(pause)


def describe_transport(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def retry_after(response: httpx.Response, otherwise: float) -> float:
    """The server's own wish where it states one in seconds, within reason."""
    wish = response.headers.get("retry-after", "")
    return min(max(float(wish), otherwise), 60.0) if wish.isdigit() else otherwise


def refusal(action: str, response: httpx.Response) -> PlatformRefused:
    """Turn a 4xx (or an unexpected 3xx) into one line. PostgREST puts our stable code into `details`."""
    body = error_body(response)
    message = first_text(body, "message", "msg", "error", "error_description") or response.reason_phrase or "no reason given"
    details = first_text(body, "details")
    code = details if details.replace("_", "").isalnum() else first_text(body, "code")
    kind = TokenRefused if response.status_code in (401, 403) else LeaseRefused if code == "lease_lost" else PlatformRefused
    return kind(action, response.status_code, one_line(message), one_line(code), one_line(first_text(body, "hint")))


def error_body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {"message": response.text}
    if isinstance(body, dict):
        nested = body.get("error")
        return nested if isinstance(nested, dict) else body
    return {"message": str(body)}


def first_text(body: Mapping[str, Any], *names: str) -> str:
    return next((body[name] for name in names if isinstance(body.get(name), str) and body[name]), "")


def one_line(text: str, limit: int = 500) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
