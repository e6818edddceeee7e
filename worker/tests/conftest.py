from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aimatrix import Connection
from fake_http import PUBLISHABLE_KEY, WORKER_JWT
from fake_platform import FakePlatform

from aimatrix_worker.queue.capabilities import Capabilities
from aimatrix_worker.queue.poller import Poller
from aimatrix_worker.queue.stopping import Stopping
from aimatrix_worker.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = os.pathsep.join(str(ROOT / folder) for folder in ("worker", "clients/python"))

RunWorker = Callable[..., int]


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    fake = FakePlatform()
    yield fake
    fake.close()


def connection_of(platform: FakePlatform) -> Connection:
    return Connection(platform.url, PUBLISHABLE_KEY, WORKER_JWT)


@pytest.fixture
def work_once(platform: FakePlatform) -> RunWorker:
    """Claim and do one job in this process."""

    def run(stopping: Stopping | None = None, **options: Any) -> int:
        settings = Settings(connection_of(platform), once=True, **{"lease_seconds": 30, **options})
        return Poller(settings, Capabilities(), stopping or Stopping()).run()

    return run


class WorkerProcess:
    """`python -m aimatrix_worker` as a user starts it."""

    def __init__(self, platform: FakePlatform, *arguments: str, environment: dict[str, str] | None = None) -> None:
        keys = {"SUPABASE_URL": platform.url, "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE_KEY, "WORKER_JWT": WORKER_JWT}
        if environment is not None:
            keys = environment
        base = {"PATH": os.environ["PATH"], "PYTHONPATH": PACKAGES, "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "aimatrix_worker", "--poll-seconds", "0.1", *arguments]
        self.process = subprocess.Popen(
            command, env={**base, **keys}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.output = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self, seconds: float = 60.0) -> int:
        self.output += self.process.communicate(timeout=seconds)[0]
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def start_worker(platform: FakePlatform) -> Iterator[Callable[..., WorkerProcess]]:
    started: list[WorkerProcess] = []

    def start(*arguments: str, environment: dict[str, str] | None = None) -> WorkerProcess:
        started.append(WorkerProcess(platform, *arguments, environment=environment))
        return started[-1]

    yield start
    for worker in started:
        worker.close()


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what the test waits for did not happen"
        time.sleep(0.02)
