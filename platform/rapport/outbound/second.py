"""The same check for httpx2, the second httpx, which the official MCP client speaks through.

Every connection of such a client goes through `CheckedBackend`, redirects and all; what comes back is counted, and read
only as it is, unpacked by nobody: a small answer may unpack to gigabytes. Imported where it is used: it is heavy.
"""

from collections.abc import AsyncIterator, Callable, Iterable

import httpcore2
import httpx2

from rapport.errors import RapportError
from rapport.outbound import transport
from rapport.outbound.addresses import AllowList
from rapport.outbound.errors import HostUnreachable, OutboundTimeout, ResponseMalformed, ResponseTooLarge

SocketOptions = Iterable[httpcore2.SOCKET_OPTION]


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves, checks, connects. Unix sockets are refused."""

    def __init__(self, allowed: AllowList) -> None:
        self._allowed = allowed
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        failure: Exception = transport.unknown_host(host)
        for address in await transport.checked_addresses(host, port, self._allowed):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: SocketOptions | None = None
    ) -> httpcore2.AsyncNetworkStream:
        raise HostUnreachable("Only addresses on the network can be reached.")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class SafeTransport(httpx2.AsyncHTTPTransport):
    """Of one exchange. `max_bytes`: of all its answers together.

    Clients that work in tasks of their own do not pass on what went wrong: `failure` is why a request failed, and
    `on_failure` is called as soon as there is one. `status`: of the last answer that was none.
    """

    def __init__(
        self, *, max_bytes: int, on_failure: Callable[[], None] = lambda: None, allowed: AllowList | None = None
    ) -> None:
        super().__init__(verify=transport.trusted(), trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=transport.trusted(),
            max_connections=10,
            network_backend=CheckedBackend(allowed or transport.configured_allow_list()),
        )
        self._left, self._on_failure = max_bytes, on_failure
        self.failure: RapportError | None = None
        self.status = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        request.headers["accept-encoding"] = "identity"
        try:
            answer = await super().handle_async_request(request)
        except RapportError as error:
            raise self._failed(error, request) from error
        except httpx2.TimeoutException as error:
            raise self._failed(OutboundTimeout(f"{host} did not answer in time. Try again later."), request) from error
        except httpx2.TransportError as error:
            raise self._failed(HostUnreachable(f"{host} cannot be reached. Try again later."), request) from error
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            self.status = answer.status_code
        if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            await answer.aclose()
            reason = f"{host} packs its answers in a way that was not asked for."
            raise self._failed(ResponseMalformed(reason), request)
        assert isinstance(answer.stream, httpx2.AsyncByteStream)
        answer.stream = _Counted(self, answer.stream, request)
        return answer

    def take(self, size: int, request: httpx2.Request) -> None:
        self._left -= size
        if self._left < 0:
            reason = f"{request.url.host} sent more than is read of one answer."
            raise self._failed(ResponseTooLarge(reason), request)

    def _failed(self, error: RapportError, request: httpx2.Request) -> httpx2.TransportError:
        self.failure = self.failure or error
        self._on_failure()
        return httpx2.ReadError(error.message, request=request)


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, owner: SafeTransport, inner: httpx2.AsyncByteStream, request: httpx2.Request) -> None:
        self._owner, self._inner, self._request = owner, inner, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            self._owner.take(len(piece), self._request)
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()
