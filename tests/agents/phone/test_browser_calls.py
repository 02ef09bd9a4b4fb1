"""An agent tried from the dashboard by voice: whose call it is, what its line says, and strangers learn nothing."""

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from agents.channels.phone.audio import answering
from agents.channels.phone.browser import calls, socket
from agents.models import Call, CallState, Conversation
from rapport.ids import Prefix, encode
from rapport.sockets import REFUSED
from tenants.context import tenant_scope
from tests.agents.phone.scripted_speech import LOUD, scripted_speech
from tests.agents.phone.scripted_wire import in_executor
from tests.cast import Cast, Company, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
QUIET = b"\xff" * 160
NOBODY = ({"start": {"call": "BRW0", "token": "x", "language": "en-US"}}, {"start": 7}, {"key": "1"})


@pytest.fixture(autouse=True)
def _speech(monkeypatch: pytest.MonkeyPatch) -> None:
    async def opened(*_: Any) -> Any:
        return scripted_speech("how long do I have", after=8)[0]

    monkeypatch.setattr(answering, "open_speech", opened)
    monkeypatch.setattr(calls, "check_speech", lambda *_: None)
    monkeypatch.setattr(socket, "in_thread", in_executor)
    monkeypatch.setattr(socket, "SILENT_SECONDS", 3.0)


def begin(client: Client, company: Company, **changed: str) -> Any:
    form = {"agent": encode(Prefix.AGENT, company.agent_id), "language": "en-US", **changed}
    client.handler.enforce_csrf_checks = False
    return client.post("/phone-numbers/try/begin/", form)


class Browser:
    """Says at each mark that it was played."""

    def __init__(self) -> None:
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.told: list[dict[str, Any]] = []
        self.sound = 0
        self.closed: int | None = None
        self.tell({"type": "websocket.connect"})

    def tell(self, message: dict[str, Any]) -> None:
        self._incoming.put_nowait(message)

    def says(self, what: object) -> None:
        self.tell({"type": "websocket.receive", "text": json.dumps(what)})

    def sounds(self, frames: int, sound: bytes) -> None:
        for _ in range(frames):
            self.tell({"type": "websocket.receive", "bytes": sound})

    async def receive(self) -> dict[str, Any]:
        return await self._incoming.get()

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.closed = message["code"]
        elif "bytes" in message:
            self.sound += len(message["bytes"])
        elif "text" in message:
            self.told.append(json.loads(message["text"]))
            if "mark" in self.told[-1]:
                self.says({"played": self.told[-1]["mark"]})

    async def until(self, name: str) -> Any:
        while not (found := [each[name] for each in self.told if name in each]):
            await asyncio.sleep(0.01)
        return found[0]


def on_the_line(company: Company, *first: object) -> Browser:
    """What came back when this was said first, and the line was quiet."""
    browser = Browser()

    async def call() -> None:
        for each in first:
            browser.says(each)
        browser.tell({"type": "websocket.disconnect"})
        await socket.answer_browser({}, browser.receive, browser.send, company=encode(Prefix.TENANT, company.tenant_id))

    asyncio.run(asyncio.wait_for(call(), 30))
    return browser


def test_a_member_talks_and_the_call_is_counted_once(cast: Cast, alice_client: Client) -> None:
    begun = begin(alice_client, cast.acme).json()
    assert begun["greeting"]
    browser = Browser()

    async def talk() -> None:
        company = encode(Prefix.TENANT, cast.acme.tenant_id)
        line = asyncio.create_task(socket.answer_browser({}, browser.receive, browser.send, company=company))
        browser.says({"start": begun["start"]})
        browser.says("no object")
        await browser.until("mark")
        browser.sounds(30, LOUD)
        browser.sounds(70, QUIET)
        assert await browser.until("caller") == "how long do I have"
        browser.says({"key": "12"})
        browser.tell({"type": "websocket.disconnect"})
        await line

    asyncio.run(asyncio.wait_for(talk(), 30))
    assert browser.sound > 0
    with tenant_scope(cast.acme.tenant_id):
        call = Call.objects.latest("id")
        conversation = Conversation.objects.get(id=call.conversation_id)
        assert (call.state, call.ended_reason, call.phone_id, call.carrier) == ("ended", "hung_up", None, "browser")
        assert conversation.channel == "test"
        assert call.counted_at is not None
    page = alice_client.get(begun["page"]).content.decode()
    assert "how long do I have" in page
    assert "in the browser" in page
    again = on_the_line(cast.acme, {"start": begun["start"]})
    assert (again.closed, again.told, again.sound) == (REFUSED, [], 0), "Its word counts once."


def test_strangers_learn_nothing(cast: Cast, alice_client: Client) -> None:
    start = begin(alice_client, cast.acme).json()["start"]
    for company, said in (
        (cast.other, {"start": start}),
        (cast.acme, {"start": {**start, "token": "x" * 32}}),
        (cast.acme, {"start": {**start, "language": "xx"}}),
        *((cast.acme, each) for each in NOBODY),
    ):
        refused = on_the_line(company, said)
        assert (refused.closed, refused.told, refused.sound) == (REFUSED, [], 0)
    with tenant_scope(cast.acme.tenant_id):
        assert Call.objects.latest("id").state == CallState.RINGING
    assert begin(alice_client, cast.other).status_code == 404
    assert begin(sign_in(cast.bob), cast.acme).status_code in (403, 404)


def test_what_cannot_be_is_said(cast: Cast, alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert begin(alice_client, cast.acme, language="tlh").status_code == 400
    answers = [begin(alice_client, cast.acme).status_code for _ in range(7)]
    assert (answers[0], answers[-1]) == (201, 429)
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "/nowhere")
    missing = begin(alice_client, cast.acme)
    assert missing.status_code == 503
    assert "apt-get install flite" in missing.json()["error"]


def test_only_this_page_may_use_the_microphone_and_opens_a_line(cast: Cast, alice_client: Client) -> None:
    page = alice_client.get("/phone-numbers/try/")
    assert "microphone=(self)" in page["Permissions-Policy"]
    policy = page["Content-Security-Policy"]
    assert "line-worklet" in policy
    assert "ws://testserver" in policy
    assert "'unsafe" not in policy
    other = alice_client.get("/phone-numbers/")
    assert "microphone=()" in other["Permissions-Policy"]
    assert "ws://" not in other["Content-Security-Policy"]
