"""One HTTP client for the whole platform: keys in the headers, retries with backoff, refusals in one clear line."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from aimatrix.connection import Connection
from aimatrix.errors import DownloadTooLarge, PlatformRefused, PlatformUnavailable, TokenRefused
from aimatrix.version import __version__

log = logging.getLogger(__name__)

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
# Nothing has been done yet when these come back: the request was turned away, or never arrived.
NOT_BEGUN_STATUSES = frozenset({425, 429, 503})
NOT_BEGUN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


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
    """Whoever has nothing to guard may always send."""


class HttpClient:
    """Sends requests to one Supabase project.

    `guard` runs before every single try and may raise to forbid it. `refusals` are the caller's own kinds of PlatformRefused, by
    the platform's stable code.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        patience: Patience | None = None,
        guard: Callable[[], None] = no_guard,
        timeout_seconds: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        user_agent: str = f"aimatrix-python/{__version__}",
        refusals: Mapping[str, type[PlatformRefused]] | None = None,
    ) -> None:
        self.connection = connection
        self.refusals = dict(refusals or {})
        self.patience = patience or Patience()
        self.guard = guard
        self.sleep = sleep
        self.client = connection.open(
            timeout=httpx.Timeout(timeout_seconds, connect=10.0),
            follow_redirects=False,
        )
        self.client.headers["user-agent"] = user_agent

    def close(self) -> None:
        self.client.close()

    def request(  # noqa: PLR0913 - as many as HTTP has
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
        repeatable: bool = True,
    ) -> httpx.Response:
        """Send until there is an answer. 2xx and the statuses in `accept` come back, other 4xx raise PlatformRefused.

        What is not `repeatable` is sent again only where the first try cannot have begun; else PlatformUnavailable at once.
        """
        options: dict[str, Any] = {} if timeout_seconds is None else {"timeout": timeout_seconds}

        def send() -> httpx.Response:
            return self.client.request(method, path, json=json, content=content, headers=dict(headers or {}), **options)

        return self.insist(action, send, accept, repeatable)

    def download(self, action: str, path: str, largest: int, timeout_seconds: float) -> bytes:
        """GET a body of at most `largest` bytes; not one byte more is taken from the network than that and a chunk."""

        def send() -> httpx.Response:
            with self.client.stream("GET", path, timeout=timeout_seconds) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    self.guard()
                    body += chunk
                    if len(body) > largest:
                        raise DownloadTooLarge(f"{action}: it holds more than the {largest} bytes allowed")
                headers = {"retry-after": response.headers.get("retry-after", "")}
                return httpx.Response(response.status_code, headers=headers, content=bytes(body))

        return self.insist(action, send, frozenset()).content

    def insist(
        self, action: str, send: Callable[[], httpx.Response], accept: frozenset[int], repeatable: bool = True
    ) -> httpx.Response:
        give_up_at = time.monotonic() + self.patience.total_seconds
        tries = 0
        while True:
            self.guard()
            try:
                response = send()
            except (httpx.TransportError, httpx.DecodingError) as error:
                trouble, pause = describe_transport(error), self.patience.pause(tries)
                begun = not isinstance(error, NOT_BEGUN)
            else:
                if response.is_success or response.status_code in accept:
                    return response
                if response.status_code not in RETRIED_STATUSES:
                    raise self.refusal(action, response)
                trouble, pause = f"HTTP {response.status_code}", retry_after(response, self.patience.pause(tries))
                begun = response.status_code not in NOT_BEGUN_STATUSES
            tries += 1
            if begun and not repeatable:
                raise PlatformUnavailable(f"{action} gave no answer ({trouble}), and may have been done all the same")
            if time.monotonic() + pause > give_up_at:
                raise PlatformUnavailable(f"{action} failed {tries} times, last with {trouble}")
            log.warning("%s: %s; trying again in %.1f s", action, trouble, pause)
            self.sleep(pause)

    def refusal(self, action: str, response: httpx.Response) -> PlatformRefused:
        """Turn a 4xx (or an unexpected 3xx) into one line. PostgREST puts our stable code into `details`."""
        body = error_body(response)
        message = first_text(body, "message", "msg", "error", "error_description") or response.reason_phrase or "no reason given"
        code, detail, hint = (one_line(first_text(body, name)) for name in ("code", "details", "hint"))
        otherwise = TokenRefused if response.status_code in (401, 403) else PlatformRefused
        kind = self.refusals.get(detail, otherwise)
        return kind(action, response.status_code, one_line(message), code, hint, detail)


def describe_transport(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def retry_after(response: httpx.Response, otherwise: float) -> float:
    """The server's own wish where it states one in seconds, within reason."""
    wish = response.headers.get("retry-after", "")
    return min(max(float(wish), otherwise), 60.0) if wish.isdigit() else otherwise


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
