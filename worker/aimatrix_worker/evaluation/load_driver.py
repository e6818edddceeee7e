"""Many single-row predictions over HTTP at once, timed, each compared with what the model itself says."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
from aimatrix import Connection, PlatformUnavailable
from aimatrix.http import describe_transport, error_body, first_text, one_line

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.export.onnx_model import TOLERANCE, Floats, largest_difference

PREDICT_PATH = "/functions/v1/inference/predict"
COLD_START_TRIES = 5


@dataclass
class Tally:
    """Written by all threads under one lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    times_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    mismatches: int = 0
    largest_difference: float = 0.0

    def success(self, milliseconds: float, difference: float) -> None:
        with self.lock:
            self.times_ms.append(milliseconds)
            self.largest_difference = max(self.largest_difference, difference)
            self.mismatches += difference > TOLERANCE

    def error(self, reason: str) -> None:
        with self.lock:
            self.errors[reason] += 1


@dataclass(frozen=True)
class LoadResult:
    requests: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    requests_per_second: float
    error_rate: float
    errors: dict[str, int]
    mismatches: int
    largest_difference: float
    first_request_ms: float


class LoadDriver:
    def __init__(
        self, connection: Connection, model: str, version: int, rows: list[list[Any]], expected: Floats, concurrency: int
    ) -> None:
        self.model = model
        self.version = version
        self.rows = rows
        self.expected = expected
        self.concurrency = concurrency
        # No retries: a failed request is what a load test counts.
        self.client = connection.open(
            timeout=30.0,
            limits=httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency),
        )

    def __enter__(self) -> LoadDriver:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.client.close()

    def warm_up(self, check: Callable[[], None]) -> float:
        """One request that starts the function and loads the model; a refusal here would repeat for every other one."""
        reason = ""
        for attempt in range(COLD_START_TRIES):
            check()
            started = time.perf_counter()
            try:
                response = self.send(0)
            except httpx.TransportError as error:
                reason = describe_transport(error)
            else:
                if response.is_success:
                    return (time.perf_counter() - started) * 1000
                reason = describe_refusal(response)
                if response.status_code < 500 and response.status_code != 429:
                    raise JobRefused(f"the inference function refused the first request: {reason}")
            if attempt < COLD_START_TRIES - 1:
                time.sleep(0.5 * 2**attempt)
        raise PlatformUnavailable(f"the inference function failed {COLD_START_TRIES} times: {reason}")

    def run(self, requests: int, check: Callable[[], None], on_progress: Callable[[int], None]) -> LoadResult:
        first_ms = self.warm_up(check)
        tally = Tally()
        stop = threading.Event()
        turns = iter(range(requests))
        taking = threading.Lock()

        def work() -> None:
            while not stop.is_set():
                with taking:
                    turn = next(turns, None)
                if turn is None:
                    return
                self.measure(turn, tally)

        started = time.perf_counter()
        with ThreadPoolExecutor(self.concurrency, thread_name_prefix="load") as pool:
            running = [pool.submit(work) for _ in range(self.concurrency)]
            try:
                while wait(running, timeout=0.1).not_done:
                    check()
                    on_progress(len(tally.times_ms) + sum(tally.errors.values()))
            finally:
                stop.set()
        for future in running:
            future.result()
        return summarise(tally, requests, time.perf_counter() - started, first_ms)

    def send(self, turn: int) -> httpx.Response:
        row = self.rows[turn % len(self.rows)]
        return self.client.post(PREDICT_PATH, json={"model": self.model, "version": self.version, "inputs": [row]})

    def measure(self, turn: int, tally: Tally) -> None:
        started = time.perf_counter()
        try:
            response = self.send(turn)
        except httpx.TransportError as error:
            tally.error(describe_transport(error))
            return
        elapsed = (time.perf_counter() - started) * 1000
        if not response.is_success:
            tally.error(describe_refusal(response))
            return
        answered = read_probabilities(response)
        if answered is None:
            tally.error("the answer holds no probabilities")
            return
        tally.success(elapsed, largest_difference(answered, self.expected[turn % len(self.rows)]))


def read_probabilities(response: httpx.Response) -> np.ndarray | None:
    try:
        body: Any = response.json()
        return np.asarray(body["predictions"][0]["probabilities"], dtype=np.float64)
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def describe_refusal(response: httpx.Response) -> str:
    message = first_text(error_body(response), "message", "msg", "error") or response.reason_phrase
    return one_line(f"HTTP {response.status_code}: {message}", 200)


def summarise(tally: Tally, requests: int, seconds: float, first_ms: float) -> LoadResult:
    times = np.array(tally.times_ms)
    quantiles = [float(np.quantile(times, share)) if len(times) else None for share in (0.5, 0.95, 0.99)]
    failed = sum(tally.errors.values())
    return LoadResult(
        requests=requests,
        p50_ms=quantiles[0],
        p95_ms=quantiles[1],
        p99_ms=quantiles[2],
        requests_per_second=requests / seconds if seconds > 0 else 0.0,
        error_rate=failed / requests,
        errors=dict(tally.errors.most_common(10)),
        mismatches=tally.mismatches,
        largest_difference=tally.largest_difference if np.isfinite(tally.largest_difference) else -1.0,
        first_request_ms=first_ms,
    )
