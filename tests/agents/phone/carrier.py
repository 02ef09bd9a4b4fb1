"""A carrier as Twilio's documentation describes it: signed webhooks, and one WebSocket for each call."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

from agents.channels.phone.signature import HEADER, sign

WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Called:
    """What the webhook answered: `socket` is where words go, `parameters` what the first frame has to bring."""

    status: int
    document: str = ""
    socket: str = ""
    greeting: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Carrier:
    """`base` is the address of a company's number at the product: `…/phone/ten_…/phn_…`."""

    base: str
    account: str
    secret: str

    def post(self, what: str, *, secret: str = "", **fields: str) -> httpx.Response:
        url, form, headers = self.signed(what, secret=secret, **fields)
        return httpx.post(url, data=form, headers=headers, timeout=WAIT_SECONDS)

    def signed(self, what: str, *, secret: str = "", **fields: str) -> tuple[str, dict[str, str], dict[str, str]]:
        """A webhook's address, form and headers."""
        url = f"{self.base}/{what}"
        form = {"AccountSid": self.account, **fields}
        text = url + "".join(name + value for name, value in sorted(form.items()))
        return url, form, {HEADER: sign(text, secret or self.secret)}

    def call(self, call_id: str, *, caller: str = "+4915112345678", **more: str) -> Called:
        return read_called(self.post("voice", CallSid=call_id, From=caller, CallStatus="ringing", **more))

    @contextmanager
    def line(self, call_id: str, called: Called, **changed: Any) -> Iterator["Line"]:
        """Opened, with its first frame sent. `changed`: other values in it."""
        with open_line(called.socket, self.secret) as socket:
            line = Line(socket)
            line.send(**self.setup(call_id, called, **changed))
            yield line

    def setup(self, call_id: str, called: Called, **changed: Any) -> dict[str, Any]:
        """The first frame."""
        return {
            "type": "setup",
            "sessionId": f"VX{uuid4().hex}",
            "callSid": call_id,
            "accountSid": self.account,
            "customParameters": dict(called.parameters),
            **changed,
        }


def read_called(answer: httpx.Response) -> Called:
    if answer.status_code != 200:
        return Called(answer.status_code)
    relay = ElementTree.fromstring(answer.text).find(".//ConversationRelay")
    if relay is None:
        return Called(200, answer.text)
    parameters = {each.attrib["name"]: each.attrib["value"] for each in relay.iter("Parameter")}
    return Called(200, answer.text, relay.attrib["url"], relay.attrib.get("welcomeGreeting", ""), parameters)


@contextmanager
def open_line(url: str, secret: str) -> Iterator[ClientConnection]:
    headers = {HEADER: sign(url, secret)} if secret else {}
    with connect(url, additional_headers=headers, open_timeout=WAIT_SECONDS) as socket:
        yield socket


def prompt(text: str, *, last: bool = True) -> dict[str, Any]:
    return {"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": last}


@dataclass(frozen=True)
class Line:
    socket: ClientConnection

    def send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def say(self, text: str, *, last: bool = True) -> None:
        self.send(**prompt(text, last=last))

    def next(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.socket.recv(WAIT_SECONDS))
        return found

    def answer(self) -> list[str]:
        """The tokens of one answer, to its last."""
        tokens: list[str] = []
        while True:
            frame = self.next()
            assert frame["type"] == "text", frame
            tokens.append(frame["token"])
            if frame["last"]:
                return tokens
