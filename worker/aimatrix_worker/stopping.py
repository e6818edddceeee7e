"""SIGTERM and SIGINT: take no new job, give the running one a grace period, then hand it back."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType

log = logging.getLogger(__name__)

STEP_SECONDS = 0.1


class Stopping:
    """Plain attributes only: a signal handler runs inside the main thread, which may hold any lock just then."""

    def __init__(self, grace_seconds: float = 10.0) -> None:
        self.grace_seconds = grace_seconds
        self.deadline: float | None = None

    @property
    def requested(self) -> bool:
        return self.deadline is not None

    @property
    def grace_is_over(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def request(self) -> None:
        """The first request starts the grace period, a second one ends it."""
        now = time.monotonic()
        self.deadline = now if self.requested else now + self.grace_seconds

    def wait(self, seconds: float) -> None:
        """Sleep, but wake within a tenth of a second of a request."""
        end = time.monotonic() + seconds
        while not self.requested and (left := end - time.monotonic()) > 0:
            time.sleep(min(STEP_SECONDS, left))

    def install(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.request()
        left = 0.0 if self.grace_is_over else self.grace_seconds
        log.info("%s: no new jobs; a running job has %.0f s to finish", signal.Signals(number).name, left)
