"""Access tokens of programs (`ml.create_access_token`), exchanged for the short-lived JWTs that the project takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

import httpx

PREFIX = "aiml_"
# Exchanged anew so many seconds before its end: a request that is under way then still arrives in time.
MARGIN_SECONDS = 60.0


class AccessTokenAuth(httpx.Auth):
    """Puts a JWT for an access token into every request, and gets another before the one it has runs out or when it is refused.

    A refusal of the exchange itself comes back as the answer to the request. Two threads may exchange at once: both JWTs do.
    """

    def __init__(self, url: str, key: str, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = f"{url}/functions/v1/token"
        self.headers = {"apikey": key, "authorization": f"Bearer {token}"}
        self.clock = clock
        self.jwt = ""
        self.renew_at = 0.0

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        fresh = not self.jwt or self.clock() >= self.renew_at
        if fresh and not (yield from self.exchange()):
            return
        request.headers["authorization"] = f"Bearer {self.jwt}"
        response = yield request
        # Of a project that has changed its keys. One that is fresh and refused would be refused again.
        if response.status_code == 401 and not fresh and (yield from self.exchange()):
            request.headers["authorization"] = f"Bearer {self.jwt}"
            yield request

    def exchange(self) -> Generator[httpx.Request, httpx.Response, bool]:
        began = self.clock()
        response = yield httpx.Request("POST", self.url, headers=self.headers)
        if not response.is_success:
            self.jwt = ""
            return False
        response.read()
        issued = response.json()
        self.jwt = issued["access_token"]
        lasts = float(issued["expires_in"])
        self.renew_at = began + max(lasts - MARGIN_SECONDS, lasts / 2)
        return True
