"""The envelope is CloudEvents 1.0, as the specification's own library reads it; what is no envelope is refused."""

import json
from uuid import uuid4

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from rapport.events.envelope import Event
from rapport.events.errors import BadEnvelope

EVENT = Event(
    type="rapport.test.thing.made.v1",
    tenant_id=uuid4(),
    partition_key="thing-1",
    data={"thing_id": "1"},
    subject="thing-1",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def test_the_specifications_library_reads_it() -> None:
    read = JSONFormat().read(CloudEvent, json.dumps(EVENT.to_json()).encode())
    assert (read.get_id(), read.get_type(), read.get_time()) == (str(EVENT.id), EVENT.type, EVENT.time)
    assert read.get_extension("tenantid") == str(EVENT.tenant_id)
    assert read.get_data() == {"thing_id": "1"}


def test_round_trip() -> None:
    assert Event.from_json(json.loads(json.dumps(EVENT.to_json()))) == EVENT


def test_unknown_attributes_are_ignored() -> None:
    assert Event.from_json(EVENT.to_json() | {"later": "addition"}) == EVENT


@pytest.mark.parametrize("name", ["type", "source", "partitionkey"])
@pytest.mark.parametrize("value", [None, True, 7], ids=str)
def test_what_is_no_text_is_refused(name: str, value: object) -> None:
    """JSON's null is no 'None': the database takes columns out of the envelope itself."""
    with pytest.raises(BadEnvelope):
        Event.from_json(EVENT.to_json() | {name: value})


@pytest.mark.parametrize("missing", ["id", "type", "source", "specversion", "time", "tenantid", "partitionkey", "data"])
def test_a_missing_attribute_is_refused(missing: str) -> None:
    envelope = EVENT.to_json()
    del envelope[missing]
    with pytest.raises(BadEnvelope):
        Event.from_json(envelope)


@pytest.mark.parametrize(
    ("name", "value"), [("specversion", "0.3"), ("tenantid", "acme"), ("time", "yesterday"), ("id", 7)]
)
def test_a_malformed_attribute_is_refused(name: str, value: object) -> None:
    with pytest.raises(BadEnvelope):
        Event.from_json(EVENT.to_json() | {name: value})
