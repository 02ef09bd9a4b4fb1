"""CloudEvents 1.0. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md

Whom an event is about: the extension attribute `contactid` (the tenant's own id of the customer) or `data.contact`.
What `data` says beside `contact` and `traits` are the event's properties. Attributes that would name a tenant mean
nothing here.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from ingestion.incoming.event import Incoming, InvalidEvent, Json, read_identity, read_object, read_text, read_time
from ingestion.incoming.json_text import clean, parse
from ingestion.models import IdentityKind
from rapport.errors import InvalidId
from rapport.ids import Prefix, decode

PREFIX = "ce-"
_DATA = frozenset({"data", "data_base64"})
_OPTIONAL = frozenset({"subject", "datacontenttype", "dataschema"})
_NAME = re.compile(r"[a-z0-9]+")
_REQUIRED = {"id": 255, "source": 500, "type": 300}
_JSON = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?json\s*(?:;.*)?$", re.IGNORECASE)
_KINDS = ("external_id", "email", "phone", "anonymous_id")


def read_cloud_event(envelope: object, *, received_at: datetime) -> Incoming:
    """Raises InvalidEvent, whose `param` is the attribute."""
    if not isinstance(envelope, dict):
        raise InvalidEvent("An event is an object: {…}.")
    for name, longest in _REQUIRED.items():
        read_text(envelope.get(name), name, longest=longest)
    if envelope.get("specversion") != "1.0":
        raise InvalidEvent('specversion is "1.0".', param="specversion")
    attributes = {name: value for name, value in envelope.items() if name not in _DATA}
    occurred_at = read_time(attributes["time"], "time") if attributes.get("time") is not None else received_at
    if not _is_plainly_right(attributes):
        _check(attributes | {"time": occurred_at})
    data = _data(envelope)
    who, name = _who(attributes, data)
    traits = {**({"name": name} if name else {}), **read_object(data.pop("traits", None), "data.traits")}
    return Incoming(
        source=attributes["source"],
        event_id=attributes["id"],
        kind="event",
        name=attributes["type"],
        occurred_at=min(occurred_at, received_at),
        who=who,
        traits=traits,
        properties=data,
        context={name: attributes[name] for name in ("subject", "dataschema") if attributes.get(name)},
    )


def envelope_of(headers: Mapping[str, str], body: bytes) -> Json:
    """An event whose attributes are in `ce-…` headers, and its data the body. Raises InvalidJson."""
    envelope: Json = {
        name.lower().removeprefix(PREFIX): clean(unquote(value))
        for name, value in headers.items()
        if name.lower().startswith(PREFIX)
    }
    kind = headers.get("Content-Type", "")
    if _JSON.match(kind):
        envelope["data"] = parse(body) if body else None
    elif body:
        envelope["data_base64"] = base64.b64encode(body).decode()
    return envelope | ({"datacontenttype": kind} if kind else {})


def _is_plainly_right(attributes: Json) -> bool:
    """What the library would say of nearly every event, at a tenth of its cost; what is left goes to the library."""
    return all(map(_NAME.fullmatch, attributes)) and all(
        isinstance(value, str) and value
        for name, value in attributes.items()
        if name in _OPTIONAL and value is not None
    )


def _check(attributes: Json) -> None:
    """By the rules of CloudEvents' own library. Raises InvalidEvent for the first attribute that breaks one."""
    from cloudevents.core.exceptions import CloudEventValidationError
    from cloudevents.core.v1.event import CloudEvent

    try:
        CloudEvent({name: value for name, value in attributes.items() if value is not None})
    except CloudEventValidationError as error:
        name, found = next(iter(error.errors.items()))
        raise InvalidEvent(f"{found[0]}.", param=str(name)) from None


def _data(envelope: Json) -> Json:
    if envelope.get("data_base64") is not None:
        return {"data_base64": read_text(envelope["data_base64"], "data_base64", longest=100_000)}
    data = envelope.get("data")
    if data is None:
        return {}
    return dict(data) if isinstance(data, dict) else {"data": data}


def _who(attributes: Json, data: Json) -> tuple[dict[str, str], str]:
    """Whom it is about, and the name that is said with it; takes `contact` out of the data."""
    contact = read_object(data.pop("contact", None), "data.contact")
    who = {
        kind: read_identity(IdentityKind(kind), contact[kind], f"data.contact.{kind}")
        for kind in _KINDS
        if contact.get(kind) is not None
    }
    if contact.get("id") is not None:
        who["contact_id"] = _own_id(contact["id"])
    if attributes.get("contactid") is not None:
        who.setdefault("external_id", read_identity(IdentityKind.EXTERNAL_ID, attributes["contactid"], "contactid"))
    company = data.get("company")
    if isinstance(company, dict) and company.get("id") is not None:
        who["company_id"] = read_identity(IdentityKind.EXTERNAL_ID, company["id"], "data.company.id")
    name = contact.get("name")
    return who, name if isinstance(name, str) else ""


def _own_id(value: object) -> str:
    try:
        return str(decode(Prefix.CONTACT, str(value)))
    except InvalidId as error:
        raise InvalidEvent(error.message, param="data.contact.id") from None
