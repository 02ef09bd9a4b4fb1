"""The event: CloudEvents 1.0 with our extensions. Payloads carry ids, never people's words.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from rapport.ids import new_id

Data = Mapping[str, Any]


def _text(envelope: Mapping[str, Any], name: str) -> str:
    """Raises TypeError for what is no text: the database would read it otherwise than we do."""
    value = envelope[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that became true.

    `type` is `rapport.<app>.<noun>.<verb-past>.v1`; `tenant_id` was set at an authenticated door, never read from a
    payload; events with one `partition_key` are handled in the order in which they were published.
    """

    type: str
    tenant_id: UUID
    partition_key: str
    data: Data
    subject: str = ""
    source: str = "rapport"
    traceparent: str = ""
    id: UUID = field(default_factory=new_id)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def to_json(self) -> dict[str, Any]:
        """CloudEvents structured JSON."""
        envelope: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.id),
            "type": self.type,
            "source": self.source,
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "tenantid": str(self.tenant_id),
            "partitionkey": self.partition_key,
            "data": dict(self.data),
        }
        optional = {"subject": self.subject, "traceparent": self.traceparent}
        return envelope | {name: value for name, value in optional.items() if value}

    @classmethod
    def from_json(cls, envelope: Mapping[str, Any]) -> Self:
        """Raises BadEnvelope when a required attribute is missing or malformed; unknown attributes are ignored."""
        from rapport.events.errors import BadEnvelope

        try:
            if envelope["specversion"] != "1.0":
                raise ValueError("specversion")
            return cls(
                id=UUID(str(envelope["id"])),
                type=_text(envelope, "type"),
                source=_text(envelope, "source"),
                time=datetime.fromisoformat(str(envelope["time"])),
                tenant_id=UUID(str(envelope["tenantid"])),
                partition_key=_text(envelope, "partitionkey"),
                subject=str(envelope.get("subject", "")),
                traceparent=str(envelope.get("traceparent", "")),
                data=dict(envelope["data"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadEnvelope(f"Not a CloudEvents 1.0 envelope of ours: {error!r}.") from None
