"""Every error that the worker raises on purpose; those of its requests are aimatrix.errors'."""

from __future__ import annotations

from aimatrix import AimatrixError, PlatformRefused


class WorkerError(AimatrixError):
    """Base of all. `retryable` says whether the queue should hand the job out again."""


class ArtifactDamaged(WorkerError):
    """What Storage returned does not have the hash it is stored under."""


class JobRefused(WorkerError):
    """This job can never succeed as it was asked for; trying again changes nothing."""

    retryable = False


class InvalidData(WorkerError):
    """A payload, options or an answer without the form that it must have."""

    retryable = False


class Stopped(WorkerError):
    """The work must end now, whatever it was doing. Base of the three reasons below."""


class LeaseLost(Stopped):
    """Another worker may hold this job: nothing may be written for it any more."""


class LeaseRefused(PlatformRefused, LeaseLost):
    """The platform itself said so, to a heartbeat or to something that was to be written under the lease."""


class JobCancelled(Stopped):
    """Somebody cancelled the job while it ran."""


class ShutdownRequested(Stopped):
    """The worker was told to end and the job did not finish within the grace period."""
