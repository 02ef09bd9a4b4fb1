"""Fetching from a real server on loopback: the guard at connect, redirects, and limits on size and time."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from rapport.outbound import Limits, OutboundClient, safe_async_transport, safe_transport
from rapport.outbound.addresses import AllowList
from rapport.outbound.errors import (
    AddressRefused,
    HostUnreachable,
    OutboundTimeout,
    RedirectRefused,
    ResponseMalformed,
    ResponseTooLarge,
    TooManyRedirects,
    UnsupportedUrl,
)
from tests.site import Reply, Site, html, redirect

SMALL = Limits(connect_seconds=2, read_seconds=0.6, total_seconds=1.2, max_bytes=100_000, max_redirects=3)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({"/": html("<p>Hello</p>")}) as site:
        yield site


@pytest.fixture
def client(site: Site) -> Iterator[OutboundClient]:
    """Allowed to reach this site, and nothing else that is private."""
    with OutboundClient(limits=SMALL, allowed=AllowList.parse([site.host])) as client:
        yield client


@pytest.fixture
def stranger() -> Iterator[OutboundClient]:
    with OutboundClient(limits=SMALL, allowed=AllowList.parse([])) as client:
        yield client


def test_an_allowed_host_is_fetched(site: Site, client: OutboundClient) -> None:
    response = client.fetch(site.url())
    assert (response.status, response.url) == (200, site.url())
    assert b"Hello" in response.content
    assert site.requests[0].headers["user-agent"].startswith("RapportBot/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_no_spelling_of_loopback_is_connected_to(host: str, site: Site, stranger: OutboundClient) -> None:
    with pytest.raises((AddressRefused, HostUnreachable, UnsupportedUrl)):
        stranger.fetch(f"http://{host}:{site.port}/")
    assert site.requests == []


def test_the_message_says_what_to_do(site: Site, stranger: OutboundClient) -> None:
    with pytest.raises(AddressRefused, match="OUTBOUND_ALLOWED_PRIVATE_HOSTS") as caught:
        stranger.fetch(site.url())
    assert caught.value.code == "private_address"


def test_a_redirect_into_a_private_network_is_refused(site: Site, client: OutboundClient) -> None:
    with Site({"/secret": html("secret")}) as inner:
        site.pages["/go"] = redirect(inner.url("/secret"))
        with pytest.raises(AddressRefused):
            client.fetch(site.url("/go"))
        assert inner.requests == []


def test_a_name_server_that_changes_its_answer_gains_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was checked is what is connected to: the name is looked up once."""
    answers = iter([[_entry("127.0.0.1")], [_entry("127.0.0.2")]])
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **options: Any) -> Any:
        return next(answers) if host == "rebinding.example" else real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with OutboundClient(limits=SMALL, allowed=AllowList.parse(["127.0.0.1"])) as client:
        assert client.fetch(f"http://rebinding.example:{site.port}/").status == 200
    assert next(answers) == [_entry("127.0.0.2")]


def _entry(address: str) -> tuple[object, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))


def test_redirects_on_the_site_are_followed_and_told(site: Site, client: OutboundClient) -> None:
    site.pages |= {"/a": redirect("/b", 301), "/b": redirect("/", 307)}
    response = client.fetch(site.url("/a"))
    assert response.url == site.url("/")
    assert response.redirects == (site.url("/a"), site.url("/b"))


def test_a_redirect_loop_ends(site: Site, client: OutboundClient) -> None:
    site.pages["/loop"] = redirect("/loop")
    with pytest.raises(TooManyRedirects):
        client.fetch(site.url("/loop"))
    assert len(site.requests) == SMALL.max_redirects + 1


def test_the_caller_decides_where_redirects_may_lead(site: Site, client: OutboundClient) -> None:
    site.pages["/away"] = redirect("https://elsewhere.example/")
    with pytest.raises(RedirectRefused):
        client.fetch(site.url("/away"), may_follow=lambda url: url.startswith(site.url()))


def test_secrets_stay_with_their_origin(site: Site) -> None:
    with Site({"/": html("other")}) as other:
        site.pages["/go"] = redirect(other.url())
        with OutboundClient(limits=SMALL, allowed=AllowList.parse(["127.0.0.1"])) as client:
            client.fetch(site.url("/go"), headers={"authorization": "Bearer x", "accept": "text/html"})
        assert "authorization" in site.requests[0].headers
        assert "authorization" not in other.requests[0].headers
        assert other.requests[0].headers["accept"] == "text/html"


def test_cookies_are_not_kept(site: Site, client: OutboundClient) -> None:
    site.pages["/set"] = Reply(b"ok", headers={"Set-Cookie": "session=1"})
    client.fetch(site.url("/set"))
    client.fetch(site.url("/"))
    assert "cookie" not in site.requests[-1].headers


def test_a_large_answer_is_broken_off(site: Site, client: OutboundClient) -> None:
    site.pages["/large"] = Reply(b"x" * 200_000)
    with pytest.raises(ResponseTooLarge):
        client.fetch(site.url("/large"))


def test_a_packed_bomb_is_not_unpacked(site: Site, client: OutboundClient) -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    assert len(packed) < SMALL.max_bytes
    site.pages["/bomb"] = Reply(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(ResponseTooLarge):
        client.fetch(site.url("/bomb"))


def test_a_packed_answer_is_unpacked(site: Site, client: OutboundClient) -> None:
    site.pages["/packed"] = Reply(gzip.compress(b"hello " * 5_000), headers={"Content-Encoding": "gzip"})
    assert client.fetch(site.url("/packed")).content == b"hello " * 5_000


def test_an_answer_that_never_ends_is_broken_off(site: Site, client: OutboundClient) -> None:
    site.pages["/endless"] = Reply(write=_drip)
    with pytest.raises(OutboundTimeout):
        client.fetch(site.url("/endless"))


def test_headers_that_never_end_are_broken_off() -> None:
    anywhere = OutboundClient(limits=SMALL, allowed=AllowList.parse(["127.0.0.1"]))
    with socket.create_server(("127.0.0.1", 0)) as server, anywhere as client:
        threading.Thread(target=_drip_headers, args=(server,), daemon=True).start()
        with pytest.raises(OutboundTimeout):
            client.fetch(f"http://127.0.0.1:{server.getsockname()[1]}/")


def _drip_headers(server: socket.socket) -> None:
    with contextlib.suppress(OSError), server.accept()[0] as connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            connection.sendall(b"x-%d: y\r\n" % number)
            time.sleep(0.1)


def _drip(write: Callable[[bytes], None]) -> None:
    for _ in range(100):
        write(b".")
        time.sleep(0.1)


def test_a_silent_server_is_a_timeout(client: OutboundClient, site: Site) -> None:
    site.pages["/silent"] = Reply(write=lambda _: time.sleep(2))
    with pytest.raises(OutboundTimeout) as caught:
        client.fetch(site.url("/silent"))
    assert caught.value.is_retryable


def test_a_closed_port_is_unreachable(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with OutboundClient(limits=SMALL, allowed=AllowList.parse(["127.0.0.1"])) as client, pytest.raises(HostUnreachable):
        client.fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "file:///etc/passwd", "gopher://x/", "//example.com", "http://", "nonsense"]
)
def test_only_http_addresses_are_fetched(url: str, stranger: OutboundClient) -> None:
    with pytest.raises(UnsupportedUrl):
        stranger.fetch(url)


def test_a_redirect_to_another_scheme_is_refused(site: Site, client: OutboundClient) -> None:
    site.pages["/file"] = redirect("file:///etc/passwd")
    with pytest.raises(UnsupportedUrl):
        client.fetch(site.url("/file"))


def test_an_answer_that_is_not_http_is_an_error_of_its_own(client: OutboundClient, site: Site) -> None:
    site.pages["/damaged"] = Reply(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    with pytest.raises(ResponseMalformed):
        client.fetch(site.url("/damaged"))


def test_the_transport_guards_a_client_of_ones_own(site: Site) -> None:
    with httpx.Client(transport=safe_transport(allowed=AllowList.parse([]))) as client, pytest.raises(AddressRefused):
        client.get(site.url())


async def _get(url: str, allowed: AllowList) -> int:
    async with httpx.AsyncClient(transport=safe_async_transport(allowed=allowed)) as client:
        return (await client.get(url)).status_code


def test_the_asynchronous_transport_guards_as_well(site: Site) -> None:
    import asyncio

    assert asyncio.run(_get(site.url(), AllowList.parse([site.host]))) == 200
    with pytest.raises(AddressRefused):
        asyncio.run(_get(site.url(), AllowList.parse([])))
