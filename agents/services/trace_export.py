"""Writes about where a company's traces go beside ours. Audit rows have names of headers, never what is in them."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.db import transaction

from agents.errors import InvalidTraceExport, TraceExportMissing
from agents.models import TraceExport
from agents.selectors.traces import TraceView
from agents.tracing import names
from agents.tracing.otlp.encoding import Told, request_of
from agents.tracing.otlp.sending import Collector, Sent, send
from billing.plans import Entitlement
from billing.terms import require_entitlement
from rapport.encryption import encrypt
from rapport.ids import Prefix, encode
from rapport.outbound.client import check_url
from rapport.outbound.entering import NotEncrypted, entered_url
from rapport.outbound.errors import AddressRefused, UnsupportedUrl
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

PATH = "/v1/traces"  # where OTLP over HTTP is taken, unless a collector says otherwise
LONGEST_URL = 2000
MOST_HEADERS = 20
LONGEST_HEADER = 4000
KINDS: tuple[str, ...] = get_args(names.Kind)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,80}")
_RESERVED = frozenset({"content-type", "content-encoding", "content-length", "host", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What a company enters. `headers` None: those that are kept stay. `content`: kinds that are sent as well."""

    endpoint: str
    headers: Mapping[str, str] | None = None
    content: Collection[str] = ()
    is_enabled: bool = True


def set_trace_export(*, tenant_id: UUID, settings: ExportSettings, actor: Actor) -> None:
    """From the next answer on. Kept headers go only to the host that they were entered for. Raises InvalidTraceExport
    with the field's name, NotInPlan."""
    endpoint, content = _checked_url(settings.endpoint), _checked_content(settings.content)
    headers = None if settings.headers is None else _checked_headers(settings.headers)
    with tenant_scope(tenant_id), transaction.atomic():
        require_entitlement(tenant_id=tenant_id, to=Entitlement.TRACE_EXPORT)
        row = TraceExport.objects.select_for_update().first()
        before = _facts(row) if row else None
        row = row or TraceExport()
        if headers is None and row.headers and _host(row.endpoint) != _host(endpoint):
            raise InvalidTraceExport(
                "The address is another host's: enter the headers anew, so that no key goes where it is not meant to.",
                param="headers",
            )
        if headers is not None:
            row.headers, row.header_names = encrypt(json.dumps(headers)) if headers else "", sorted(headers)
        row.endpoint, row.content, row.is_enabled = endpoint, content, settings.is_enabled
        row.last_error, row.failing_since = "", None
        row.save()
        action = "trace_export.changed" if before else "trace_export.added"
        changed = {"headers_replaced": headers is not None}
        record_audit(
            actor=actor,
            action=action,
            subject=encode(Prefix.TENANT, tenant_id),
            details=changed,
            before=before,
            after=_facts(row),
        )


def remove_trace_export(*, tenant_id: UUID, actor: Actor) -> None:
    """Nothing is sent any more, also of what waits. Raises TraceExportMissing."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = TraceExport.objects.select_for_update().first()
        if row is None:
            raise _nothing()
        before = _facts(row)
        row.delete()
        record_audit(
            actor=actor, action="trace_export.removed", subject=encode(Prefix.TENANT, tenant_id), before=before
        )


def try_trace_export(*, tenant_id: UUID, trace: TraceView, actor: Actor) -> Sent:
    """Send one trace now, without anything that people wrote. Raises TraceExportMissing, SecretUnreadable."""
    with tenant_scope(tenant_id):
        row = TraceExport.objects.first()
        if row is None:
            raise _nothing()
        collector = Collector(row.endpoint, row.opened_headers())
    sent = send(collector, request_of(tenant_id, [Told(trace)], ()))
    with tenant_scope(tenant_id), transaction.atomic():
        TraceExport.objects.update(last_error=sent.error[:80])
        record_audit(
            actor=actor,
            action="trace_export.tested",
            subject=encode(Prefix.TENANT, tenant_id),
            details={"outcome": sent.error or "taken"},
        )
    return sent


def _nothing() -> TraceExportMissing:
    return TraceExportMissing("No collector is set up. Give its address first.")


def _facts(row: TraceExport) -> dict[str, object]:
    return {
        "endpoint": row.endpoint,
        "headers": list(row.header_names),
        "content": list(row.content),
        "is_enabled": row.is_enabled,
    }


def _host(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def _checked_content(content: Collection[str]) -> list[str]:
    if strange := [each for each in content if each not in KINDS]:
        raise InvalidTraceExport(
            f"There is no content called {strange[0][:40]!r}: choose of {', '.join(KINDS)}.", param="content"
        )
    return [each for each in KINDS if each in content]


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    if len(headers) > MOST_HEADERS:
        raise InvalidTraceExport(f"At most {MOST_HEADERS} headers are sent.", param="headers")
    checked = {name.strip().lower(): value.strip() for name, value in headers.items()}
    for name, value in checked.items():
        is_text = bool(value) and len(value) <= LONGEST_HEADER and all(" " <= each <= "~" for each in value)
        if not _HEADER.fullmatch(name) or name in _RESERVED or not is_text:
            raise InvalidTraceExport(
                f"The header {name[:40]!r} cannot be sent. A header is a name such as Authorization and a text in "
                "plain letters, digits and signs.",
                param="headers",
            )
    return checked


def _checked_url(text: str) -> str:
    """With the path at which OTLP is taken, unless it has that already."""
    try:
        parts = urlsplit(check_url(text))
        path = parts.path.rstrip("/")
        url = urlunsplit(parts._replace(path=path if path.endswith(PATH) else path + PATH))
        return entered_url(url, longest=LONGEST_URL)
    except (UnsupportedUrl, ValueError):
        raise _wrong_url() from None
    except NotEncrypted:
        raise InvalidTraceExport(
            "A collector's address begins with https://: traces and keys go there. If you host Rapport yourself, "
            "http:// is possible for hosts of OUTBOUND_ALLOWED_PRIVATE_HOSTS.",
            param="endpoint",
        ) from None
    except AddressRefused as error:
        raise InvalidTraceExport(error.message, param="endpoint") from None


def _wrong_url() -> InvalidTraceExport:
    return InvalidTraceExport(
        "This is no address for a collector. It looks like https://otel.example.com or "
        "https://otel.example.com/v1/traces, without a password, a ? or a #.",
        param="endpoint",
    )
