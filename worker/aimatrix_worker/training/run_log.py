"""Metrics and params of one run, sent in batches."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from pydantic import Field

from aimatrix_worker.messages import Message, parse
from aimatrix_worker.queue.platform import Platform

# The platform takes 1000 metrics a call.
BATCH_METRICS = 200
LONGEST_WAIT_SECONDS = 1.0


class LatestMetric(Message):
    step: int


class RunState(Message):
    metrics: dict[str, LatestMetric] = Field(default_factory=dict)


class RunLog:
    """Writes under the lease of `attempt`: what a lost attempt still sends is refused.

    After a crash the next attempt trains the same steps again: what the run already holds is not logged twice."""

    def __init__(self, platform: Platform, run_id: str, attempt: int, logged_steps: Mapping[str, int] | None = None) -> None:
        self.platform = platform
        self.run_id = run_id
        self.attempt = attempt
        self.logged_steps = dict(logged_steps or {})
        self.waiting: list[dict[str, Any]] = []
        self.sent_at = time.monotonic()

    def describe(self, params: Mapping[str, str | int | float | bool], tags: Mapping[str, str]) -> None:
        self.send(params=dict(params), tags=dict(tags))

    def metric(self, key: str, value: float, step: int = 0) -> None:
        if step <= self.logged_steps.get(key, -1):
            return
        self.waiting.append({"key": key, "value": metric_value(value), "step": step, "timestamp": now()})
        if len(self.waiting) >= BATCH_METRICS or time.monotonic() - self.sent_at >= LONGEST_WAIT_SECONDS:
            self.flush()

    def end(self) -> None:
        self.flush()
        self.platform.call("end_run", run_id=self.run_id, status="finished", attempt=self.attempt)

    def send(
        self, metrics: Sequence[Any] = (), params: Mapping[str, Any] | None = None, tags: Mapping[str, Any] | None = None
    ) -> None:
        self.platform.call(
            "log_batch", run_id=self.run_id, metrics=list(metrics), params=params or {}, tags=tags or {}, attempt=self.attempt
        )

    def flush(self) -> None:
        for start in range(0, len(self.waiting), BATCH_METRICS):
            batch = self.waiting[start : start + BATCH_METRICS]
            self.send(metrics=batch)
        self.waiting.clear()
        self.sent_at = time.monotonic()


def read_logged_steps(platform: Platform, run_id: str) -> dict[str, int]:
    """The last step that each metric of a run has reached."""
    run = parse(RunState, platform.call("get_run", run_id=run_id), "answer of get_run")
    return {key: metric.step for key, metric in run.metrics.items()}


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def metric_value(value: float) -> float | str:
    """JSON has no NaN and no infinities; the platform takes them as text."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
