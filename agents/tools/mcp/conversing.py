"""One exchange with an MCP server: connected, done, and closed, within its seconds. Streamable HTTP and nothing else.

The official client speaks; where it goes is checked at each connection (`rapport.outbound.second`). A server that
hangs, drips or never ends is left when the time is over. It offers a server nothing to call back: no sampling, no
elicitation, no roots.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from agents.errors import ToolServerFailed
from agents.tools.credentials import Credential
from rapport.errors import RapportError
from rapport.outbound.errors import OutboundTimeout

if TYPE_CHECKING:
    from mcp.client.client import Client

    from rapport.outbound.second import SafeTransport

MOST_BYTES = 2_000_000
MOST_REDIRECTS = 3  # and only within the server's own origin: the client's rule
USER_AGENT = "Rapport-Tools/1.0"
_REFUSED = (401, 403)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Endpoint:
    url: str
    credential: Credential = field(default_factory=Credential, repr=False)


def converse(
    endpoint: Endpoint, work: "Callable[[Client], Awaitable[T]]", *, seconds: float, idempotency_key: str = ""
) -> T:
    """What `work` gives. Call it outside any event loop and transaction. Raises a RapportError and nothing else
    that can be foreseen."""
    return asyncio.run(_Exchange(endpoint, seconds, idempotency_key).run(work))


@dataclass(slots=True)
class _Exchange:
    endpoint: Endpoint
    seconds: float
    idempotency_key: str

    async def run(self, work: "Callable[[Client], Awaitable[T]]") -> T:
        import anyio

        from rapport.outbound.second import SafeTransport

        came = list[T]()
        time = anyio.CancelScope(deadline=anyio.current_time() + self.seconds)
        transport = SafeTransport(max_bytes=MOST_BYTES, on_failure=time.cancel)
        try:
            with time:
                await self._speak(transport, work, came)
        except Exception as error:
            if not came:
                raise self._translated(error, transport) from error
        if not came:
            raise transport.failure or OutboundTimeout("The server did not answer in time. Try again later.")
        return came[0]

    async def _speak(self, transport: "SafeTransport", work: "Callable[[Client], Awaitable[T]]", came: list[T]) -> None:
        """An error of the work leaves first: the client's task groups would wrap it."""
        import httpx2
        from mcp.client.client import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp_types import Implementation

        failure: Exception | None = None
        http = httpx2.AsyncClient(
            transport=transport,
            headers=self._headers(),
            params=tuple(self.endpoint.credential.query()),
            timeout=self.seconds,
            trust_env=False,
            max_redirects=MOST_REDIRECTS,
        )
        async with http:
            wire = streamable_http_client(self.endpoint.url, http_client=http, max_sse_event_size=MOST_BYTES)
            info = Implementation(name="Rapport", version="1")
            async with Client(wire, client_info=info, cache=None, read_timeout_seconds=self.seconds) as client:
                try:
                    came.append(await work(client))
                except Exception as error:
                    failure = error
        if failure is not None:
            raise failure

    def _headers(self) -> dict[str, str]:
        key = {"idempotency-key": self.idempotency_key} if self.idempotency_key else {}
        return {"user-agent": USER_AGENT, **key, **self.endpoint.credential.headers()}

    def _translated(self, error: Exception, transport: "SafeTransport") -> RapportError:
        """What went wrong, in our words; what the server said of it only where it is the server's own error."""
        inner = _innermost(error)
        if isinstance(inner, RapportError):
            return inner
        if transport.status in _REFUSED:
            return ToolServerFailed("The server does not know the credential. Replace it.")
        if transport.failure is not None:
            return transport.failure
        said = self.endpoint.credential.blotted(" ".join(str(inner).split()))[:200]
        return ToolServerFailed(f"The server answered with an error, or in no way that MCP knows. {said}".strip())


def _innermost(error: BaseException) -> BaseException:
    """Of a group the first: tasks fail together when one does."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
