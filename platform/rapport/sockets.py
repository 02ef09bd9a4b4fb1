"""WebSockets beside Django's requests: apps declare where theirs are, and everything else is refused.

A socket is an ASGI application (https://asgi.readthedocs.io/en/latest/specs/www.html#websocket). It has no session and
no middleware: who may open it is its own to ask, before it accepts.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
# Gets what the path's pattern names as keywords.
Socket = Callable[..., Awaitable[None]]

LARGEST_FRAME = 64 * 1024
REFUSED = 1008

_sockets: dict[str, tuple[re.Pattern[str], Socket]] = {}


def declare_socket(pattern: str, socket: Socket) -> None:
    """Of all paths that match wholly. At import of the app that owns it."""
    _sockets[pattern] = (re.compile(pattern), socket)


def with_sockets(http: Application) -> Application:
    """`http` for requests, the declared sockets for WebSockets."""

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await http(scope, receive, send)
            return
        for pattern, socket in _sockets.values():
            if found := pattern.fullmatch(scope["path"]):
                await socket(scope, receive, send, **found.groupdict())
                return
        await refuse(receive, send)

    return application


async def refuse(receive: Receive, send: Send) -> None:
    """Before it is accepted: the server answers 403."""
    await receive()
    await send({"type": "websocket.close", "code": REFUSED})
