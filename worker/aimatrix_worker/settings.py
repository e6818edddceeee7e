"""What a worker needs to know, from the environment (keys) and the command line (the rest)."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aimatrix_worker.errors import SettingsError

ENVIRONMENT = {
    "SUPABASE_URL": "the project's address, such as https://<ref>.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "the project's publishable key, sb_publishable_…",
    "WORKER_JWT": "a token whose role claim is ml_worker",
}


def default_worker_id() -> str:
    """Unique on purpose: two workers on one host must not look like one."""
    return f"{socket.gethostname()}-{os.getpid()}"


@dataclass(frozen=True)
class Connection:
    """Where the platform is and how to prove who we are. Keys never show in a repr."""

    url: str
    publishable_key: str = field(repr=False)
    worker_jwt: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"SUPABASE_URL must be an http(s) address, it is {self.url!r}")
        if parts.scheme == "http" and not self.is_local:
            raise SettingsError(
                f"SUPABASE_URL must be https for the host {parts.hostname!r}: over http the worker's token could be read"
            )
        for name, value in (("SUPABASE_PUBLISHABLE_KEY", self.publishable_key), ("WORKER_JWT", self.worker_jwt)):
            if not value.isascii() or any(character.isspace() for character in value):
                raise SettingsError(f"{name} holds a blank or a non-ASCII character: copy it again")

    @property
    def is_local(self) -> bool:
        """Plain http is acceptable inside one machine or cluster: private addresses and names that no public DNS knows."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_private
        except ValueError:
            return "." not in host or host.endswith((".internal", ".local", ".localhost"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Connection:
        missing = [name for name in ENVIRONMENT if not environment.get(name, "").strip()]
        if missing:
            lines = [f"  {name}: {ENVIRONMENT[name]}" for name in missing]
            raise SettingsError(
                "missing in the environment:\n" + "\n".join(lines) + "\n(the local stack writes them to .cache/stack.env)"
            )
        return cls(
            url=environment["SUPABASE_URL"].strip().rstrip("/"),
            publishable_key=environment["SUPABASE_PUBLISHABLE_KEY"].strip(),
            worker_jwt=environment["WORKER_JWT"].strip(),
        )


@dataclass(frozen=True)
class Settings:
    """How this worker behaves."""

    connection: Connection
    queues: tuple[str, ...] = ("training", "checks")
    worker_id: str = field(default_factory=default_worker_id)
    labels: tuple[str, ...] = ()
    lease_seconds: int = 60
    poll_seconds: float = 2.0
    grace_seconds: float = 10.0
    once: bool = False

    def __post_init__(self) -> None:
        if not self.queues or not all(self.queues):
            raise SettingsError("--queues needs at least one name")
        if not 1 <= len(self.worker_id) <= 250:
            raise SettingsError("--worker-id must have 1 to 250 characters")
        check_range("--lease-seconds", self.lease_seconds, 3, 3600)
        check_range("--poll-seconds", self.poll_seconds, 0.05, 3600)
        check_range("--grace-seconds", self.grace_seconds, 0, 3600)


def check_range(option: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{option} must lie between {low} and {high}, it is {value}")
