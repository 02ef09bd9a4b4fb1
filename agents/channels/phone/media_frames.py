"""Media Streams' frames: a carrier's raw sound over a WebSocket, and what it is told. Pure.

https://www.twilio.com/docs/voice/media-streams/websocket-messages. Numbers come as texts; others who speak it send
chunks out of order. What is not understood is None.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.channels.phone.audio.transport import Key, Reached
from agents.channels.phone.frames import Setup, read_object

Frame = dict[str, object]
MULAW = "audio/x-mulaw"


@dataclass(frozen=True, slots=True)
class Chunk:
    """`number` counts from 1."""

    number: int
    mulaw: bytes


@dataclass(frozen=True, slots=True)
class Stopped:
    """The call is over, or the carrier brings no more sound."""


Told = Setup | Chunk | Key | Reached | Stopped


def read_media_frame(text: str) -> Told | None:
    if (told := read_object(text)) is None:
        return None
    event = told.get("event")
    reader = _READERS.get(event) if isinstance(event, str) else None
    part = told.get(event) if isinstance(event, str) and reader else None
    return reader(part if isinstance(part, dict) else {}) if reader else None


def sound_frame(stream: str, mulaw: bytes) -> Frame:
    return {"event": "media", "streamSid": stream, "media": {"payload": base64.b64encode(mulaw).decode()}}


def mark_frame(stream: str, name: str) -> Frame:
    return {"event": "mark", "streamSid": stream, "mark": {"name": name}}


def clear_frame(stream: str) -> Frame:
    return {"event": "clear", "streamSid": stream}


def _started(part: Mapping[str, Any]) -> Setup | None:
    """The stream's id is the session's. None for sound that is not the telephone's."""
    sound, given = part.get("mediaFormat"), part.get("customParameters")
    if isinstance(sound, dict) and (
        sound.get("encoding", MULAW) != MULAW or _number(sound.get("sampleRate", 8000)) != 8000
    ):
        return None
    parameters = {str(name): _text(value) for name, value in given.items()} if isinstance(given, dict) else {}
    return Setup(_text(part.get("streamSid")), _text(part.get("callSid")), _text(part.get("accountSid")), parameters)


def _chunk(part: Mapping[str, Any]) -> Chunk | None:
    """None also for what is sent to the caller, where both are told of."""
    if part.get("track", "inbound") not in ("inbound", "inbound_track"):
        return None
    try:
        return Chunk(_number(part.get("chunk")), base64.b64decode(_text(part.get("payload")), validate=True))
    except binascii.Error:
        return None


def _key(part: Mapping[str, Any]) -> Key | None:
    digit = _text(part.get("digit"))[:1]
    return Key(digit) if digit else None


_READERS: dict[str, Callable[[Mapping[str, Any]], Told | None]] = {
    "start": _started,
    "media": _chunk,
    "dtmf": _key,
    "mark": lambda part: Reached(_text(part.get("name"))),
    "stop": lambda _: Stopped(),
}


def _text(value: object) -> str:
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _number(value: Any) -> int:
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0
