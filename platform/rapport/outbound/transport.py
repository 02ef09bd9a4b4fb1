"""httpx transports whose connections go only to checked addresses: the check is in the network backend, at connect.

The name is resolved once and that very address is connected to, so a name server that changes its answer gains nothing.
"""

import socket
import ssl
from collections.abc import Iterable
from functools import cache

import anyio
import httpcore
import httpx

from rapport.config import get_config
from rapport.outbound.addresses import AllowList, choose_addresses
from rapport.outbound.deadline import DeadlineStream, time_left
from rapport.outbound.errors import HostUnreachable

SocketOptions = Iterable[httpcore.SOCKET_OPTION]


@cache
def configured_allow_list() -> AllowList:
    """What OUTBOUND_ALLOWED_PRIVATE_HOSTS says."""
    return AllowList.parse(get_config().outbound_allowed_private_hosts)


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves, checks, connects. Unix sockets are refused."""

    def __init__(self, allowed: AllowList) -> None:
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise unknown_host(host) from error
        failure: Exception = unknown_host(host)
        for address in choose_addresses(host, port, [str(entry[4][0]) for entry in found], self._allowed):
            try:
                inner = self._inner.connect_tcp(address, port, time_left(timeout), local_address, socket_options)
                return DeadlineStream(inner)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: SocketOptions | None = None
    ) -> httpcore.NetworkStream:
        raise HostUnreachable("Only addresses on the network can be reached.")


class CheckedAsyncBackend(httpcore.AsyncNetworkBackend):
    """The same for an event loop."""

    def __init__(self, allowed: AllowList) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = unknown_host(host)
        for address in await checked_addresses(host, port, self._allowed):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: SocketOptions | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise HostUnreachable("Only addresses on the network can be reached.")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


async def checked_addresses(host: str, port: int, allowed: AllowList) -> list[str]:
    """What the name stands for now, as far as it may be connected to. Raises HostUnreachable, AddressRefused."""
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise unknown_host(host) from error
    return choose_addresses(host, port, [str(entry[4][0]) for entry in found], allowed)


def refuse_private(url: str, *, allowed: AllowList | None = None) -> None:
    """Raise AddressRefused when the address leads into a private network now; a hint for messages, never the guard."""
    parsed = httpx.URL(url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parsed.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    choose_addresses(parsed.host, port, [str(entry[4][0]) for entry in found], allowed or configured_allow_list())


def may_be_in_clear(url: str) -> bool:
    """True for a host that OUTBOUND_ALLOWED_PRIVATE_HOSTS names: what goes there need not be encrypted."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return False
    return bool({(parsed.host, parsed.port or 80), (parsed.host, 0)} & configured_allow_list().hosts)


def unknown_host(host: str) -> HostUnreachable:
    return HostUnreachable(f"The name {host[:200]} is not known to any name server. Check its spelling.")


@cache
def trusted() -> ssl.SSLContext:
    """Which certificates count. Reading them takes 50 ms, so once."""
    return httpx.create_ssl_context(trust_env=False)


def safe_transport(*, allowed: AllowList | None = None, max_connections: int = 20) -> httpx.HTTPTransport:
    """A transport for `httpx.Client`. Environment proxies are not used: they would make the check meaningless."""
    transport = httpx.HTTPTransport(verify=trusted(), trust_env=False)
    transport._pool.close()
    transport._pool = httpcore.ConnectionPool(
        ssl_context=trusted(),
        max_connections=max_connections,
        keepalive_expiry=4,
        network_backend=CheckedBackend(allowed or configured_allow_list()),
    )
    return transport


def safe_async_transport(*, allowed: AllowList | None = None, max_connections: int = 100) -> httpx.AsyncHTTPTransport:
    """The same for `httpx.AsyncClient`."""
    transport = httpx.AsyncHTTPTransport(verify=trusted(), trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=trusted(),
        max_connections=max_connections,
        keepalive_expiry=4,
        network_backend=CheckedAsyncBackend(allowed or configured_allow_list()),
    )
    return transport
