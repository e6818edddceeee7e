"""What a worker relies on, held against the stand-in platform and, where QUEUE_CONTRACT_URL names one, a real platform."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from aimatrix import Connection, PlatformRefused
from aimatrix.http import HttpClient, Patience
from conftest import connection_of
from fake_platform import FakePlatform

from aimatrix_worker.messages import ClaimedJob
from aimatrix_worker.queue.platform import Platform

NO_GPU = {"gpus": 0, "gpu_memory_gb": 0, "labels": []}
REAL = "QUEUE_CONTRACT_URL"


class Queue:
    """A queue of its own for each test, and one worker's view of it."""

    def __init__(self, connection: Connection, enqueue: Callable[[str, int], int], cancel: Callable[[int], None]) -> None:
        self.name = f"contract-{uuid.uuid4()}"
        self.platform = Platform(HttpClient(connection, patience=Patience(5.0, 0.05, 0.1)))
        self.enqueue_in = enqueue
        self.cancel = cancel

    def enqueue(self, max_attempts: int = 3) -> int:
        return self.enqueue_in(self.name, max_attempts)

    def enqueued(self, lease_seconds: int = 60) -> ClaimedJob:
        self.enqueue()
        return self.claim_one(lease_seconds)

    def claim(self, lease_seconds: int = 60, claim_id: uuid.UUID | None = None) -> ClaimedJob | None:
        jobs = self.platform.claim_jobs("w", (self.name,), NO_GPU, lease_seconds, claim_id or uuid.uuid4())
        return jobs[0] if jobs else None

    def claim_one(self, lease_seconds: int = 60, claim_id: uuid.UUID | None = None) -> ClaimedJob:
        job = self.claim(lease_seconds, claim_id)
        assert job is not None
        return job


def real_queue() -> Queue:
    url, secret = os.environ[REAL], os.environ["QUEUE_CONTRACT_SECRET_KEY"]
    headers = {"apikey": secret, "content-profile": "ml"}

    def call(name: str, **arguments: Any) -> Any:
        response = httpx.post(f"{url}/rest/v1/rpc/{name}", json=arguments, headers=headers)
        response.raise_for_status()
        return response.json()

    connection = Connection(url, os.environ["QUEUE_CONTRACT_KEY"], os.environ["QUEUE_CONTRACT_JWT"])

    def enqueue(queue: str, max_attempts: int) -> int:
        return call("enqueue_job", kind="contract", queue=queue, max_attempts=max_attempts)["id"]

    return Queue(connection, enqueue, lambda job_id: call("cancel_job", job_id=job_id))


def fake_queue(platform: FakePlatform) -> Queue:
    def enqueue(queue: str, max_attempts: int) -> int:
        return platform.add_job("contract", {}, queue=queue, max_attempts=max_attempts).id

    def cancel(job_id: int) -> None:
        platform.jobs[job_id].cancel_requested = True

    return Queue(connection_of(platform), enqueue, cancel)


@pytest.fixture(params=["fake", "real"] if REAL in os.environ else ["fake"])
def queue(request: pytest.FixtureRequest) -> Iterator[Queue]:
    opened = real_queue() if request.param == "real" else fake_queue(request.getfixturevalue("platform"))
    yield opened
    opened.platform.http.close()


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(PlatformRefused) as refusal:
        call()
    return refusal.value.detail


def test_a_claim_raises_the_attempt_and_a_completion_ends_it(queue: Queue) -> None:
    job_id = queue.enqueue()
    job = queue.claim_one()
    assert (job.id, job.attempt, job.lease_seconds) == (job_id, 1, 60)
    assert queue.claim() is None
    assert queue.platform.heartbeat_job(job.id, 1, {"step": 1}).cancel_requested is False
    queue.platform.log_job(job.id, 1, "hello", "info", {})
    queue.platform.complete_job(job.id, 1, {"ok": True})
    assert refused(lambda: queue.platform.complete_job(job.id, 1, {"ok": True})) == "lease_lost"


def test_another_attempt_can_do_nothing(queue: Queue) -> None:
    job = queue.enqueued()
    for call in (
        lambda: queue.platform.heartbeat_job(job.id, 2, None),
        lambda: queue.platform.complete_job(job.id, 2, {}),
        lambda: queue.platform.fail_job(job.id, 2, "x", retryable=True),
        lambda: queue.platform.release_job(job.id, 2),
        lambda: queue.platform.log_job(job.id, 2, "x", "info", {}),
    ):
        assert refused(call) == "lease_lost"
    assert refused(lambda: queue.platform.heartbeat_job(job.id + 10**9, 1, None)) == "job_not_found"


def test_a_repeated_claim_returns_what_it_holds(queue: Queue) -> None:
    first, second = queue.enqueue(), queue.enqueue()
    claim_id = uuid.uuid4()
    assert queue.claim_one(claim_id=claim_id).id == first
    assert queue.claim_one(claim_id=claim_id).attempt == 1
    assert queue.claim_one().id == second
    queue.platform.complete_job(first, 1, {})
    assert queue.claim(claim_id=claim_id) is None


def test_a_lease_that_ran_out_is_extended_by_whoever_still_holds_it(queue: Queue) -> None:
    job = queue.enqueued(lease_seconds=1)
    time.sleep(1.1)
    assert queue.platform.heartbeat_job(job.id, 1, None).cancel_requested is False
    assert queue.claim() is None
    time.sleep(1.1)
    queue.platform.complete_job(job.id, 1, {})


def test_a_lease_that_was_taken_back_is_lost(queue: Queue) -> None:
    job = queue.enqueued(lease_seconds=1)
    time.sleep(1.3)
    assert queue.claim_one().attempt == 2
    assert refused(lambda: queue.platform.heartbeat_job(job.id, 1, None)) == "lease_lost"
    assert refused(lambda: queue.platform.complete_job(job.id, 1, {})) == "lease_lost"


def test_a_lost_claim_is_no_failure_and_a_lease_that_was_heard_of_is_one(queue: Queue) -> None:
    queue.enqueue(max_attempts=1)
    job = queue.claim_one(lease_seconds=1)
    time.sleep(1.3)
    assert queue.claim_one(lease_seconds=1).attempt == 2
    queue.platform.heartbeat_job(job.id, 2, None)
    time.sleep(1.3)
    assert queue.claim() is None, "it was the only attempt"


def test_a_released_job_is_there_again_and_a_final_failure_is_not(queue: Queue) -> None:
    job = queue.enqueued()
    queue.platform.release_job(job.id, 1)
    assert queue.claim_one().attempt == 2
    queue.platform.fail_job(job.id, 2, "no", retryable=False)
    assert queue.claim() is None


def test_a_worker_learns_of_a_cancellation_by_its_heartbeat(queue: Queue) -> None:
    job = queue.enqueued()
    queue.cancel(job.id)
    assert queue.platform.heartbeat_job(job.id, 1, None).cancel_requested is True
    queue.platform.release_job(job.id, 1)
    assert queue.claim() is None
