"""Run the scan in a process of its own: bounded memory and time, and none of the worker's keys in its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WALL_SECONDS = 180.0
SCAN_COMMAND = ("-m", "aimatrix_worker.scan")
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


def scan_in_process(
    content: bytes, max_bytes: int, check: Callable[[], None], wall_seconds: float = WALL_SECONDS
) -> dict[str, Any]:
    """The scan's report. A scan that dies or hangs is itself a finding: the file broke a parser."""
    with tempfile.TemporaryDirectory(prefix="aimatrix-scan-") as folder:
        path = Path(folder) / "model"
        path.write_bytes(content)
        command = [sys.executable, *SCAN_COMMAND, str(path), "--max-bytes", str(max_bytes)]
        with (Path(folder) / "out").open("w+b") as output, (Path(folder) / "err").open("w+b") as errors:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment(), cwd=folder
            )
            try:
                died = wait(child, check, wall_seconds)
            finally:
                if child.poll() is None:
                    child.kill()
                child.wait()
            output.seek(0)
            errors.seek(0)
            text, trace = output.read(), errors.read()
    if not died and child.returncode in (0, 1):
        try:
            return json.loads(text)
        except ValueError:
            died = last_line(trace) or "it wrote no report"
    return broken(died or f"status {child.returncode}: {last_line(trace)}", len(content))


def wait(child: subprocess.Popen[bytes], check: Callable[[], None], wall_seconds: float) -> str:
    """'' when the child ended by itself, else why it has to be ended."""
    end = time.monotonic() + wall_seconds
    while True:
        try:
            child.wait(timeout=0.2)
            return ""
        except subprocess.TimeoutExpired:
            check()
            if time.monotonic() > end:
                return f"it took longer than {wall_seconds:.0f} s"


def broken(reason: str, size: int) -> dict[str, Any]:
    finding = {
        "code": "scan_broken",
        "message": f"the file broke the scan, so nothing vouches for it: {reason}"[:300],
        "where": "",
    }
    return {"passed": False, "findings": [finding], "findings_omitted": 0, "bytes": size}


def last_line(trace: bytes) -> str:
    lines = trace.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    # The package may be run from its source folder, which the child must find as well. One thread each: address space is bounded.
    return {
        **kept,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
