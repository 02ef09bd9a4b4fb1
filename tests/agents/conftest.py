"""Asking the agent in tests: a message is posted by the service and answered by the turn engine, in this thread."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

import pytest

from agents.runtime.parts import Parts
from agents.runtime.turn import answer_turn
from agents.services import post_message
from rapport.streams.port import Frame
from rapport.streams.registry import get_stream_store
from tenants.actors import visitor_actor
from tests.cast import Cast, Company, Visitor
from tests.providers.running import Running, providers_running


@dataclass(frozen=True)
class Asked:
    turn_id: UUID
    frames: list[Frame]

    @property
    def events(self) -> list[str]:
        return [frame.event for frame in self.frames]

    @property
    def text(self) -> str:
        """What a browser shows: tokens since the last restart."""
        shown = ""
        for frame in self.frames:
            shown = "" if frame.event == "restart" else shown + frame.data.get("text", "")
        return shown


Ask = Callable[..., Asked]
Post = Callable[[Visitor, str], UUID]


def read_frames(company: Company, turn_id: UUID) -> list[Frame]:
    return get_stream_store().read(company.tenant_id, turn_id)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The scripted providers; a test has them forget what others asked and taught."""
    with providers_running() as found:
        yield found


@pytest.fixture
def post(cast: Cast) -> Post:
    """Post a message of a visitor of Acme; gives the turn's id."""

    def posted(visitor: Visitor, text: str) -> UUID:
        return post_message(
            tenant_id=cast.acme.tenant_id,
            conversation_id=visitor.conversation_id,
            text=text,
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        ).turn_id

    return posted


@pytest.fixture
def ask(cast: Cast, visitor: Visitor, post: Post) -> Ask:
    """Ask Acme's agent as the visitor (or another one) and let the turn run to its end."""

    def asked(text: str, parts: Parts, who: Visitor = visitor) -> Asked:
        turn_id = post(who, text)
        answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=parts)
        return Asked(turn_id, read_frames(cast.acme, turn_id))

    return asked


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets do not fill again, however long this machine takes."""
    stopped_at = time.time()
    monkeypatch.setattr("rapport.ratelimits.buckets.time", SimpleNamespace(time=lambda: stopped_at))
