"""Errors with stable codes. Raised where they are known, translated to a response once, at the edge (`rapport.edge`).

A message is a sentence for the person who can do something about it, and says what to do. It never carries content,
secrets or another tenant's facts.
"""

from typing import ClassVar


class RapportError(Exception):
    """Base of every error that users or integrators see.

    `code` is stable for ever; `status` is the HTTP status; `type` groups codes for clients; `is_retryable` tells
    workers whether the same call may succeed later; `param` names the field at fault. `problems`: (path, message) of
    all that is wrong, where a call is told more than the first.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    type: ClassVar[str] = "api_error"
    is_retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, param: str | None = None, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.retry_after_seconds = retry_after_seconds
        self.problems: tuple[tuple[str, str], ...] = ()


class InvalidRequest(RapportError):
    """The call's content is wrong; the caller can mend it."""

    code = "invalid_request"
    status = 400
    type = "invalid_request_error"


class InvalidJson(InvalidRequest):
    code = "invalid_json"


class BodyTooLarge(InvalidRequest):
    code = "body_too_large"
    status = 413


class NotAuthenticated(RapportError):
    code = "not_authenticated"
    status = 401
    type = "authentication_error"


class PermissionDenied(RapportError):
    code = "permission_denied"
    status = 403
    type = "permission_error"


class NotFound(RapportError):
    """It does not exist, or it is not yours: the two are never told apart."""

    code = "not_found"
    status = 404
    type = "not_found_error"


class Conflict(RapportError):
    code = "conflict"
    status = 409
    type = "conflict_error"


class RateLimited(RapportError):
    code = "rate_limited"
    status = 429
    type = "rate_limit_error"
    is_retryable = True


class Unavailable(RapportError):
    """A part that this call needs is down; the same call may succeed later."""

    code = "unavailable"
    status = 503
    type = "api_error"
    is_retryable = True


class InvalidId(NotFound):
    """An id that cannot name anything of this kind: to the caller the same as one that names nothing."""

    def __init__(self, *, prefix: str, text: str) -> None:
        super().__init__(f"There is no such object. Ids of this kind look like {prefix}_… with 26 characters after it.")
        self.text = text
