"""The lease on one job: renewed from a thread of its own, and the one place that says whether work may go on."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from aimatrix import AimatrixError, PlatformRefused

from aimatrix_worker.errors import (
    JobCancelled,
    LeaseLost,
    ShutdownRequested,
)
from aimatrix_worker.messages import ClaimedJob
from aimatrix_worker.queue.platform import Platform
from aimatrix_worker.queue.stopping import Stopping

log = logging.getLogger(__name__)

# Progress is news for people: the platform tells it once a second, so several reports within this time travel as one.
SHORTEST_INTERVAL = 1.0
RETRY_SECONDS = 1.0


class Lease:
    """`claimed_at` is the monotonic time just before the try of the claim that was answered: our idea of the end is never later
    than the server's."""

    def __init__(self, platform: Platform, job: ClaimedJob, stopping: Stopping, claimed_at: float) -> None:
        self.platform = platform
        self.job = job
        self.stopping = stopping
        self.ends_at = claimed_at + job.lease_seconds
        self.lost_because = ""
        self.cancel_requested = False
        self.progress: dict[str, Any] | None = None
        self.sent: dict[str, Any] | None = None
        self.beating = threading.Lock()
        self.wake = threading.Event()
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.run, name=f"heartbeat-{job.id}", daemon=True)

    def __enter__(self) -> Lease:
        self.thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.closing.set()
        self.wake.set()
        self.thread.join(timeout=30)

    @property
    def interval(self) -> float:
        return self.job.lease_seconds / 3

    def check(self) -> None:
        """Raise when the work must end. Cheap: called at every iteration and before every request."""
        if self.lost_because:
            raise LeaseLost(self.lost_because)
        if time.monotonic() >= self.ends_at:
            raise LeaseLost("the lease ran out before it could be renewed")
        if self.cancel_requested:
            raise JobCancelled(f"job {self.job.id} was cancelled")
        if self.stopping.grace_is_over:
            raise ShutdownRequested("the worker is ending")

    def report(self, progress: dict[str, Any]) -> None:
        """Hand progress to the heartbeat thread, which sends it soon; never waits for the network."""
        self.progress = progress
        self.wake.set()

    def confirm(self) -> None:
        """Renew now, in the caller's thread, and raise unless the job is still ours and wanted."""
        self.check()
        self.beat()
        self.check()

    def run(self) -> None:
        # At once, so that a worker that dies now is known to have had the job.
        pause = 0.0
        while not self.closing.is_set():
            self.wake.wait(pause)
            self.wake.clear()
            if self.closing.is_set() or self.lost_because:
                return
            pause = self.interval if self.beat() else min(RETRY_SECONDS, self.interval)
            self.closing.wait(min(SHORTEST_INTERVAL, self.interval))

    def beat(self) -> bool:
        """One heartbeat. False when no answer came; that alone loses nothing until the lease itself runs out."""
        with self.beating:
            sent_at = time.monotonic()
            progress = self.progress
            try:
                reply = self.platform.heartbeat_job(self.job.id, self.job.attempt, progress if progress != self.sent else None)
            except PlatformRefused as refused:
                self.lose(str(refused))
                return False
            except AimatrixError as error:
                log.warning("job %d: %s", self.job.id, error)
                if time.monotonic() >= self.ends_at:
                    self.lose("the platform could not be reached until the lease ran out")
                return False
            self.sent = progress
            self.ends_at = sent_at + self.job.lease_seconds
            self.cancel_requested = self.cancel_requested or reply.cancel_requested
            return True

    def lose(self, reason: str) -> None:
        self.lost_because = reason
        log.warning("job %d: lease lost: %s", self.job.id, reason)
