"""The web process's handler: a request is one piece of work for one thread, and what waits does so in the event loop.

Django's own ASGI handler makes a thread for each request and goes back and forth between it and the event loop, for the
signals, each middleware that looks at views, the view, its rendering and its end: seven times for a call of the API,
which costs more than most calls do. Everything here is synchronous up to an answer that streams or is deferred, so it
is done in one go, by one of a few threads that stay, with their connections to the database.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import close_old_connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from rapport.deferred import DeferredResponse

# More would only wait for each other, for the interpreter and the database's connections; the next ones wait in line.
THREADS = 40

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")


class OneThreadHandler(ASGIHandler):
    """Django's handler with its synchronous half run as a whole, and with deferred responses settled."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._respond_in_thread = sync_to_async(self._respond, thread_sensitive=False, executor=_threads)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """One request. What a thread does for a client that goes away it does to the end, as nothing can stop it."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            response = await self._respond_in_thread(scope, body)
        if response.closed:
            await self.send_response(response, send)
            return
        try:
            await self._send_while_there(response, receive, send)
        finally:  # in the thread that the sending used, if it used any
            await sync_to_async(response.close)()

    def _respond(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """The answer; closed, unless it streams or is deferred: then nothing is left to do but to send it."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = type(self)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming or isinstance(response, DeferredResponse):
            close_old_connections()
        else:
            response.close()
        answer: HttpResponseBase = response
        return answer

    async def _send_while_there(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Until all is sent, or the client has left: then what makes the answer is cancelled."""
        leaving = asyncio.create_task(self._wait_for_leaving(receive))
        await asyncio.sleep(0)  # who left while the thread worked is gone by now
        tasks = [leaving] if leaving.done() else [leaving, asyncio.create_task(self._settle_and_send(response, send))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for each in ends:
            if isinstance(each, Exception):  # which a cancellation is not
                raise each

    async def _wait_for_leaving(self, receive: Any) -> None:
        try:
            await self.listen_for_disconnect(receive)
        except RequestAborted:
            return

    async def _settle_and_send(self, response: HttpResponseBase, send: Any) -> None:
        if isinstance(response, DeferredResponse):
            await response.settle()
        await self.send_response(response, send)
