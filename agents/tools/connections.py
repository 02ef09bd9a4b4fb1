"""Connections to a company's systems: adding, changing their credentials, removing. A credential is never read back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agents.errors import InvalidTool, ToolExists, ToolNotFound
from agents.models import ToolConnection
from rapport.encryption import encrypt
from rapport.ids import Prefix, encode
from rapport.outbound import may_be_in_clear, refuse_private
from rapport.outbound.client import check_url
from rapport.outbound.errors import AddressRefused, UnsupportedUrl
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant

KINDS = ("http", "mcp")
AUTHS = ("none", "header", "bearer", "basic", "query")
MOST_CONNECTIONS = 30
LONGEST_SECRET = 4000
_HEADER = re.compile(r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}$")
_NOT_OURS_TO_SET = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie", "idempotency-key"})


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """`has_secret`: there is one; nobody is shown it."""

    id: UUID
    name: str
    kind: str
    base_url: str
    auth: str
    auth_name: str
    has_secret: bool
    tools: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Auth:
    """How Rapport shows who it is. `name`: of the header or parameter; for "basic" the user."""

    kind: str = "none"
    name: str = ""
    secret: str = ""


def create_connection(
    *, tenant_id: UUID, name: str, base_url: str, auth: Auth, actor: Actor, kind: str = "http"
) -> UUID:
    """Raises InvalidTool with the field's name, ToolExists."""
    name, base_url = " ".join(name.split()), _checked_url(base_url)
    if not 0 < len(name) <= 80:
        raise InvalidTool("A name has between 1 and 80 characters.", param="name")
    if kind not in KINDS:
        raise InvalidTool(f"A connection is of the kind {' or '.join(KINDS)}.", param="kind")
    _check_auth(auth)
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second sees the first
        if ToolConnection.objects.count() >= MOST_CONNECTIONS:
            raise InvalidTool(f"There are {MOST_CONNECTIONS} connections already. Remove one that is not used.")
        if ToolConnection.objects.filter(name=name).exists():
            raise ToolExists("There is a connection of that name already. Choose another name.", param="name")
        row = ToolConnection.objects.create(
            name=name,
            kind=kind,
            base_url=base_url,
            auth=auth.kind,
            auth_name=auth.name,
            secret=encrypt(auth.secret) if auth.secret else "",
        )
        facts = {"name": name, "kind": kind, "base_url": base_url, "auth": auth.kind}
        _record(actor, "tool_connection.created", row.id, after=facts)
    return row.id


def replace_credential(*, tenant_id: UUID, connection_id: UUID, auth: Auth, actor: Actor) -> None:
    """Raises InvalidTool, ToolNotFound."""
    _check_auth(auth)
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(connection_id)
        before = row.auth
        row.auth, row.auth_name = auth.kind, auth.name
        row.secret = encrypt(auth.secret) if auth.secret else ""
        row.save()
        _record(actor, "tool_connection.updated", row.id, before={"auth": before}, after={"auth": auth.kind})


def delete_connection(*, tenant_id: UUID, connection_id: UUID, actor: Actor) -> None:
    """With its tools. Raises ToolNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(connection_id)
        before = {"name": row.name, "base_url": row.base_url}
        row.delete()
        _record(actor, "tool_connection.deleted", connection_id, before=before)


def list_connections(*, tenant_id: UUID) -> list[ConnectionView]:
    """Oldest first."""
    with tenant_scope(tenant_id):
        return [_view(row) for row in ToolConnection.objects.prefetch_related("tools").order_by("id")]


def get_connection(*, tenant_id: UUID, connection_id: UUID) -> ConnectionView:
    """Raises ToolNotFound."""
    with tenant_scope(tenant_id):
        row = ToolConnection.objects.filter(id=connection_id).first()
        if row is None:
            raise _not_there()
        return _view(row)


def _locked(connection_id: UUID) -> ToolConnection:
    row = ToolConnection.objects.select_for_update().filter(id=connection_id).first()
    if row is None:
        raise _not_there()
    return row


def _not_there() -> ToolNotFound:
    return ToolNotFound("There is no such connection.")


def _checked_url(text: str) -> str:
    try:
        url = check_url(text).rstrip("/")
        if len(url) > 2000 or "?" in url or "#" in url or "@" in url:
            raise InvalidTool("The address has no user, no ? and no #, and at most 2000 characters.", param="base_url")
        if not url.startswith("https://") and not may_be_in_clear(url):
            raise InvalidTool("The address begins with https://.", param="base_url")
        refuse_private(url)
    except (UnsupportedUrl, AddressRefused) as error:
        raise InvalidTool(error.message, param="base_url") from error
    return url


def _check_auth(auth: Auth) -> None:
    if auth.kind not in AUTHS:
        raise InvalidTool(f"Choose one of {', '.join(AUTHS)}.", param="auth")
    if auth.kind == "none":
        if auth.secret:
            raise InvalidTool("Say how the secret is sent: as a header, bearer, basic or query.", param="auth")
        return
    if not 0 < len(auth.secret) <= LONGEST_SECRET or not auth.secret.isprintable():
        raise InvalidTool("The secret is missing, too long, or holds characters that cannot be sent.", param="secret")
    needs_name = auth.kind in ("header", "query", "basic")
    if needs_name and (not _HEADER.match(auth.name) or auth.name.lower() in _NOT_OURS_TO_SET):
        raise InvalidTool("Name the header, the parameter or the user that goes with the secret.", param="auth_name")


def _record(
    actor: Actor,
    action: str,
    connection_id: UUID,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    subject = encode(Prefix.TOOL_CONNECTION, connection_id)
    record_audit(actor=actor, action=action, subject=subject, before=before, after=after)


def _view(row: ToolConnection) -> ConnectionView:
    return ConnectionView(
        row.id,
        row.name,
        row.kind,
        row.base_url,
        row.auth,
        row.auth_name,
        bool(row.secret),
        row.tools.count(),
        row.created_at,
    )
