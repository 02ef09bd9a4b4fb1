"""`OutboundClient.fetch`: one GET or POST to a stranger's server, with limits on time, size and redirects."""

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from rapport.outbound.addresses import AllowList
from rapport.outbound.deadline import exchange_before
from rapport.outbound.errors import (
    HostUnreachable,
    OutboundTimeout,
    RedirectRefused,
    ResponseMalformed,
    ResponseTooLarge,
    TooManyRedirects,
    UnsupportedUrl,
)
from rapport.outbound.transport import safe_transport

USER_AGENT = "RapportBot/1.0 (+https://rapport.example/bot)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes; `max_bytes` counts the body unpacked."""

    connect_seconds: float = 10
    read_seconds: float = 20
    total_seconds: float = 60
    max_bytes: int = 10 * 1024 * 1024
    max_redirects: int = 5
    is_cut: bool = False  # a longer body is cut off at max_bytes, not refused


@dataclass(frozen=True, slots=True)
class Response:
    """`url` is where the answer came from after redirects; header names are lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    redirects: tuple[str, ...] = ()


class OutboundClient:
    """Keeps connections, no cookies. Safe to use from several threads. Close it, or use it in a `with`."""

    def __init__(self, *, limits: Limits | None = None, allowed: AllowList | None = None) -> None:
        self._limits = limits or Limits()
        self._client = httpx.Client(
            transport=safe_transport(allowed=allowed),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(self._limits.read_seconds, connect=self._limits.connect_seconds),
            headers={"user-agent": USER_AGENT, "accept-encoding": "gzip"},
        )

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        may_follow: Callable[[str], bool] | None = None,
        follows: bool = True,
    ) -> Response:
        """Any status is an answer; `may_follow` is asked before each redirect; without `follows` a redirect is one too.

        Raises UnsupportedUrl, AddressRefused, TooManyRedirects, RedirectRefused, ResponseTooLarge, ResponseMalformed,
        HostUnreachable (retryable) or OutboundTimeout (retryable).
        """
        deadline = time.monotonic() + self._limits.total_seconds
        passed: list[str] = []
        sent = dict(headers or {})
        while True:
            response = self._once(method, check_url(url), sent, content, deadline)
            target = _redirect_target(response)
            if target is None or not follows:
                return Response(response.url, response.status, response.headers, response.content, tuple(passed))
            passed.append(url)
            if len(passed) > self._limits.max_redirects:
                raise TooManyRedirects(f"{_host(url)} redirects more than {self._limits.max_redirects} times.")
            if may_follow and not may_follow(target):
                raise RedirectRefused(f"{_host(url)} redirects to {_host(target)}, which is not part of this site.")
            sent = _headers_for(sent, url, target)
            if response.status == 303:
                method, content = "GET", None
            url = target

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, deadline: float
    ) -> Response:
        try:
            with (
                exchange_before(deadline),
                self._client.stream(method, url, headers=dict(headers), content=content) as answer,
            ):
                body = b"".join(self._body(answer, url)) if answer.status_code not in _REDIRECTS else b""
                return Response(str(answer.url), answer.status_code, _lower(answer.headers), body)
        except httpx.TimeoutException as error:
            raise OutboundTimeout(f"{_host(url)} did not answer in time. Try again later.") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise UnsupportedUrl("Only addresses that begin with https:// or http:// can be fetched.") from error
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise ResponseMalformed(f"{_host(url)} answered with something that is not HTTP.") from error
        except httpx.TransportError as error:
            raise HostUnreachable(f"{_host(url)} cannot be reached. Try again later.") from error

    def _body(self, answer: httpx.Response, url: str) -> Iterator[bytes]:
        """The unpacked body in pieces, broken off at the limits: a small packed answer may unpack to gigabytes."""
        limit = self._limits.max_bytes
        if int(_digits(answer.headers.get("content-length", ""))) > limit and not self._limits.is_cut:
            raise _too_large(url, limit)
        unpack = _unpacker(answer.headers.get("content-encoding", ""), url)
        total = 0
        for raw in answer.iter_raw():
            piece = unpack(raw, limit - total + 1)
            total += len(piece)
            if total > limit and self._limits.is_cut:
                yield piece[: len(piece) - (total - limit)]
                return
            if total > limit:
                raise _too_large(url, limit)
            yield piece


def check_url(url: str) -> str:
    """The address without surrounding space. Raises UnsupportedUrl when it is not http(s) with a host."""
    try:
        parsed = httpx.URL(url.strip())
        is_good = parsed.scheme in {"http", "https"} and bool(parsed.host)
    except (httpx.InvalidURL, ValueError, TypeError):
        is_good = False
    if not is_good:
        raise UnsupportedUrl("Only addresses that begin with https:// or http:// can be fetched.")
    return url.strip()


def _redirect_target(response: Response) -> str | None:
    location = response.headers.get("location", "")
    if response.status not in _REDIRECTS or not location:
        return None
    try:
        return str(httpx.URL(response.url).join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise ResponseMalformed(f"{_host(response.url)} redirects to something that is not an address.") from error


def _headers_for(headers: dict[str, str], url: str, target: str) -> dict[str, str]:
    """Secrets are for the origin that they were meant for."""
    here, there = httpx.URL(url), httpx.URL(target)
    if (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port):
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}


def _unpacker(encoding: str, url: str) -> Callable[[bytes, int], bytes]:
    """A function (raw bytes, most bytes wanted) → bytes."""
    if encoding.strip().lower() in {"", "identity"}:
        return lambda raw, _: raw
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        raise ResponseMalformed(f"{_host(url)} packs its answers in a way that was not asked for.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(raw: bytes, most: int) -> bytes:
        try:
            return unpacker.decompress(raw, max(most, 1))
        except zlib.error as error:
            raise ResponseMalformed(f"{_host(url)} sent a damaged answer.") from error

    return unpack


def _too_large(url: str, limit: int) -> ResponseTooLarge:
    return ResponseTooLarge(
        f"{_host(url)} sent more than {limit / 1024 / 1024:,.0f} MB, the most that is read of one page."
    )


def _digits(text: str) -> str:
    return text if text.isdigit() else "0"


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or "The server"
    except (httpx.InvalidURL, ValueError):
        return "The server"
