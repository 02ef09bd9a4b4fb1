"""Media Streams at the running product: a carrier that brings sound is checked as one that brings words, and with the
built-in speech it is understood and answered."""

import asyncio
import base64
import importlib.util
import json
import shutil
import xml.etree.ElementTree as ElementTree
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.flite import Flite
from rapport.ids import Prefix, encode
from tests.agents.live.conftest import Company
from tests.agents.live.prepared import ACCOUNT, SECRET
from tests.agents.live.test_phone import new_number
from tests.agents.phone.carrier import Carrier, Line, open_line

needs_speech = pytest.mark.skipif(
    shutil.which("flite") is None or importlib.util.find_spec("pocketsphinx") is None,
    reason="flite or PocketSphinx is not installed (bash infra/speech.sh)",
)


def carrier_of(company: Company) -> Carrier:
    tenant = encode(Prefix.TENANT, UUID(company.tenant_id))
    return Carrier(f"{company.url}/phone/{tenant}/{company.phones['days-3']}", ACCOUNT, SECRET)


def called(carrier: Carrier, call_id: str) -> tuple[str, dict[str, str]]:
    answer = carrier.post("stream", CallSid=call_id, From=new_number(), CallStatus="ringing")
    assert answer.status_code == 200
    stream = ElementTree.fromstring(answer.text).find(".//Stream")
    assert stream is not None, answer.text
    assert "?" not in stream.attrib["url"]
    return stream.attrib["url"], {each.attrib["name"]: each.attrib["value"] for each in stream.iter("Parameter")}


def start(call_id: str, parameters: dict[str, str], **changed: Any) -> dict[str, Any]:
    sound = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    told = {"accountSid": ACCOUNT, "callSid": call_id, "streamSid": f"MZ{uuid4().hex}", "mediaFormat": sound}
    return {"start": {**told, "customParameters": parameters, **changed}, "sequenceNumber": "1"}


def test_only_the_carrier_s_account_brings_sound(acme: Company) -> None:
    carrier = carrier_of(acme)
    url = carrier.base.replace("http", "ws", 1) + "/media"
    for secret in ("", "another-secret-0123456789"):
        with pytest.raises(InvalidStatus) as refused, open_line(url, secret):
            pass
        assert refused.value.response.status_code == 403
    assert carrier.post("stream", secret="x" * 20, CallSid="CA1", From="+491").status_code == 404
    assert carrier.post("stream", CallSid="CA1", AccountSid="AC9", From="+491").status_code == 404


@needs_speech
@pytest.mark.parametrize(
    "changed",
    [
        {"customParameters": {}},
        {"customParameters": {"token": "guessed"}},
        {"accountSid": "AC" + "1" * 32},
        {"callSid": "CA" + "0" * 32},
    ],
)
def test_sound_that_is_not_the_call_s_is_closed(acme: Company, changed: dict[str, Any]) -> None:
    carrier, call_id = carrier_of(acme), f"CA{uuid4().hex}"
    url, parameters = called(carrier, call_id)
    with open_line(url, SECRET) as socket:
        Line(socket).send(event="start", **start(call_id, parameters, **changed))
        with pytest.raises(ConnectionClosed):
            socket.recv(10)


@pytest.mark.slow
@needs_speech
def test_a_question_that_is_spoken_is_answered_in_sound(acme: Company) -> None:
    carrier, call_id = carrier_of(acme), f"CA{uuid4().hex}"
    url, parameters = called(carrier, call_id)
    question = asyncio.run(Flite("kal16").speak("How long does delivery take?"))
    with open_line(url, SECRET) as socket:
        line = Line(socket)
        line.send(event="connected", protocol="Call", version="1.0.0")
        begun = start(call_id, parameters)
        line.send(event="start", **begun)
        stream = begun["start"]["streamSid"]
        greeting = sound_of(line, stream)
        assert len(greeting) > 8000, "it is greeted"
        for chunk, at in enumerate(range(0, len(question) + 16000, mulaw.FRAME_BYTES), 1):
            frame = (question[at : at + mulaw.FRAME_BYTES] or mulaw.SILENCE).ljust(mulaw.FRAME_BYTES, b"\xff")
            told = {"track": "inbound", "chunk": str(chunk), "payload": base64.b64encode(frame).decode()}
            line.send(event="media", streamSid=stream, media=told)
        assert len(sound_of(line, stream)) > 8000, "it is answered"
        line.send(event="stop", streamSid=stream, stop={"callSid": call_id})
    found = acme.get("/v1/calls?limit=1")["data"][0]
    said = acme.get(f"/v1/conversations/{found['conversation_id']}/messages")["data"]
    assert "delivery take" in said[0]["text"]
    assert "3 days" in said[1]["text"]


def sound_of(line: Line, stream: str) -> bytes:
    """Up to a second of nothing; each mark is said to be reached."""
    sound = b""
    while True:
        try:
            told = json.loads(line.socket.recv(1.5 if sound else 30))
        except TimeoutError:
            return sound
        if told["event"] == "media":
            frame = base64.b64decode(told["media"]["payload"])
            assert len(frame) == mulaw.FRAME_BYTES
            sound += frame
        elif told["event"] == "mark":
            line.send(event="mark", streamSid=stream, mark=told["mark"])
