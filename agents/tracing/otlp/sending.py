"""One request to a collector, and what came of it. It knows no database: no transaction is open while we wait.

https://opentelemetry.io/docs/specs/otlp/#otlphttp says which answers may be tried again. Addresses are checked at
connect (`rapport.outbound`); a redirect is an answer like any other that is not a 2xx.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from rapport.errors import RapportError
from rapport.outbound import Limits, OutboundClient

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SECONDS = 15.0
LIMITS = Limits(
    connect_seconds=SECONDS,
    read_seconds=SECONDS,
    total_seconds=SECONDS,
    max_bytes=64 * 1024,
    max_redirects=0,
    is_cut=True,
)
_RETRYABLE = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Collector:
    """Where traces go. The headers may hold its key."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """`error` "": taken. `rejected`: spans that it took the request for and did not want."""

    status: int | None
    error: str = ""
    is_retryable: bool = False
    retry_after_seconds: int | None = None
    rejected: int = 0


def send(collector: Collector, request: "ExportTraceServiceRequest") -> Sent:
    """Never raises for what the other side does."""
    try:
        answer = _client().fetch(
            collector.url,
            method="POST",
            headers={
                **collector.headers,
                "content-type": "application/x-protobuf",
                "content-encoding": "gzip",
                "user-agent": "Rapport-OTLP/1.0",
            },
            content=gzip.compress(request.SerializeToString(), compresslevel=5),
            follows=False,
        )
    except RapportError as error:
        return Sent(None, error.code, is_retryable=error.is_retryable)
    if 200 <= answer.status < 300:
        return Sent(answer.status, rejected=_rejected(answer.content))
    wait = answer.headers.get("retry-after", "")
    seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else None
    return Sent(answer.status, f"status_{answer.status}", answer.status in _RETRYABLE, seconds)


def _rejected(content: bytes) -> int:
    """What it says that it did not want; an answer that cannot be read rejects nothing."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    try:
        return int(ExportTraceServiceResponse.FromString(content).partial_success.rejected_spans)
    except DecodeError:
        return 0


@cache
def _client() -> OutboundClient:
    """One a process: it keeps connections for a few seconds."""
    return OutboundClient(limits=LIMITS)
