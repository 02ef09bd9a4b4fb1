"""What a carrier is answered when a call comes in: TwiML, https://www.twilio.com/docs/voice/twiml. Pure.

Telnyx reads the same words and calls them TeXML, but knows fewer of them:
https://developers.telnyx.com/docs/voice/programmable-voice/texml-verbs/conversationrelay
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

CONTENT_TYPE = "text/xml; charset=utf-8"
TELNYX_RELAY: Mapping[str, str] = {"interruptible": "any", "dtmfDetection": "true"}
TWILIO_RELAY: Mapping[str, str] = {**TELNYX_RELAY, "applicationReconnect": "true", "events": "speaker-events"}


@dataclass(frozen=True, slots=True)
class Line:
    """`socket_url`: where words go to and come from; `ended_url`: told when that is over; `more`: how this carrier's
    relay is asked to do it."""

    socket_url: str
    ended_url: str
    greeting: str
    language: str
    parameters: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=lambda: TWILIO_RELAY)


def connect(line: Line) -> bytes:
    response = Element("Response")
    outer = SubElement(response, "Connect", {"action": line.ended_url})
    relay = SubElement(
        outer,
        "ConversationRelay",
        {
            "url": line.socket_url,
            "language": line.language,
            **({"welcomeGreeting": line.greeting} if line.greeting else {}),
            **line.more,
        },
    )
    for name, value in line.parameters.items():
        SubElement(relay, "Parameter", {"name": name, "value": value})
    return _document(response)


def stream(line: Line) -> bytes:
    """The call's sound itself, both ways. Its address has no query, which carriers drop."""
    response = Element("Response")
    outer = SubElement(response, "Connect", {"action": line.ended_url})
    inner = SubElement(outer, "Stream", {"url": line.socket_url})
    for name, value in line.parameters.items():
        SubElement(inner, "Parameter", {"name": name, "value": value})
    return _document(response)


def refuse(sentence: str, language: str) -> bytes:
    """Says why nobody answers, and hangs up."""
    response = Element("Response")
    SubElement(response, "Say", {"language": language}).text = sentence
    SubElement(response, "Hangup")
    return _document(response)


@dataclass(frozen=True, slots=True)
class Dialled:
    """`callee` is called for the caller, who hears it ring. `ended_url`: asked what follows when that is over;
    `leg_url`: told how the callee's side stands; `whisper_url`: asked what the callee hears first, "" for nothing."""

    caller_id: str
    callee: str
    ring_seconds: int
    most_seconds: int
    ended_url: str
    leg_url: str
    whisper_url: str = ""


def dial(dialled: Dialled) -> bytes:
    """https://www.twilio.com/docs/voice/twiml/dial"""
    response = Element("Response")
    seconds = {"timeout": str(dialled.ring_seconds), "timeLimit": str(dialled.most_seconds)}
    outer = SubElement(
        response, "Dial", {"action": dialled.ended_url, "method": "POST", "callerId": dialled.caller_id, **seconds}
    )
    told = {"statusCallback": dialled.leg_url, "statusCallbackEvent": "initiated ringing answered completed"}
    whisper = {"url": dialled.whisper_url} if dialled.whisper_url else {}
    SubElement(outer, "Number", told | whisper).text = dialled.callee
    return _document(response)


def ask_for_key(sentences: list[str], language: str, *, taken_url: str) -> bytes:
    """Says it twice and waits for a key, which `taken_url` is told of; without one it hangs up."""
    response = Element("Response")
    gather = SubElement(response, "Gather", {"numDigits": "1", "action": taken_url, "timeout": "6"})
    for sentence in (*sentences, *sentences):
        SubElement(gather, "Say", {"language": language}).text = sentence
        SubElement(gather, "Pause", {"length": "1"})
    SubElement(response, "Hangup")
    return _document(response)


def go_on() -> bytes:
    """Nothing to say: what was under way goes on."""
    return _document(Element("Response"))


def nothing_more() -> bytes:
    response = Element("Response")
    SubElement(response, "Hangup")
    return _document(response)


def _document(response: Element) -> bytes:
    document: bytes = tostring(response, encoding="utf-8", xml_declaration=True)
    return document
