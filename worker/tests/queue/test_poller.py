"""How jobs end, whatever happens inside them."""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aimatrix import PlatformUnavailable, TokenRefused
from fake_platform import FakePlatform

from aimatrix_worker import kinds
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.queue.capabilities import Capabilities, detect_capabilities
from aimatrix_worker.queue.job_context import JobContext


def use_kind(monkeypatch: pytest.MonkeyPatch, run: Callable[[JobContext], dict[str, Any]]) -> None:
    """Add the kind `made_up`, as a new file in the package would."""
    module = types.ModuleType("aimatrix_worker.kinds.made_up")
    module.__dict__["run"] = run
    monkeypatch.setitem(sys.modules, "aimatrix_worker.kinds.made_up", module)
    monkeypatch.setattr(kinds, "known_kinds", lambda: ["made_up"])


def test_the_kinds_are_the_files_of_the_package() -> None:
    assert kinds.known_kinds() == ["comparison", "evaluation", "load_test", "security_scan", "train"]


def test_a_kind_is_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: FakePlatform, work_once: Any) -> None:
    (tmp_path / "greet.py").write_text("def run(context):\n    return {'hello': context.job.payload['name']}\n")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    job = platform.add_job("greet", {"name": "world"})
    work_once()
    assert job.result == {"hello": "world"}


def test_an_unknown_kind_fails_at_once(platform: FakePlatform, work_once: Any) -> None:
    job = platform.add_job("brew_coffee", {})
    work_once()
    assert job.state == "failed"
    assert (
        job.error == "this worker knows no job kind 'brew_coffee', only comparison, evaluation, load_test, security_scan, train"
    )


@pytest.mark.parametrize("kind", ["../train", "__init__", "train.run", ""])
def test_a_kind_is_never_used_as_a_path(platform: FakePlatform, work_once: Any, kind: str) -> None:
    job = platform.add_job(kind, {})
    work_once()
    assert job.state == "failed"


def test_a_result_is_completed(monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, work_once: Any) -> None:
    use_kind(monkeypatch, lambda _context: {"answer": 42})
    job = platform.add_job("made_up", {})
    assert work_once() == 1
    assert (job.state, job.result) == ("succeeded", {"answer": 42})


def test_a_claim_answered_after_more_than_a_lease_of_trying_gives_a_whole_lease(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, work_once: Any
) -> None:
    lease_left: list[float] = []

    def run(context: JobContext) -> dict[str, Any]:
        lease_left.append(context.lease.ends_at - time.monotonic())
        context.check()
        return {}

    def restarting(name: str, _arguments: object, _count: int) -> int | None:
        if name == "claim_jobs" and time.monotonic() < back_at:
            return 503
        # Long under way: the answered claim counts from before it was sent, and the work begins before the first heartbeat
        # has an answer.
        time.sleep(0.3)
        return None

    use_kind(monkeypatch, run)
    job = platform.add_job("made_up", {})
    platform.before = restarting
    back_at = time.monotonic() + 3.5
    work_once(lease_seconds=3)
    assert platform.names().count("claim_jobs") > 1
    assert (job.state, job.attempt, job.failures) == ("succeeded", 1, 0)
    assert 2.0 < lease_left[0] < 2.75


@pytest.mark.parametrize(
    ("error", "state"),
    [(JobRefused("no"), "failed"), (PlatformUnavailable("later"), "queued"), (ZeroDivisionError("oops"), "queued")],
)
def test_an_error_ends_the_job_and_says_whether_it_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, work_once: Any, error: Exception, state: str
) -> None:
    def run(_context: JobContext) -> dict[str, Any]:
        raise error

    use_kind(monkeypatch, run)
    job = platform.add_job("made_up", {})
    work_once()
    assert job.state == state
    assert job.failures == 1
    assert str(error) in str(job.error)


def test_a_refused_token_releases_the_job_and_ends_the_worker(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, work_once: Any
) -> None:
    def run(_context: JobContext) -> dict[str, Any]:
        raise TokenRefused("log_batch", 401, "JWT expired", "PGRST303")

    use_kind(monkeypatch, run)
    job = platform.add_job("made_up", {})
    with pytest.raises(TokenRefused):
        work_once()
    assert job.state == "queued"
    assert job.failures == 0


def test_a_call_that_is_forbidden_fails_the_job_and_not_the_worker(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, work_once: Any
) -> None:
    def run(_context: JobContext) -> dict[str, Any]:
        raise TokenRefused("begin_training", 403, "permission denied for view spine", "42501")

    use_kind(monkeypatch, run)
    job = platform.add_job("made_up", {})
    work_once()
    assert (job.state, job.failures) == ("queued", 1)
    assert "permission denied for view spine" in str(job.error)


def test_a_wrong_payload_names_what_is_wrong(platform: FakePlatform, work_once: Any) -> None:
    job = platform.add_job("train", {"training_id": "seven"})
    work_once()
    assert job.state == "failed"
    assert "invalid payload of this train job: training_id: " in str(job.error)


def test_a_job_cancelled_in_its_last_moment_is_not_completed(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, work_once: Any
) -> None:
    def run(_context: JobContext) -> dict[str, Any]:
        job.cancel_requested = True
        return {}

    use_kind(monkeypatch, run)
    job = platform.add_job("made_up", {})
    work_once()
    assert job.state == "cancelled"
    assert "complete_job" not in platform.names()


def test_without_nvidia_smi_no_gpu_is_claimed() -> None:
    assert detect_capabilities(["eu"], program="no-such-program").to_json() == {"gpus": 0, "gpu_memory_gb": 0, "labels": ["eu"]}


def program(folder: Path, script: str) -> str:
    path = folder / "nvidia-smi"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_gpus_are_what_nvidia_smi_lists(tmp_path: Path) -> None:
    assert detect_capabilities(program=program(tmp_path, "echo 81559; echo 40960")) == Capabilities(2, 40)
    assert detect_capabilities(program=program(tmp_path, "echo 81559")) == Capabilities(1, 80)


def test_a_broken_nvidia_smi_is_no_gpu_and_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert detect_capabilities(program=program(tmp_path, "echo no devices; exit 9")) == Capabilities(0, 0)
    assert "offers no GPU" in caplog.text
