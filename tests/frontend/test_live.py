"""The line that tells open pages what changed: who hears what, from where it goes on, and when it ends."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from agents.services import post_message
from frontend import live
from ingestion.services import ensure_upload_source
from rapport.events.doorbell import ring
from rapport.streams.changes import BELL, get_change_board, position_of
from tenants.actors import user_actor, visitor_actor
from tenants.models import Membership, Role
from tests.cast import Cast, Visitor

Heard = list[tuple[str, list[str]]]


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.2)


def hear(client: Client, *steps: Callable[[], Any], topics: str = "conversations,documents", after: int = 0) -> Heard:
    """The first event, then after each step the next that is no beat, or the beat when there is none."""

    async def listen() -> Heard:
        caller = AsyncClient()
        caller.cookies = client.cookies
        answer: Any = await caller.get("/live/", {"topics": topics, "after": str(after)})
        assert answer["Content-Type"].startswith("text/event-stream")
        stream = aiter(answer.streaming_content)
        await anext(stream)
        heard = [await _next(stream)]
        for step in steps:
            await sync_to_async(step)()
            heard.append(await _next(stream))
        await stream.aclose()
        return heard

    return async_to_sync(listen)()


async def _next(stream: AsyncIterator[bytes]) -> tuple[str, list[str]]:
    """Some beats are silence: a change is rung for."""
    for _ in range(4):
        lines = dict(line.split(": ", 1) for line in (await anext(stream)).decode().strip().splitlines())
        if lines["event"] != "beat":
            return lines["event"], json.loads(lines["data"]).get("topics", [])
    return "beat", []


def touch(cast: Cast, *topics: str) -> Callable[[], None]:
    def told() -> None:
        get_change_board().touch(cast.acme.tenant_id, topics)
        ring(BELL)

    return told


def test_members_hear_and_strangers_do_not(
    cast: Cast, alice_client: Client, bob_client: Client, charlie_client: Client
) -> None:
    step = touch(cast, "conversations", "calls")
    for client, told in ((alice_client, "changed"), (bob_client, "changed"), (charlie_client, "beat")):
        first, then = hear(client, step)
        assert (first, then) == (("changed", []), (told, ["conversations"] if told == "changed" else []))


def test_nobody_hears_of_what_they_may_not_read(cast: Cast, bob_client: Client) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.BILLING)
    assert hear(bob_client, touch(cast, "conversations", "documents"))[1] == ("beat", [])


def test_it_goes_on_from_where_one_was(cast: Cast, alice_client: Client) -> None:
    touch(cast, "documents")()
    known = position_of(cast.acme.tenant_id)
    touch(cast, "conversations")()
    assert hear(alice_client, after=known) == [("changed", ["conversations"])]


@pytest.mark.parametrize("how", ["signed out", "removed", "demoted"])
def test_it_ends_with_the_right_to_hear(cast: Cast, bob_client: Client, how: str) -> None:
    ends: dict[str, Callable[[], Any]] = {
        "signed out": Session.objects.all().delete,
        "removed": Membership.objects.filter(user=cast.bob).delete,
        "demoted": lambda: Membership.objects.filter(user=cast.bob).update(role=Role.BILLING),
    }
    assert hear(bob_client, ends[how])[1] == ("over", [])
    assert not live._open


def test_one_person_has_so_many_lines(cast: Cast, alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(live._open, cast.alice.id, live.MOST_OPEN)

    async def ask() -> int:
        caller = AsyncClient()
        caller.cookies = alice_client.cookies
        return (await caller.get("/live/", {"topics": "calls"})).status_code

    assert async_to_sync(ask)() == 429


def test_a_server_without_streams_says_so(alice_client: Client, client: Client) -> None:
    assert alice_client.get("/live/?topics=calls").status_code == 204
    assert client.get("/live/?topics=calls").status_code == 302


def test_what_is_written_is_told(
    cast: Cast, visitor: Visitor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    tenant_id = cast.acme.tenant_id
    get_change_board().delete_tenant(tenant_id)
    with django_capture_on_commit_callbacks(execute=True):
        ensure_upload_source(tenant_id=tenant_id, actor=user_actor(cast.alice.id))
        assert get_change_board().numbers([tenant_id]) == {tenant_id: {}}  # not before it is true
    assert set(get_change_board().numbers([tenant_id])[tenant_id]) == {"documents"}
    with django_capture_on_commit_callbacks(execute=True):
        post_message(
            tenant_id=tenant_id,
            conversation_id=visitor.conversation_id,
            text="Hello?",
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        )
    assert set(get_change_board().numbers([tenant_id])[tenant_id]) == {"documents", "conversations"}
