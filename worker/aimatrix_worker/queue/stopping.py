"""SIGTERM and SIGINT: take no new job, give the running one a grace period, then hand it back."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType

log = logging.getLogger(__name__)

STEP_SECONDS = 0.1
# Ctrl-C in a terminal reaches this process and its parent, which passes it on: two signals, one wish.
SAME_WISH_SECONDS = 1.0


class Stopping:
    """Plain attributes only: a signal handler runs inside the main thread, which may hold any lock just then."""

    def __init__(self, grace_seconds: float = 10.0) -> None:
        self.grace_seconds = grace_seconds
        self.deadline: float | None = None
        self.first_at = 0.0

    @property
    def requested(self) -> bool:
        return self.deadline is not None

    @property
    def grace_is_over(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def request(self) -> None:
        """The first request starts the grace period, a later one ends it."""
        now = time.monotonic()
        if not self.requested:
            self.first_at = now
            self.deadline = now + self.grace_seconds
        elif now - self.first_at > SAME_WISH_SECONDS:
            self.deadline = now

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
