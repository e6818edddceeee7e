"""The lease: who may still write, and when it must stop."""

from __future__ import annotations

import time
import uuid

import pytest
from aimatrix.http import HttpClient, Patience
from conftest import connection_of, wait_until
from fake_platform import FakePlatform

from aimatrix_worker.errors import JobCancelled, LeaseLost, ShutdownRequested
from aimatrix_worker.messages import ClaimedJob
from aimatrix_worker.queue.lease import Lease
from aimatrix_worker.queue.platform import Platform
from aimatrix_worker.queue.stopping import Stopping

NO_GPU = {"gpus": 0, "gpu_memory_gb": 0, "labels": []}


def hold(platform: FakePlatform, lease_seconds: int = 30, stopping: Stopping | None = None) -> Lease:
    platform.add_job("x", {})
    client = Platform(HttpClient(connection_of(platform), patience=Patience(0.2, 0.01, 0.02)))
    claimed_at = time.monotonic()
    job = client.claim_jobs("w", ("training",), NO_GPU, lease_seconds, uuid.uuid4())[0]
    return Lease(client, job, stopping or Stopping(), claimed_at)


def test_a_lease_is_renewed_at_a_third_of_its_length(platform: FakePlatform) -> None:
    with hold(platform, lease_seconds=3) as lease:
        time.sleep(3.6)
        lease.check()
    beats = [at for at, name, _arguments in platform.calls if name == "heartbeat_job"]
    assert 2 <= len(beats) <= 4


def test_progress_travels_soon_and_together(platform: FakePlatform) -> None:
    with hold(platform) as lease:
        for step in range(1000):
            lease.report({"step": step})
        wait_until(lambda: platform.jobs[1].progress[-1:] == [{"step": 999}])
    assert len(platform.jobs[1].progress) <= 3


def test_a_heartbeat_refused_loses_the_lease(platform: FakePlatform) -> None:
    lease = hold(platform)
    platform.jobs[1].attempt = 2
    assert lease.beat() is False
    with pytest.raises(LeaseLost, match="lease_lost"):
        lease.check()


def test_a_heartbeat_without_answer_loses_nothing_until_the_lease_runs_out(platform: FakePlatform) -> None:
    lease = hold(platform)
    platform.before = lambda _name, _arguments, _count: 503
    assert lease.beat() is False
    lease.check()
    lease.ends_at = time.monotonic()
    with pytest.raises(LeaseLost, match="ran out"):
        lease.check()
    lease.beat()
    platform.before = lambda _name, _arguments, _count: None
    with pytest.raises(LeaseLost, match="could not be reached"):
        lease.check()


def test_the_lease_is_counted_from_before_the_request_was_sent(platform: FakePlatform) -> None:
    lease = hold(platform)

    def delay(_name: str, _arguments: object, _count: int) -> None:
        time.sleep(0.3)

    platform.after = delay
    sent_at = time.monotonic()
    lease.beat()
    assert lease.ends_at - sent_at == pytest.approx(30, abs=0.05)


def test_confirm_asks_the_platform_itself(platform: FakePlatform) -> None:
    lease = hold(platform)
    lease.confirm()
    platform.jobs[1].cancel_requested = True
    lease.check()
    with pytest.raises(JobCancelled):
        lease.confirm()


def test_shutdown_is_asked_for_only_after_the_grace_period(platform: FakePlatform) -> None:
    stopping = Stopping(grace_seconds=0.2)
    lease = hold(platform, stopping=stopping)
    stopping.request()
    lease.check()
    time.sleep(0.25)
    with pytest.raises(ShutdownRequested):
        lease.check()


def test_a_lost_lease_outranks_a_cancellation(platform: FakePlatform) -> None:
    # Cancelled leads to release_job, which a worker without the lease must not call.
    lease = hold(platform)
    lease.cancel_requested = True
    lease.lose("another worker has it")
    with pytest.raises(LeaseLost):
        lease.check()


def test_a_wait_ends_when_the_worker_is_told_to_stop() -> None:
    stopping = Stopping(grace_seconds=5)
    stopping.request()
    started = time.monotonic()
    stopping.wait(10)
    assert time.monotonic() - started < 0.5
    assert not stopping.grace_is_over
    stopping.request()
    assert not stopping.grace_is_over
    stopping.first_at -= 2
    stopping.request()
    assert stopping.grace_is_over


def test_a_claimed_job_ignores_keys_it_does_not_know() -> None:
    job = ClaimedJob.model_validate(
        {"id": 1, "queue": "q", "kind": "k", "payload": {}, "attempt": 1, "lease_seconds": 9, "progress": None, "new_in_2030": 1}
    )
    assert job.lease_seconds == 9
