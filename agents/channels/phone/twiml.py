"""What a carrier is answered when a call comes in: TwiML, https://www.twilio.com/docs/voice/twiml. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

CONTENT_TYPE = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Line:
    """`socket_url`: where words go to and come from; `ended_url`: told when that is over."""

    socket_url: str
    ended_url: str
    greeting: str
    language: str
    parameters: Mapping[str, str]


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
            "interruptible": "any",
            "dtmfDetection": "true",
            "applicationReconnect": "true",
            "events": "speaker-events",
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


def nothing_more() -> bytes:
    response = Element("Response")
    SubElement(response, "Hangup")
    return _document(response)


def _document(response: Element) -> bytes:
    document: bytes = tostring(response, encoding="utf-8", xml_declaration=True)
    return document
