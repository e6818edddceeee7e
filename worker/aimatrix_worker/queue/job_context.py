"""What a job kind gets to work with."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from aimatrix import Connection
from pydantic import BaseModel

from aimatrix_worker.export.artifacts import Artifacts
from aimatrix_worker.messages import ClaimedJob, parse
from aimatrix_worker.queue.lease import Lease
from aimatrix_worker.queue.platform import Platform, open_http

log = logging.getLogger(__name__)

P = TypeVar("P", bound=BaseModel)

PAUSE_STEP = 0.25


class JobContext:
    """Everything sent through `platform` and `artifacts` is guarded by the lease: once it is lost nothing leaves this worker."""

    def __init__(self, job: ClaimedJob, lease: Lease, connection: Connection) -> None:
        self.job = job
        self.lease = lease
        self.connection = connection
        self.http = open_http(connection, guard=lease.check, sleep=self.pause)
        self.platform = Platform(self.http)
        self.artifacts = Artifacts(self.http)

    def check(self) -> None:
        """Call at every iteration: raises when the job was cancelled, its lease lost, or the worker must end."""
        self.lease.check()

    def pause(self, seconds: float) -> None:
        """Sleep, unless the work must end meanwhile: a server may ask for a minute before the next try."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, PAUSE_STEP))

    def confirm(self) -> None:
        """Call before a step that others will see: asks the platform itself whether the job is still ours."""
        self.lease.confirm()

    def report(self, stage: str, **figures: Any) -> None:
        self.check()
        self.lease.report({"stage": stage, **figures})

    def log(self, message: str, level: str = "info", **fields: Any) -> None:
        """A line for the person who follows the job, here and in ml.job_events."""
        log.log(logging.WARNING if level == "warning" else logging.INFO, "job %d: %s", self.job.id, message)
        self.platform.log_job(self.job.id, self.job.attempt, message, level, fields)

    def payload(self, model: type[P]) -> P:
        return parse(model, self.job.payload, f"payload of this {self.job.kind} job")


JobKind = Callable[[JobContext], dict[str, Any]]
