"""The scan in its own process: bounded, and without the worker's keys."""

from __future__ import annotations

import stat
import sys
import time
from pathlib import Path

import onnx_samples as samples
import pytest

from aimatrix_worker.errors import JobCancelled
from aimatrix_worker.scan import process as scan_process
from aimatrix_worker.scan.findings import Limits
from aimatrix_worker.scan.process import scan_in_process

BOUND = Limits().max_bytes


def never() -> None:
    """Nothing stops the scan."""


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Run this instead of Python, so that it stands for a parser that misbehaves."""
    program = folder / "python"
    program.write_text(f"#!{sys.executable}\n{code}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(scan_process.sys, "executable", str(program))


def test_a_good_model_passes() -> None:
    report = scan_in_process(samples.trained(), BOUND, never)
    assert report["passed"] is True
    assert report["findings"] == []
    assert report["opsets"]["ai.onnx.ml"] == 1


def test_a_hostile_model_is_reported() -> None:
    report = scan_in_process(samples.external("../../etc/passwd").SerializeToString(), BOUND, never)
    assert report["passed"] is False
    assert {finding["code"] for finding in report["findings"]} == {"external_data", "path_traversal"}


def test_a_file_that_crashes_the_parser_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    report = scan_in_process(b"x", BOUND, never)
    assert report["passed"] is False
    [finding] = report["findings"]
    assert finding["code"] == "scan_broken"
    assert "status -11" in finding["message"]


def test_a_file_that_makes_the_parser_hang_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "import time; time.sleep(60)")
    started = time.monotonic()
    report = scan_in_process(b"x", BOUND, never, wall_seconds=0.5)
    assert time.monotonic() - started < 5
    assert "took longer than 0 s" in report["findings"][0]["message"]


def test_a_parser_that_writes_nonsense_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "print('{')")
    assert scan_in_process(b"x", BOUND, never)["findings"][0]["code"] == "scan_broken"


def test_the_scan_sees_none_of_the_workers_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKER_JWT", "secret-token")
    stand_in(monkeypatch, tmp_path, "import json, os; print(json.dumps({'passed': True, 'environment': dict(os.environ)}))")
    environment = scan_in_process(b"x", BOUND, never)["environment"]
    assert "PATH" in environment
    assert "secret-token" not in str(environment)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    # The limits are set before the scan is imported: an allocation beyond them fails inside the child.
    code = "import sys; from aimatrix_worker.scan import __main__ as m; m.MEMORY_BASE = 1 << 26; sys.exit(m.main())"
    monkeypatch.setattr(scan_process, "SCAN_COMMAND", ("-c", code))
    assert scan_in_process(samples.trained(), BOUND, never)["findings"][0]["code"] == "scan_broken"


def test_a_cancelled_job_kills_its_scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "finished"
    stand_in(monkeypatch, tmp_path, f"import time; time.sleep(2); open({str(mark)!r}, 'w')")

    def cancelled() -> None:
        raise JobCancelled("enough")

    with pytest.raises(JobCancelled):
        scan_in_process(b"x", BOUND, cancelled)
    time.sleep(2.5)
    assert not mark.exists()
