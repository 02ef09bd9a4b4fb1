"""Sends calls, and tries again as `_retries` says: `Transport` waits, `AsyncTransport` is awaited."""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import httpx

from rapport_sdk._calls import Call
from rapport_sdk._decoding import decode
from rapport_sdk._retries import Retries, retry_after
from rapport_sdk._version import VERSION
from rapport_sdk.errors import APIConnectionError, APITimeoutError, UnexpectedAnswerError, error_of

T = TypeVar("T")
Outcome = httpx.Response | httpx.TransportError
USER_AGENT = f"rapport-sdk-python/{VERSION} python/{platform.python_version()}"


@dataclass(frozen=True, slots=True)
class Connection:
    """Whom to call, as whom, and how patiently. `timeout` is for each try, in seconds."""

    base_url: str
    api_key: str
    timeout: float
    retries: Retries

    def request(self, http: httpx.Client | httpx.AsyncClient, call: Call) -> httpx.Request:
        arguments = call.arguments()
        headers = {"Authorization": f"Bearer {self.api_key}", "User-Agent": USER_AGENT, "Accept": "application/json"}
        arguments["headers"] = {**headers, **arguments["headers"]}
        arguments["url"] = self.base_url.rstrip("/") + arguments["url"]
        return http.build_request(**arguments, timeout=self.timeout)


class Transport:
    def __init__(self, connection: Connection, http: httpx.Client | None = None) -> None:
        self.connection = connection
        self.http = http or httpx.Client()

    def fetch(self, call: Call, kind: type[T]) -> T:
        return decode(kind, self.fetch_json(call))

    def fetch_json(self, call: Call) -> Any:
        return _json(self._settle(call))

    def fetch_bytes(self, call: Call) -> bytes:
        return self._settle(call).content

    def send(self, call: Call) -> None:
        self._settle(call)

    @contextmanager
    def open_stream(self, call: Call) -> Iterator[httpx.Response]:
        """The answer, whose body is still to come; it may break off with an httpx.TransportError."""
        response = self._settle(call, is_stream=True)
        try:
            yield response
        finally:
            response.close()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def _settle(self, call: Call, *, is_stream: bool = False) -> httpx.Response:
        for tries in count(1):
            outcome = self._try(call, is_stream=is_stream)
            seconds = self.connection.retries.pause(call, outcome, tries)
            if seconds is None:
                return _settled(outcome)
            self.pause(seconds)
        raise AssertionError("unreachable")

    def _try(self, call: Call, *, is_stream: bool) -> Outcome:
        try:
            response = self.http.send(self.connection.request(self.http, call), stream=is_stream)
            if not response.is_success:
                response.read()
        except httpx.TransportError as error:
            return error
        return response


class AsyncTransport:
    def __init__(self, connection: Connection, http: httpx.AsyncClient | None = None) -> None:
        self.connection = connection
        self.http = http or httpx.AsyncClient()

    async def fetch(self, call: Call, kind: type[T]) -> T:
        return decode(kind, await self.fetch_json(call))

    async def fetch_json(self, call: Call) -> Any:
        return _json(await self._settle(call))

    async def fetch_bytes(self, call: Call) -> bytes:
        return (await self._settle(call)).content

    async def send(self, call: Call) -> None:
        await self._settle(call)

    @asynccontextmanager
    async def open_stream(self, call: Call) -> AsyncIterator[httpx.Response]:
        response = await self._settle(call, is_stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _settle(self, call: Call, *, is_stream: bool = False) -> httpx.Response:
        for tries in count(1):
            outcome = await self._try(call, is_stream=is_stream)
            seconds = self.connection.retries.pause(call, outcome, tries)
            if seconds is None:
                return _settled(outcome)
            await self.pause(seconds)
        raise AssertionError("unreachable")

    async def _try(self, call: Call, *, is_stream: bool) -> Outcome:
        try:
            response = await self.http.send(self.connection.request(self.http, call), stream=is_stream)
            if not response.is_success:
                await response.aread()
        except httpx.TransportError as error:
            return error
        return response


class Resource:
    """What the generated classes stand on."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport


class AsyncResource:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport


def lost(error: httpx.TransportError) -> APIConnectionError:
    """The exception for an answer that did not come."""
    if isinstance(error, httpx.TimeoutException):
        return APITimeoutError(f"No answer came in time ({type(error).__name__}).")
    return APIConnectionError(f"No answer came: {error or type(error).__name__}")


def _settled(outcome: Outcome) -> httpx.Response:
    if isinstance(outcome, httpx.TransportError):
        raise lost(outcome) from outcome
    if not outcome.is_success:
        raise error_of(outcome.status_code, _json_or_none(outcome), retry_after_seconds=retry_after(outcome))
    return outcome


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise UnexpectedAnswerError(f"{response.url} did not answer with JSON. Is it Rapport?") from error


def _json_or_none(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
