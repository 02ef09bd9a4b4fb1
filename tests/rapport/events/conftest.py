"""Listeners that live for one test, and events for them."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from rapport.events import topics
from rapport.events.envelope import Event
from rapport.events.inbox import Key
from rapport.events.outbox import publish

TOPIC = "tests.topic"
TYPE = "rapport.tests.thing.happened.v1"
LISTENER = "tests.listener"


@pytest.fixture(autouse=True)
def _own_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the test subscribes, and nothing of it left behind."""
    monkeypatch.setattr(topics, "_subscriptions", {})
    monkeypatch.setattr(topics, "_topics", dict(topics._topics))
    topics.declare_topic(TOPIC)


@pytest.fixture
def tenant() -> UUID:
    return uuid4()


def make(tenant: UUID, key: str = "k", number: int = 0) -> Event:
    return Event(TYPE, tenant, key, {"number": number})


def send(*events: Event) -> None:
    with transaction.atomic():
        for event in events:
            publish(TOPIC, event)


def key_of(tenant: UUID, key: str = "k") -> Key:
    return Key(LISTENER, tenant, key)
