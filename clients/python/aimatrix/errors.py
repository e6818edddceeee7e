"""Every error that this package raises on purpose."""

from __future__ import annotations


class AimatrixError(Exception):
    """Base of all. `retryable` says whether the same again, later, may succeed."""

    retryable = True


class SettingsError(AimatrixError):
    """An address, a key or an option is missing or wrong."""

    retryable = False


class MissingExtra(AimatrixError, ImportError):
    """A package that one method needs is not installed; the message says what to install."""

    retryable = False


class PlatformUnavailable(AimatrixError):
    """No usable answer: network trouble, or 5xx and 429 until patience ran out."""


class PlatformRefused(AimatrixError):
    """The platform understood the request and refused it (4xx).

    `action` is what was asked for, `status` the HTTP status, `code` the SQLSTATE or what stands for it ("PT409"), `detail` the
    stable code to branch on ("param_changed"), `hint` the remedy; each is empty where the platform says nothing.
    """

    retryable = False

    def __init__(self, action: str, status: int, message: str, code: str = "", hint: str = "", detail: str = "") -> None:
        self.action = action
        self.status = status
        self.message = message
        self.code = code
        self.detail = detail
        self.hint = hint
        named = detail if detail.replace("_", "").isalnum() else code
        reason = f"{status} {named}" if named else str(status)
        super().__init__(f"{action} was refused ({reason}): {message}" + (f" ({hint})" if hint else ""))


class TokenRefused(PlatformRefused):
    """401 or 403: the token or the key is wrong or expired, or whoever it names lacks the role."""

    retryable = True


class AnswerNotUnderstood(AimatrixError):
    """The platform answered in a form that this package does not know: versions do not match."""

    retryable = False


class DownloadTooLarge(AimatrixError):
    """A file exceeds what the caller was ready to take."""

    retryable = False
