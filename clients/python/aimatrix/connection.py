"""Where a project is, and how to prove who asks."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from aimatrix.access_token import PREFIX, AccessTokenAuth
from aimatrix.errors import SettingsError

ENVIRONMENT = {
    "SUPABASE_URL": "the project's address, such as https://<ref>.supabase.co",
    "SUPABASE_KEY": "the project's publishable key, or on a server its secret key",
}
TOKEN_VARIABLE = "SUPABASE_TOKEN"  # noqa: S105


@dataclass(frozen=True)
class Connection:
    """`key` is the project's publishable or secret key; `token` the JWT of whoever asks, or an access token (`aiml_…`), which is
    exchanged for one as often as needed. Neither shows in a repr.

    Raises SettingsError for an address that is none, or that would carry the key over an open network unencrypted.
    """

    url: str
    key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.username is not None or parts.password is not None:
            raise SettingsError("url (SUPABASE_URL) must hold no user name and no password")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"url (SUPABASE_URL) must be an http(s) address, it is {self.url!r}")
        if parts.scheme == "http" and not self.is_local:
            raise SettingsError(
                f"url (SUPABASE_URL) must be https for the host {parts.hostname!r}: over http the token could be read"
            )
        check_secret("key", self.key)
        check_secret("token", self.token or "")

    @property
    def is_local(self) -> bool:
        """Plain http is acceptable inside one machine or cluster: private addresses and names that no public DNS knows."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_private
        except ValueError:
            return "." not in host or host.endswith((".internal", ".local", ".localhost"))

    def open(self, **options: Any) -> httpx.Client:
        """An httpx client for the project's paths, whose requests say who asks; `options` are its own."""
        return httpx.Client(base_url=self.url, headers=self.headers(), auth=self.auth(), **options)

    def auth(self) -> httpx.Auth | None:
        """What puts a JWT into each request, where the token is an access token."""
        return AccessTokenAuth(self.url, self.key, self.token) if self.token and self.token.startswith(PREFIX) else None

    def headers(self) -> dict[str, str]:
        """What every request carries. A key of the older kind is a JWT itself, and stands in where there is no token."""
        if self.auth():
            return {"apikey": self.key}
        bearer = self.token or (self.key if self.key.count(".") == 2 else None)
        return {"apikey": self.key, **({"authorization": f"Bearer {bearer}"} if bearer else {})}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Connection:
        """From SUPABASE_URL, SUPABASE_KEY and, where it is set, SUPABASE_TOKEN. SettingsError names what is missing."""
        require(environment, ENVIRONMENT)
        token = environment.get(TOKEN_VARIABLE, "").strip() or None
        return cls(environment["SUPABASE_URL"].strip().rstrip("/"), environment["SUPABASE_KEY"].strip(), token)


def require(environment: Mapping[str, str], meanings: Mapping[str, str]) -> None:
    """Raise SettingsError with what each missing variable is for."""
    missing = [name for name in meanings if not environment.get(name, "").strip()]
    if missing:
        lines = "".join(f"\n  {name}: {meanings[name]}" for name in missing)
        raise SettingsError(f"missing in the environment:{lines}\n(the local stack writes its own to .cache/stack.env)")


def check_secret(name: str, value: str) -> None:
    if not value.isascii() or any(character.isspace() for character in value):
        raise SettingsError(f"{name} holds a blank or a non-ASCII character: copy it again")
