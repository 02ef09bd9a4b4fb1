"""The handler of the web process: one thread for a request's work, and nothing left open whatever happens to it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import signals
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from rapport.deferred import Answer, DeferredResponse
from rapport.handler import OneThreadHandler

Seen = list[tuple[str, int]]
seen: Seen = []


def note(what: str) -> None:
    seen.append((what, threading.get_ident()))


class Noting:
    """A middleware that looks at views."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        note("middleware")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        note("process_view")


def plain(request: HttpRequest) -> HttpResponse:
    note("view")
    return HttpResponse(request.body or b"plain")


def streaming(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        note("part")
        yield b"two"

    return StreamingHttpResponse(parts())


def endless(request: HttpRequest) -> DeferredResponse:
    async def work() -> Answer:
        note("waiting")
        try:
            await asyncio.Event().wait()
        finally:
            note("cancelled")
        return Answer(b"never")

    return DeferredResponse(work)


def slow(request: HttpRequest) -> DeferredResponse:
    note("working")
    time.sleep(0.1)
    return endless(request)


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as a test does")


urlpatterns = [path(view.__name__, view) for view in (plain, streaming, endless, slow, failing)]


@pytest.fixture(autouse=True)
def noted(settings: LazySettings) -> Iterator[None]:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, [f"{__name__}.Noting"]

    def started(**_: object) -> None:
        note("started")

    def finished(**_: object) -> None:
        note("finished")

    seen.clear()
    signals.request_started.connect(started)
    signals.request_finished.connect(finished)
    yield
    signals.request_started.disconnect(started)
    signals.request_finished.disconnect(finished)


def call(name: str, *, body: bytes = b"", leaves_when: str = "") -> tuple[int, bytes]:
    """Status and body; (0, b"") for a client that left when this was noted."""
    sent: list[Mapping[str, Any]] = []

    async def run() -> None:
        messages = [{"type": "http.request", "body": body}]

        async def receive() -> Mapping[str, Any]:
            if messages:
                return messages.pop()
            while not (leaves_when and any(what == leaves_when for what, _ in seen)):
                await asyncio.sleep(0.005)
            return {"type": "http.disconnect"}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": f"/{name}", "query_string": b"", "headers": []}
        await OneThreadHandler()(scope, receive, send)

    asyncio.run(run())
    content = b"".join(each.get("body", b"") for each in sent)
    return (sent[0]["status"] if sent else 0), content


def what_happened() -> list[str]:
    return [what for what, _ in seen]


def test_one_thread_does_all_of_a_request_and_the_next_one_too() -> None:
    assert call("plain", body=b"a body") == (200, b"a body")
    assert call("plain") == (200, b"plain")
    assert what_happened() == 2 * ["started", "middleware", "process_view", "view", "finished"]
    for part in (seen[:5], seen[5:]):
        assert len({thread for _, thread in part}) == 1
    assert threading.get_ident() not in {thread for _, thread in seen}


def test_a_stream_is_over_after_its_last_part() -> None:
    assert call("streaming") == (200, b"one two")
    assert what_happened()[-2:] == ["part", "finished"]


def test_what_is_waited_for_is_dropped_when_the_client_leaves() -> None:
    assert call("endless", leaves_when="waiting") == (0, b"")
    assert what_happened()[-3:] == ["waiting", "cancelled", "finished"]


def test_a_client_that_left_while_the_view_worked_is_not_waited_for() -> None:
    assert call("slow", leaves_when="working") == (0, b"")
    assert what_happened()[-2:] == ["working", "finished"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_view_that_fails_is_an_answer() -> None:
    assert call("failing")[0] == 500
    assert what_happened()[-1] == "finished"
