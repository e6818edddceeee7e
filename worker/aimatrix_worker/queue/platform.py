"""The platform's functions that a worker calls, by their own names."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from aimatrix import Connection, HttpClient, Patience, Project
from aimatrix.http import no_guard

from aimatrix_worker import __version__
from aimatrix_worker.errors import LeaseRefused
from aimatrix_worker.messages import ClaimedJob, Heartbeat, parse

# A retraining's dataset is cut inside this call, which the platform lets run so long.
CUTTING_SECONDS = 900.0
LONGEST_ERROR = 4000


def open_http(
    connection: Connection,
    *,
    patience: Patience | None = None,
    guard: Callable[[], None] | None = None,
    timeout_seconds: float = 30.0,
    sleep: Callable[[float], None] = time.sleep,
) -> HttpClient:
    """The client's HTTP as a worker uses it: under its own name, and a lost lease has its own kind of error."""
    return HttpClient(
        connection,
        patience=patience,
        guard=guard or no_guard,
        timeout_seconds=timeout_seconds,
        sleep=sleep,
        user_agent=f"aimatrix-worker/{__version__}",
        refusals={"lease_lost": LeaseRefused},
    )


class Platform:
    """Calls functions of the schema `ml`. All of them are repeatable, so each is sent again after any trouble."""

    def __init__(self, http: HttpClient) -> None:
        self.http = http
        self.http = http
        self.project = Project(http)

    def call(self, function: str, **arguments: Any) -> Any:
        return self.send(function, arguments)

    def send(self, function: str, arguments: dict[str, Any], timeout_seconds: float | None = None) -> Any:
        """`call` with the time that one answer may take; None is the client's own."""
        return self.project.rpc(function, arguments, repeatable=True, timeout_seconds=timeout_seconds)

    def claim_jobs(
        self, worker_id: str, queues: tuple[str, ...], capabilities: dict[str, Any], lease_seconds: int, claim_id: UUID
    ) -> list[ClaimedJob]:
        rows = self.call(
            "claim_jobs",
            worker_id=worker_id,
            queues=list(queues),
            capabilities=capabilities,
            max_jobs=1,
            lease_seconds=lease_seconds,
            claim_id=str(claim_id),
        )
        return [parse(ClaimedJob, row, "answer of claim_jobs") for row in rows or []]

    def begin_training(self, job_id: int, attempt: int) -> Any:
        return self.send("begin_training", {"job_id": job_id, "attempt": attempt}, CUTTING_SECONDS)

    def heartbeat_job(self, job_id: int, attempt: int, progress: dict[str, Any] | None) -> Heartbeat:
        reply = self.call("heartbeat_job", job_id=job_id, attempt=attempt, progress=progress)
        return parse(Heartbeat, reply, "answer of heartbeat_job")

    def complete_job(self, job_id: int, attempt: int, result: dict[str, Any]) -> None:
        self.call("complete_job", job_id=job_id, attempt=attempt, result=result)

    def fail_job(self, job_id: int, attempt: int, error: str, *, retryable: bool) -> None:
        self.call("fail_job", job_id=job_id, attempt=attempt, error=error[:LONGEST_ERROR], retryable=retryable)

    def release_job(self, job_id: int, attempt: int) -> None:
        self.call("release_job", job_id=job_id, attempt=attempt)

    def log_job(self, job_id: int, attempt: int, message: str, level: str, fields: dict[str, Any]) -> None:
        self.call("log_job", job_id=job_id, attempt=attempt, message=message, level=level, fields=fields)
