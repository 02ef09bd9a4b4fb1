"""What can go wrong, as exceptions. All of them are `RapportError`s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport_sdk.models import Document


class RapportError(Exception):
    """Anything that this package raises by itself."""


class ConfigurationError(RapportError):
    """The client was not told what it needs; the message says what."""


class APIConnectionError(RapportError):
    """No answer came, after every try. `__cause__` is what happened."""


class APITimeoutError(APIConnectionError):
    """No answer came in time, after every try."""


class UnexpectedAnswerError(RapportError):
    """The answer is not of the shape that this version knows: the server may be older than the package."""


class AnswerFailedError(RapportError):
    """The agent could not answer. `code` is stable, `message` says why."""

    def __init__(self, code: str, message: str, turn_id: str) -> None:
        super().__init__(f"{message} ({code}, {turn_id})")
        self.code, self.message, self.turn_id = code, message, turn_id


class DocumentFailedError(RapportError):
    """The document could not be read. `document.error_message` says what to do."""

    def __init__(self, document: Document) -> None:
        super().__init__(f"{document.error_message} ({document.error_code}, {document.id})")
        self.document = document


class WebhookVerificationError(RapportError):
    """The request is not from Rapport, or too old, or changed: answer 400 and do nothing."""


class APIStatusError(RapportError):
    """The server refused. `code` is stable, `message` says what to do, `param` names what is wrong, if it is one thing.

    `request_id` finds the call in the server's logs. `retry_after_seconds` is None where the server names no time.
    """

    def __init__(
        self,
        *,
        status: int,
        type: str,  # noqa: A002 - the API's word
        code: str,
        message: str,
        param: str | None = None,
        request_id: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        told = f"{message} ({status} {code}" + (f", param {param}" if param else "")
        super().__init__(told + (f", request {request_id})" if request_id else ")"))
        self.status, self.type, self.code, self.message = status, type, code, message
        self.param, self.request_id, self.retry_after_seconds = param, request_id, retry_after_seconds


class InvalidRequestError(APIStatusError):
    """400, 413, 415, 422: the call's content is wrong."""


class AuthenticationError(APIStatusError):
    """401: the key is unknown, over or revoked."""


class PermissionDeniedError(APIStatusError):
    """403: the key lacks a scope, which the message names."""


class NotFoundError(APIStatusError):
    """404: there is no such object, or it is another company's."""


class ConflictError(APIStatusError):
    """409: it cannot be done now."""


class RateLimitError(APIStatusError):
    """429, after every try: too many calls."""


class ServerError(APIStatusError):
    """5xx, after every try where another was safe."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}


def error_of(status: int, body: object, *, retry_after_seconds: float | None) -> APIStatusError:
    """The exception for an answer; a body that is not the API's own (a proxy's page) is fine."""
    said = _said(body)
    kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else InvalidRequestError)
    return kind(
        status=status,
        type=str(said.get("type", "unknown")),
        code=str(said.get("code", f"http_{status}")),
        message=str(said.get("message", "The server gave no reason; a proxy may have answered for it.")),
        param=said.get("param"),
        request_id=str(said.get("request_id", "")),
        retry_after_seconds=retry_after_seconds,
    )


def _said(body: object) -> Mapping[str, Any]:
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}
