"""ConversationRelay's frames: what a carrier says over the line's WebSocket, and what it is told. Pure.

https://www.twilio.com/docs/voice/conversationrelay/websocket-messages; Telnyx speaks the same. What is not understood
is None: carriers add kinds of frames, and a call must not end of one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Frame = dict[str, object]
LONGEST_PROMPT = 4000  # characters of one thing said


@dataclass(frozen=True, slots=True)
class Setup:
    """The first frame. `parameters` are those of our own answer to the call."""

    session_id: str
    call_id: str
    account_id: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the caller said. One that is not `is_last` is only the beginning of it."""

    text: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The caller began to speak: `heard` is what was played by then."""

    heard: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class Digit:
    digit: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The carrier could not make sense of a frame of ours, or cannot go on."""

    description: str


@dataclass(frozen=True, slots=True)
class Speaking:
    """Somebody began to speak, or stopped. Carriers say so when they are asked to; no page of theirs says in which
    words, so that whatever else comes under these names is nothing."""

    is_caller: bool
    is_on: bool


Heard = Setup | Prompt | Interrupt | Digit | Trouble | Speaking


def read_frame(text: str) -> Heard | None:
    """None for what is no frame, or of a kind that does not matter here."""
    if (told := read_object(text)) is None:
        return None
    kind = told.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    return reader(told) if reader else None


def read_object(text: str) -> dict[str, Any] | None:
    """What a line says as JSON; None for what is no object."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def say(token: str, *, is_last: bool = False) -> Frame:
    return {"type": "text", "token": token, "last": is_last}


def hang_up(reason: str, **more: str) -> Frame:
    """Ends the line; the address in the call's answer is told the reason."""
    return {"type": "end", "handoffData": json.dumps({"reason": reason, **more})}


def _setup(told: Mapping[str, Any]) -> Setup:
    given = told.get("customParameters")
    parameters = {str(name): _text(value) for name, value in given.items()} if isinstance(given, dict) else {}
    return Setup(_text(told.get("sessionId")), _text(told.get("callSid")), _text(told.get("accountSid")), parameters)


def _prompt(told: Mapping[str, Any]) -> Prompt:
    return Prompt(_text(told.get("voicePrompt"))[:LONGEST_PROMPT].strip(), told.get("last", True) is not False)


def _interrupt(told: Mapping[str, Any]) -> Interrupt:
    return Interrupt(_text(told.get("utteranceUntilInterrupt")), _number(told.get("durationUntilInterruptMs")))


_SPEAKERS = {"clientspeaking": True, "agentspeaking": False}
_SPEAKS = {"on": True, "start": True, "started": True, "off": False, "stop": False, "end": False, "stopped": False}


def _info(told: Mapping[str, Any]) -> Speaking | None:
    who, what = _SPEAKERS.get(_text(told.get("name")).lower()), _SPEAKS.get(_text(told.get("value")).lower())
    return None if who is None or what is None else Speaking(who, what)


_READERS: dict[str, Callable[[Mapping[str, Any]], Heard | None]] = {
    "info": _info,
    "setup": _setup,
    "prompt": _prompt,
    "interrupt": _interrupt,
    "dtmf": lambda told: Digit(_text(told.get("digit"))[:1]),
    "error": lambda told: Trouble(_text(told.get("description"))[:300]),
}


def _text(value: object) -> str:
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _number(value: Any) -> int:
    """Twilio's examples write it as a text, others as a number."""
    try:
        return max(0, int(float(value)))
    except (TypeError, ValueError, OverflowError):
        return 0
