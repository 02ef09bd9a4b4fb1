"""Answers that take their time: the view gives its thread back, and the event loop waits.

A view (with its checks, in a thread) returns a `DeferredResponse`; the server's handler settles it when all middleware
has run. While it waits it holds no thread and no transaction; a client that goes away cancels the waiting.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from rapport import logs
from rapport.edge import error_body
from rapport.errors import RapportError

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the waiting."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> "Answer":
        return cls(json.dumps(value, ensure_ascii=False).encode(), status, headers=headers or {})


class DeferredResponse(HttpResponse):
    """`work` raises RapportError for what the caller is told. `settle` is called once."""

    def __init__(self, work: Callable[[], Awaitable[Answer]], *, request_id: str = "") -> None:
        super().__init__(b"", content_type="application/json")
        self._work, self._request_id = work, request_id

    async def settle(self) -> None:
        answer = await self._answer()
        self.content, self.status_code = answer.body, answer.status
        self["Content-Type"] = answer.content_type
        self["Content-Length"] = str(len(answer.body))  # middleware has counted the body that was not there yet
        for name, value in answer.headers.items():
            self[name] = value

    async def _answer(self) -> Answer:
        try:
            return await self._work()
        except RapportError as error:
            wait = error.retry_after_seconds
            headers = {"Retry-After": str(wait)} if wait is not None else {}
            return Answer(json.dumps(error_body(error, self._request_id)).encode(), error.status, headers=headers)
        except Exception as error:
            log.exception("deferred_answer_failed", error=type(error).__name__)
            unknown = RapportError("Something went wrong on our side. It is logged under this request id.")
            return Answer(json.dumps(error_body(unknown, self._request_id)).encode(), unknown.status)
