"""The loop: claim one job, do it under its lease, tell the platform how it ended."""

from __future__ import annotations

import logging
import random
import time
import traceback
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aimatrix import AimatrixError, Patience, PlatformRefused, PlatformUnavailable, TokenRefused

from aimatrix_worker.errors import (
    JobCancelled,
    LeaseLost,
    ShutdownRequested,
)
from aimatrix_worker.kinds import find_kind
from aimatrix_worker.messages import ClaimedJob
from aimatrix_worker.queue.capabilities import Capabilities
from aimatrix_worker.queue.job_context import JobContext
from aimatrix_worker.queue.lease import Lease
from aimatrix_worker.queue.platform import Platform, open_http
from aimatrix_worker.queue.stopping import Stopping
from aimatrix_worker.settings import Settings

log = logging.getLogger(__name__)


class Poller:
    def __init__(self, settings: Settings, capabilities: Capabilities, stopping: Stopping) -> None:
        self.settings = settings
        self.capabilities = capabilities
        self.stopping = stopping
        self.claims = Platform(open_http(settings.connection, guard=self.begin_try, sleep=stopping.wait))
        self.endings = Platform(open_http(settings.connection, patience=Patience(total_seconds=30.0)))
        # A heartbeat that waits longer than this has no use: the next one is due.
        beat_patience = Patience(total_seconds=settings.lease_seconds / 3, longest_pause=2.0)
        beat_timeout = max(1.0, settings.lease_seconds / 3)
        # Of the claim that was not answered yet: asked again, the platform gives what it gave before.
        self.claim_id = uuid.uuid4()
        # Just before the latest try of a claim: the platform counts the lease from the try that it answers, and those before it
        # may have taken longer than a lease.
        self.claimed_at = time.monotonic()
        self.beats = Platform(open_http(settings.connection, patience=beat_patience, timeout_seconds=beat_timeout))

    def run(self) -> int:
        """Work until told to stop; with `once`, do at most one job. Returns how many jobs were done."""
        done = 0
        while not self.stopping.requested:
            try:
                job = self.claim()
            except ShutdownRequested:
                break
            except PlatformUnavailable as error:
                if self.settings.once:
                    raise
                log.warning("%s; trying on", error)
                continue
            if job is not None:
                self.work(job, self.claimed_at)
                done += 1
            if self.settings.once:
                break
            if job is None:
                # Jitter, so that a fleet started together does not poll together.
                self.stopping.wait(self.settings.poll_seconds * random.uniform(0.8, 1.2))  # noqa: S311
        return done

    def begin_try(self) -> None:
        """The guard of each single try of a claim."""
        if self.stopping.requested:
            raise ShutdownRequested("the worker is ending")
        self.claimed_at = time.monotonic()

    def claim(self) -> ClaimedJob | None:
        settings = self.settings
        jobs = self.claims.claim_jobs(
            settings.worker_id, settings.queues, self.capabilities.to_json(), settings.lease_seconds, self.claim_id
        )
        self.claim_id = uuid.uuid4()
        return jobs[0] if jobs else None

    def work(self, job: ClaimedJob, claimed_at: float) -> None:
        """Do one job. Whatever goes wrong in it ends the job, not the worker; only a token that no longer counts ends both."""
        log.info("job %d: %s, attempt %d of %d", job.id, job.kind, job.attempt, job.max_attempts)
        try:
            with Lease(self.beats, job, self.stopping, claimed_at) as lease:
                context = JobContext(job, lease, self.settings.connection)
                try:
                    result = find_kind(job.kind)(context)
                    context.confirm()
                finally:
                    context.http.close()
        except LeaseLost as lost:
            log.warning("job %d: stopped, nothing more will be written: %s", job.id, lost)
        except JobCancelled:
            self.tell("cancelled", job, lambda: self.endings.release_job(job.id, job.attempt))
        except ShutdownRequested:
            self.tell("released, another worker may take it", job, lambda: self.endings.release_job(job.id, job.attempt))
        except TokenRefused as error:
            if error.status == HTTPStatus.FORBIDDEN:
                # The token counts, this call is not for it. To end here would hand the job to the next worker, and end that too.
                self.fail(job, str(error), retryable=True)
                return
            log.error("job %d: %s", job.id, error)
            self.tell("released", job, lambda: self.endings.release_job(job.id, job.attempt))
            raise
        except AimatrixError as error:
            self.fail(job, str(error), retryable=error.retryable)
        except Exception as error:  # a fault in a job kind must reach the queue, and the next job must still be served
            log.error("job %d: unexpected error\n%s", job.id, traceback.format_exc())
            self.fail(job, f"{type(error).__name__}: {error}", retryable=True)
        else:
            self.complete(job, result)

    def complete(self, job: ClaimedJob, result: dict[str, Any]) -> None:
        self.tell("succeeded", job, lambda: self.endings.complete_job(job.id, job.attempt, result))

    def fail(self, job: ClaimedJob, reason: str, *, retryable: bool) -> None:
        outcome = f"failed ({'may be tried again' if retryable else 'final'}): {reason}"
        self.tell(outcome, job, lambda: self.endings.fail_job(job.id, job.attempt, reason, retryable=retryable))

    def tell(self, outcome: str, job: ClaimedJob, send: Callable[[], None]) -> None:
        """Report the end of a job. If that is impossible the lease runs out and the queue hands the job on."""
        try:
            send()
        except TokenRefused:
            raise
        except (PlatformRefused, PlatformUnavailable) as error:
            log.warning("job %d: %s, but the platform did not take it: %s", job.id, outcome, error)
        else:
            log.info("job %d: %s", job.id, outcome)
