"""A project to talk to: its functions by name, its datasets as arrays."""

from __future__ import annotations

import re
from typing import Any

from aimatrix.connection import Connection
from aimatrix.dataset import Dataset
from aimatrix.errors import PlatformUnavailable, SettingsError
from aimatrix.http import HttpClient, Patience

SCHEMA_HEADERS = {"content-profile": "ml", "accept-profile": "ml"}
FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_]*")


def connect(
    url: str | None = None, key: str | None = None, token: str | None = None, *, patience_seconds: float = 60.0
) -> Project:
    """The project at `url`; without arguments the one that SUPABASE_URL, SUPABASE_KEY and SUPABASE_TOKEN name.

    `key` is the publishable key, with a token beside it, or on a server the secret key alone. `token` is the access token that
    you have made for this program (`ml.create_access_token`), or the JWT of whoever is signed in. Requests that meet network
    trouble, 5xx or 429 are sent again for `patience_seconds`. Nothing is sent yet. SettingsError where an argument is missing
    or wrong.
    """
    if url is None and key is None and token is None:
        connection = Connection.from_environment()
    elif url and key:
        connection = Connection(url.strip().rstrip("/"), key.strip(), token.strip() if token else None)
    else:
        raise SettingsError("connect needs url and key, or neither and both in the environment")
    return Project(HttpClient(connection, patience=Patience(total_seconds=patience_seconds)))


class Project:
    """Calls functions of the schema `ml`. A context manager; `close()` ends its connections."""

    def __init__(self, http: HttpClient) -> None:
        self.http = http

    def rpc(
        self,
        function: str,
        arguments: dict[str, Any] | None = None,
        *,
        repeatable: bool = False,
        timeout_seconds: float | None = None,
    ) -> Any:
        """Call `ml.<function>` with arguments by name, and return its JSON as Python values; None where it returns nothing.

        Say `repeatable` of a call that may be made twice, as one that only reads: then it is sent again after any trouble, else
        only where the first try cannot have begun. `timeout_seconds` is what one answer may take (default 30).

        Raises PlatformRefused with the platform's code, detail and hint, TokenRefused for a token or role, PlatformUnavailable
        where no answer comes.
        """
        if not FUNCTION_NAME.fullmatch(function):
            raise ValueError(f"a function's name is letters, digits and _, not {function!r}")
        response = self.http.request(
            function,
            "POST",
            f"/rest/v1/rpc/{function}",
            json=arguments or {},
            headers=SCHEMA_HEADERS,
            timeout_seconds=timeout_seconds,
            repeatable=repeatable,
        )
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise PlatformUnavailable(f"{function} answered something that is not JSON") from error

    def dataset(self, name: str) -> Dataset:
        """A training dataset by its name. Nothing is sent before it is read."""
        return Dataset(lambda function, arguments: self.rpc(function, arguments, repeatable=True), name)

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Project({self.http.connection.url!r})"
