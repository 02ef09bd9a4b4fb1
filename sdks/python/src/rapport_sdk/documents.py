"""What a company knows: what the generated `Documents` has, and `wait` for one to be read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from rapport_sdk import _resources
from rapport_sdk.errors import APITimeoutError, DocumentFailedError
from rapport_sdk.models import Document

_FIRST_SECONDS = 0.2
_LONGEST_SECONDS = 3.0


class Documents(_resources.Documents):
    def wait(self, document_id: str, *, timeout: float = 600.0) -> Document:
        """The document when it has been read and answers. Raises DocumentFailedError, APITimeoutError.

        timeout: Seconds; large files behind others take minutes.
        """
        for seconds in _pauses(document_id, timeout):
            document = self.get(document_id)
            if _is_read(document):
                return document
            time.sleep(seconds)
        raise AssertionError("unreachable")


class AsyncDocuments(_resources.AsyncDocuments):
    async def wait(self, document_id: str, *, timeout: float = 600.0) -> Document:
        """The document when it has been read and answers. Raises DocumentFailedError, APITimeoutError."""
        for seconds in _pauses(document_id, timeout):
            document = await self.get(document_id)
            if _is_read(document):
                return document
            await asyncio.sleep(seconds)
        raise AssertionError("unreachable")


def _pauses(document_id: str, timeout: float) -> Iterator[float]:
    """Seconds between looks, longer each time. Raises APITimeoutError."""
    seconds, until = _FIRST_SECONDS, time.monotonic() + timeout
    while time.monotonic() < until:
        yield seconds
        seconds = min(seconds * 1.5, _LONGEST_SECONDS)
    raise APITimeoutError(f"{document_id} is still being read after {timeout:g} s.")


def _is_read(document: Document) -> bool:
    if document.state == "failed":
        raise DocumentFailedError(document)
    return document.state == "ready"
