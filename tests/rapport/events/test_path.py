"""The whole path in one thread: published → relayed → logged → consumed → drained."""

from uuid import uuid4

import pytest
from django.db import transaction

from rapport.events.envelope import Event
from rapport.events.inline import deliver_now
from rapport.events.outbox import publish
from rapport.events.topics import declare_topic, subscribe

pytestmark = pytest.mark.django_db


def test_an_event_reaches_its_handler_once() -> None:
    heard: list[Event] = []
    declare_topic("tests.path")
    subscribe("tests.path.hear", topic="tests.path", types={"rapport.tests.path.walked.v1"})(heard.append)
    event = Event("rapport.tests.path.walked.v1", uuid4(), "k", {"n": 1})
    with transaction.atomic():
        publish("tests.path", event)
    assert deliver_now() == 1
    assert deliver_now() == 0
    assert heard == [event]
