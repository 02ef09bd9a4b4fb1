"""The calls that customer-data tools speak: identify, track, page, screen, group, alias, and batches of them.

https://segment.com/docs/connections/spec/ and .../connections/sources/catalog/libraries/server/http-api/
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from ingestion.incoming.event import (
    Incoming,
    InvalidEvent,
    Json,
    identity_in,
    read_identity,
    read_object,
    read_text,
    read_time,
)
from ingestion.incoming.json_text import dumps
from ingestion.models import IdentityKind

SOURCE = "customer-data"
KINDS = ("identify", "track", "page", "screen", "group", "alias")
_KEPT_CONTEXT = ("library", "page", "screen", "campaign", "locale", "timezone", "app")  # no address, no user agent
_LONGEST_ID = 255


def read_message(message: object, *, kind: str = "", sent_at: object = None, received_at: datetime) -> Incoming:
    """One call. `kind` where the address says it, else its `type`. Raises InvalidEvent, whose `param` is the field."""
    body = read_object(message, "message")
    kind = kind or str(body.get("type", ""))
    if kind not in KINDS:
        raise InvalidEvent(f"type is one of {', '.join(KINDS)}.", param="type")
    context = read_object(body.get("context"), "context")
    traits = _traits(kind, body, context)
    occurred_at = _occurred_at(body, body.get("sentAt") or sent_at, received_at)
    return Incoming(
        source=SOURCE,
        event_id=_message_id(body),
        kind=kind,
        name=_name(kind, body),
        occurred_at=occurred_at,
        who=_who(kind, body, traits),
        traits=traits,
        properties=_properties(kind, body, context),
        context={name: context[name] for name in _KEPT_CONTEXT if context.get(name)},
    )


def _traits(kind: str, body: Json, context: Json) -> Json:
    """Of the contact; a group's traits are the company's."""
    if kind == "identify":
        return read_object(body.get("traits"), "traits")
    return read_object(context.get("traits"), "context.traits")


def _who(kind: str, body: Json, traits: Mapping[str, object]) -> dict[str, str]:
    who = _ids(body, {"userId": IdentityKind.EXTERNAL_ID, "anonymousId": IdentityKind.ANONYMOUS_ID})
    if kind == "alias":
        who["previous_id"] = read_identity(IdentityKind.ANONYMOUS_ID, body.get("previousId"), "previousId")
        if "external_id" not in who:
            raise InvalidEvent("userId is missing: who is the previous id now?", param="userId")
    elif not who:
        raise InvalidEvent("userId or anonymousId is missing: whom is it about?", param="userId")
    if kind == "group":
        who["company_id"] = read_identity(IdentityKind.EXTERNAL_ID, body.get("groupId"), "groupId")
    for each in (IdentityKind.EMAIL, IdentityKind.PHONE):
        who |= identity_in(each, traits.get(each.value))
    return who


def _ids(body: Json, fields: Mapping[str, IdentityKind]) -> dict[str, str]:
    return {
        kind.value: read_identity(kind, body[field], field)
        for field, kind in fields.items()
        if body.get(field) not in (None, "")
    }


def _name(kind: str, body: Json) -> str:
    if kind == "track":
        return read_text(body.get("event"), "event", longest=300)
    parts = [body[part] for part in ("category", "name") if isinstance(body.get(part), str) and body[part]]
    return " ".join(parts)[:300] if kind in {"page", "screen"} else ""


def _properties(kind: str, body: Json, context: Json) -> Json:
    properties = read_object(body.get("traits" if kind == "group" else "properties"), "properties")
    page = context.get("page")
    if kind == "page" and isinstance(page, dict):
        return {**{name: page[name] for name in ("url", "title", "referrer") if page.get(name)}, **properties}
    return properties


def _occurred_at(body: Json, sent_at: object, received_at: datetime) -> datetime:
    """By our clock: the sender's may be wrong, but how long before sending it happened is known. Never later than now.
    https://segment.com/docs/connections/spec/common/#timestamps"""
    field = "timestamp" if body.get("timestamp") else "originalTimestamp"
    if not body.get(field):
        return received_at
    happened = read_time(body[field], field)
    if sent_at:
        sent = read_time(sent_at, "sentAt")
        happened = received_at - (sent - happened)
    return min(happened, received_at)


def _message_id(body: Json) -> str:
    """Without one, the same content of the same moment is the same message."""
    given = body.get("messageId")
    if given not in (None, ""):
        return read_text(str(given), "messageId", longest=_LONGEST_ID)
    if body.get("timestamp") or body.get("originalTimestamp"):
        return hashlib.sha256(dumps({**body, "sentAt": None}).encode()).hexdigest()
    return uuid4().hex
