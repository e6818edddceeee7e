"""The platform's functions that a worker calls, by their own names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aimatrix_worker.errors import PlatformUnavailable
from aimatrix_worker.http import HttpClient
from aimatrix_worker.messages import ClaimedJob, Heartbeat, parse

# A retraining's dataset is cut inside this call, which the platform lets run so long.
CUTTING_SECONDS = 900.0
SCHEMA_HEADERS = {"content-profile": "ml", "accept-profile": "ml"}
LONGEST_ERROR = 4000


class Platform:
    """Calls functions of the schema `ml` through PostgREST."""

    def __init__(self, http: HttpClient) -> None:
        self.http = http

    def call(self, function: str, **arguments: Any) -> Any:
        return self.send(function, arguments, None)

    def send(self, function: str, arguments: dict[str, Any], timeout_seconds: float | None) -> Any:
        """`call` with the time that one answer may take; None is the client's own."""
        response = self.http.request(
            function, "POST", f"/rest/v1/rpc/{function}", json=arguments, headers=SCHEMA_HEADERS, timeout_seconds=timeout_seconds
        )
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise PlatformUnavailable(f"{function} answered something that is not JSON") from error

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
