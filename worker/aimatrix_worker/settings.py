"""What a worker needs to know, from the environment (keys) and the command line (the rest)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from aimatrix import Connection, SettingsError
from aimatrix.connection import check_secret, require

ENVIRONMENT = {
    "SUPABASE_URL": "the project's address, such as https://<ref>.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "the project's publishable key, sb_publishable_…",
    "WORKER_JWT": "an access token of scope worker (ml.create_access_token), or a JWT whose role claim is ml_worker",
}


def default_worker_id() -> str:
    """Unique on purpose: two workers on one host must not look like one."""
    return f"{socket.gethostname()}-{os.getpid()}"


def connection_from_environment(environment: Mapping[str, str] = os.environ) -> Connection:
    """SettingsError names what is missing or wrong."""
    require(environment, ENVIRONMENT)
    values = {name: environment[name].strip() for name in ENVIRONMENT}
    for name in ("SUPABASE_PUBLISHABLE_KEY", "WORKER_JWT"):
        check_secret(name, values[name])
    return Connection(values["SUPABASE_URL"].rstrip("/"), values["SUPABASE_PUBLISHABLE_KEY"], values["WORKER_JWT"])


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
