"""A carrier as Telnyx's documentation describes it: forms signed with Ed25519 over time and body, and one WebSocket
for each call, whose upgrade is not signed."""

import base64
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from xml.etree import ElementTree

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agents.channels.phone.telnyx import SIGNATURE, TIME
from tests.agents.phone.carrier import WAIT_SECONDS, Called, Line, open_line

ACCOUNT = "1f1a8b6f-1234-4abc-9def-1234567890ab"


def key_of(seed: int) -> Ed25519PrivateKey:
    """The same for the same seed, so that processes agree on it."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public_of(key: Ed25519PrivateKey) -> str:
    """As Mission Control shows it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def new_call() -> str:
    return f"v3:{uuid4().hex}{uuid4().hex[:20]}-Q"


@dataclass(frozen=True)
class Webhook:
    """A form, and what it is signed with."""

    body: bytes
    headers: Mapping[str, str]


def sealed(body: bytes, key: Ed25519PrivateKey, at: float) -> Webhook:
    """`at`: in seconds since 1970."""
    told = str(int(at))
    signature = key.sign(told.encode() + b"|" + body)
    return Webhook(body, {SIGNATURE: base64.b64encode(signature).decode(), TIME: told})


@dataclass(frozen=True)
class TelnyxCarrier:
    """`base` is the address of a company's number at the product, `number` what is called."""

    base: str
    number: str
    key: Ed25519PrivateKey = field(default_factory=lambda: key_of(1))
    account: str = ACCOUNT

    def webhook(self, *, key: Ed25519PrivateKey | None = None, at: float = 0, **fields: Any) -> Webhook:
        """`at`: seconds from now at which it is signed."""
        body = urlencode({"AccountSid": self.account, "To": self.number, **fields}).encode()
        return sealed(body, key or self.key, time.time() + at)

    def send(self, what: str, webhook: Webhook) -> httpx.Response:
        headers = {**webhook.headers, "content-type": "application/x-www-form-urlencoded"}
        return httpx.post(f"{self.base}/{what}", content=webhook.body, headers=headers, timeout=WAIT_SECONDS)

    def post(self, what: str, **fields: Any) -> httpx.Response:
        """Each of its own: Telnyx numbers what it tells of a call."""
        return self.send(what, self.webhook(SequenceNumber=uuid4().hex, **fields))

    def call(self, call_id: str, *, caller: str = "+4915112345678", **more: str) -> Called:
        answer = self.post("voice", CallSid=call_id, From=caller, CallStatus="ringing", **more)
        if answer.status_code != 200:
            return Called(answer.status_code)
        relay = ElementTree.fromstring(answer.text).find(".//ConversationRelay")
        if relay is None:
            return Called(200, answer.text)
        parameters = {each.attrib["name"]: each.attrib["value"] for each in relay.iter("Parameter")}
        return Called(200, answer.text, relay.attrib["url"], relay.attrib.get("welcomeGreeting", ""), parameters)

    @contextmanager
    def line(self, call_id: str, called: Called, **changed: Any) -> Iterator[Line]:
        """Opened, with its first frame sent. `changed`: other values in it."""
        with open_line(called.socket, "") as socket:
            line = Line(socket)
            line.send(
                type="setup",
                **{
                    "sessionId": str(uuid4()),
                    "callSid": call_id,
                    "callControlId": call_id,
                    "accountSid": self.account,
                    "direction": "inbound",
                    "callStatus": "active",
                    "customParameters": dict(called.parameters),
                    **changed,
                },
            )
            yield line
