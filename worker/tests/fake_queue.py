"""The queue of the stand-in platform. tests/test_queue_contract.py holds it and the real one to the same behaviour."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from fake_http import Refused
from fake_limits import LOG_FIELDS, PROGRESS, RESULT, check_object


@dataclass
class FakeJob:
    id: int
    kind: str
    payload: dict[str, Any]
    queue: str = "training"
    state: str = "queued"
    attempt: int = 0
    failures: int = 0
    max_attempts: int = 3
    lease_seconds: int = 0
    lease_ends: float = 0.0
    worker_id: str | None = None
    cancel_requested: bool = False
    heard: bool = False
    progress: list[Any] = field(default_factory=list)
    result: Any = None
    error: str | None = None
    logs: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        names = ("id", "kind", "payload", "queue", "state", "attempt", "failures", "max_attempts", "lease_seconds", "worker_id")
        return {name: getattr(self, name) for name in names}


class FakeQueue:
    def __init__(self) -> None:
        self.jobs: dict[int, FakeJob] = {}
        self.claims: dict[str, list[tuple[FakeJob, int]]] = {}

    def take_back_leases(self) -> None:
        for job in self.jobs.values():
            if job.state == "running" and job.lease_ends <= time.monotonic():
                job.failures += job.heard
                job.state = "cancelled" if job.cancel_requested else "failed" if job.failures >= job.max_attempts else "queued"

    def rpc_claim_jobs(
        self,
        *,
        worker_id: str,
        queues: list[str],
        capabilities: dict[str, Any],
        max_jobs: int,
        lease_seconds: int,
        claim_id: str,
    ) -> list[dict[str, Any]]:
        assert set(capabilities) == {"gpus", "gpu_memory_gb", "labels"}
        now = time.monotonic()
        if claim_id in self.claims:
            held = [job for job, attempt in self.claims[claim_id] if job.state == "running" and job.attempt == attempt]
            for job in held:
                job.lease_ends = now + job.lease_seconds
            return [job.to_json() for job in held]
        self.take_back_leases()
        free = [job for job in self.jobs.values() if job.state == "queued" and job.queue in queues][:max_jobs]
        for job in free:
            job.state, job.worker_id, job.lease_seconds = "running", worker_id, lease_seconds
            job.attempt += 1
            job.heard = False
            job.lease_ends = now + lease_seconds
        if free:
            self.claims[claim_id] = [(job, job.attempt) for job in free]
        return [job.to_json() for job in free]

    def held(self, job_id: int, attempt: int) -> FakeJob:
        job = self.jobs.get(job_id)
        if job is None:
            raise Refused(404, "PT404", f"job {job_id} does not exist", "job_not_found")
        if job.state != "running" or job.attempt != attempt:
            raise Refused(409, "PT409", f"attempt {attempt} of job {job_id} lost its lease", "lease_lost", "stop working on it")
        return job

    def rpc_heartbeat_job(self, *, job_id: int, attempt: int, progress: dict[str, Any] | None) -> dict[str, Any]:
        if progress is not None:
            check_object(progress, "progress", PROGRESS)
        job = self.held(job_id, attempt)
        job.lease_ends = time.monotonic() + job.lease_seconds
        job.heard = True
        if progress is not None:
            job.progress.append(progress)
        return {"cancel_requested": job.cancel_requested, "lease_expires_at": "2030-01-01T00:00:00Z"}

    def end(self, job: FakeJob, state: str) -> dict[str, Any]:
        job.state = "cancelled" if job.cancel_requested else state
        return job.to_json()

    def rpc_complete_job(self, *, job_id: int, attempt: int, result: dict[str, Any]) -> dict[str, Any]:
        check_object(result, "result", RESULT)
        job = self.held(job_id, attempt)
        job.result = result
        return self.end(job, "succeeded")

    def rpc_fail_job(self, *, job_id: int, attempt: int, error: str, retryable: bool) -> dict[str, Any]:
        job = self.held(job_id, attempt)
        job.error = error
        job.failures += 1
        return self.end(job, "queued" if retryable and job.failures < job.max_attempts else "failed")

    def rpc_release_job(self, *, job_id: int, attempt: int) -> dict[str, Any]:
        return self.end(self.held(job_id, attempt), "queued")

    def rpc_log_job(self, *, job_id: int, attempt: int, message: str, level: str, fields: dict[str, Any]) -> None:
        check_object(fields, "fields", LOG_FIELDS)
        self.held(job_id, attempt).logs.append((level, message))
