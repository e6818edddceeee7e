"""Every error that the worker raises on purpose."""

from __future__ import annotations


class WorkerError(Exception):
    """Base of all. `retryable` says whether the queue should hand the job out again."""

    retryable = True


class SettingsError(WorkerError):
    """The command line or the environment is incomplete or wrong."""

    retryable = False


class PlatformUnavailable(WorkerError):
    """No usable answer: network trouble, or 5xx and 429 until patience ran out."""


class PlatformRefused(WorkerError):
    """The platform understood the request and refused it (4xx)."""

    retryable = False

    def __init__(self, action: str, status: int, message: str, code: str = "", hint: str = "") -> None:
        self.action = action
        self.status = status
        self.code = code
        reason = f"{status} {code}" if code else str(status)
        super().__init__(f"{action} was refused ({reason}): {message}" + (f" ({hint})" if hint else ""))


class TokenRefused(PlatformRefused):
    """401 or 403: the worker's token or key is wrong, expired, or lacks the role ml_worker."""

    retryable = True


class AnswerNotUnderstood(WorkerError):
    """The platform answered in a form that this worker does not know: versions do not match."""

    retryable = False


class ArtifactDamaged(WorkerError):
    """What Storage returned does not have the hash it is stored under."""


class ArtifactTooLarge(WorkerError):
    """The artifact exceeds what the caller was ready to take."""

    retryable = False


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
