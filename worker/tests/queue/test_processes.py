"""The worker as a process: signals, crashes, lost leases, cancellation, and what it prints."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import WorkerProcess, wait_until
from fake_http import PUBLISHABLE_KEY, WORKER_JWT
from fake_platform import FakePlatform
from samples import breast_cancer

Start = Callable[..., WorkerProcess]

SHORT = {"model": "tumours", "model_type": "gradient_boosting", "params": {"n_estimators": 30}}
LONG = {"model": "tumours", "model_type": "gradient_boosting", "params": {"n_estimators": 5000}}
WRITES = {"log_batch", "register_model_version", "record_evidence", "end_run", "upload", "log_job", "complete_job", "fail_job"}


def arrange(platform: FakePlatform, config: dict[str, Any]) -> Any:
    platform.datasets["cut"] = breast_cancer()
    return platform.add_training("cut", config)


def is_fitting(job: Any) -> bool:
    return any(progress["stage"] == "fit" for progress in job.progress)


def test_sigterm_releases_a_job_that_does_not_finish_within_the_grace_period(platform: FakePlatform, start_worker: Start) -> None:
    job = arrange(platform, LONG)
    worker = start_worker("--grace-seconds", "0.3")
    wait_until(lambda: is_fitting(job))
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(20) == 0, worker.output
    assert job.state == "queued"
    assert job.failures == 0
    assert platform.names()[-1] == "release_job"
    assert "released" in worker.output


def test_sigterm_lets_a_job_finish_within_the_grace_period_and_takes_no_other(
    platform: FakePlatform, start_worker: Start
) -> None:
    first, second = arrange(platform, {**SHORT, "params": {"n_estimators": 900}}), arrange(platform, SHORT)
    worker = start_worker("--grace-seconds", "60")
    wait_until(lambda: is_fitting(first))
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(60) == 0, worker.output
    assert first.state == "succeeded"
    assert second.state == "queued"
    assert second.attempt == 0


def test_a_second_signal_ends_the_grace_period(platform: FakePlatform, start_worker: Start) -> None:
    job = arrange(platform, LONG)
    worker = start_worker("--grace-seconds", "600")
    wait_until(lambda: is_fitting(job))
    os.kill(worker.pid, signal.SIGINT)
    os.kill(worker.pid, signal.SIGTERM)
    time.sleep(1.3)
    assert worker.process.poll() is None, "two signals at once are one wish"
    os.kill(worker.pid, signal.SIGINT)
    assert worker.wait(20) == 0, worker.output
    assert job.state == "queued"


def test_sigterm_ends_an_idle_worker_at_once(platform: FakePlatform, start_worker: Start) -> None:
    worker = start_worker("--poll-seconds", "60")
    wait_until(lambda: "claim_jobs" in platform.names())
    started = time.monotonic()
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(10) == 0, worker.output
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("function", "count", "applied"),
    [
        ("begin_training", 1, True),
        ("log_batch", 2, True),
        ("register_model_version", 1, False),
        ("register_model_version", 1, True),
        ("record_evidence", 3, True),
        ("complete_job", 1, False),
    ],
)
def test_after_sigkill_another_worker_finishes_with_the_same_single_version(
    platform: FakePlatform, start_worker: Start, function: str, count: int, applied: bool
) -> None:
    job = arrange(platform, SHORT)
    first = start_worker()

    def kill(name: str, _arguments: dict[str, Any], number: int) -> int | None:
        if name == function and number == count and first.process.poll() is None:
            os.kill(first.pid, signal.SIGKILL)
            first.process.wait()
            # The call did not reach the database, or did: both happen.
            return None if applied else 503
        return None

    if applied:
        platform.after = kill
    else:
        platform.before = kill
    wait_until(lambda: first.process.poll() is not None)
    assert first.process.returncode == -signal.SIGKILL
    assert job.state == "running"
    platform.expire_leases()
    second = start_worker("--once")
    assert second.wait() == 0, second.output
    assert job.state == "succeeded", job.error
    assert job.attempt == 2
    assert [version["version"] for version in platform.versions] == [1]
    assert len(platform.objects) == 1
    [run_id] = platform.metrics
    steps = [metric["step"] for metric in platform.metrics[run_id] if metric["key"] == "train_loss"]
    assert steps == list(range(1, 31)), "each step is logged once over both attempts"
    assert {"accuracy", "inference_ms", "integration_test", "onnx_parity"} <= set(platform.latest_evidence(1))
    assert platform.run_status[run_id] == "finished"


def test_a_worker_that_lost_its_lease_writes_nothing_more(platform: FakePlatform, start_worker: Start) -> None:
    job = arrange(platform, LONG)
    worker = start_worker("--lease-seconds", "3")
    wait_until(lambda: is_fitting(job))
    with platform.lock:
        job.attempt += 1
        lost_at = time.monotonic()
    wait_until(lambda: any(name == "claim_jobs" and at > lost_at for at, name, _arguments in platform.calls))
    first_refused = next(at for at, name, _arguments in platform.calls if at > lost_at and name in WRITES | {"heartbeat_job"})
    later = [name for at, name, _arguments in platform.calls if at > first_refused + 0.2]
    assert WRITES.isdisjoint(later)
    assert job.state == "running"
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(20) == 0
    assert "lease_lost" in worker.output
    assert "nothing more will be written" in worker.output


def test_a_worker_cut_off_from_the_platform_stops_when_its_own_lease_must_have_run_out(
    platform: FakePlatform, start_worker: Start
) -> None:
    job = arrange(platform, LONG)
    worker = start_worker("--lease-seconds", "3")
    wait_until(lambda: is_fitting(job))
    platform.before = lambda name, _arguments, _count: 503 if name in WRITES | {"heartbeat_job"} else None
    cut_at = time.monotonic()
    wait_until(lambda: any(name == "claim_jobs" and at > cut_at for at, name, _arguments in platform.calls), 20)
    with platform.lock:
        back_at = time.monotonic()
        platform.before = lambda _name, _arguments, _count: None
    time.sleep(1.0)
    later = [name for at, name, arguments in platform.calls if at > back_at and arguments.get("attempt") == 1]
    assert later == []
    assert platform.versions == []
    os.kill(worker.pid, signal.SIGKILL)


def test_a_cancelled_job_stops_at_its_next_iteration_and_ends_as_cancelled(platform: FakePlatform, start_worker: Start) -> None:
    job = arrange(platform, LONG)
    worker = start_worker("--once", "--lease-seconds", "30")
    wait_until(lambda: is_fitting(job))
    job.cancel_requested = True
    assert worker.wait(20) == 0, worker.output
    assert job.state == "cancelled"
    assert platform.versions == []
    assert platform.names()[-1] == "release_job"


def test_keys_never_reach_the_output_nor_the_platforms_logs(platform: FakePlatform, start_worker: Start) -> None:
    arrange(platform, SHORT)
    platform.before = lambda name, _arguments, count: 500 if name == "log_batch" and count < 3 else None
    worker = start_worker("--once", "--verbose")
    assert worker.wait() == 0
    platform.token = "another"
    refused = start_worker("--once", "--verbose")
    assert refused.wait() == 3
    told = worker.output + refused.output + repr(platform.calls)
    assert "claim_jobs was refused (401 PGRST301): JWT expired" in refused.output
    assert PUBLISHABLE_KEY not in told
    assert WORKER_JWT not in told
