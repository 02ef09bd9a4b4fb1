"""SIP's messages (RFC 3261) and SDP's offers (RFC 4566), as far as a call of plain telephone sound needs them. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LONGEST = 16 * 1024
REASONS = {
    100: "Trying",
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
}
METHODS = "INVITE, ACK, BYE, CANCEL, OPTIONS"
_SHORT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "l": "content-length",
    "m": "contact",
    "c": "content-type",
}
_START = re.compile(r"(?:(?P<method>[A-Z]+) (?P<uri>\S+) SIP/2\.0|SIP/2\.0 (?P<status>\d{3})(?: .*)?)")
_USER = re.compile(r"<?sips?:([^@;>]*)@")
_TARGET = re.compile(r"<?(sips?:[^>\s]+)>?")


class Unreadable(ValueError):
    """No SIP, or no offer that can be taken."""


@dataclass(frozen=True, slots=True)
class Message:
    """`headers` in their order, names in lower case and never short. Requests have a `method`, responses a `status`."""

    headers: tuple[tuple[str, str], ...]
    body: str = ""
    method: str = ""
    uri: str = ""
    status: int = 0

    def get(self, name: str) -> str:
        return next((value for each, value in self.headers if each == name), "")

    def all(self, name: str) -> Iterator[str]:
        return (value for each, value in self.headers if each == name)

    @property
    def call_id(self) -> str:
        return self.get("call-id")

    @property
    def sequence(self) -> tuple[int, str]:
        number, _, method = self.get("cseq").partition(" ")
        return (int(number) if number.isdigit() else 0), method.strip()

    @property
    def target(self) -> str:
        """Where requests of this call go: the contact's address."""
        found = _TARGET.search(self.get("contact"))
        return found[1] if found else ""


def read_message(data: bytes) -> Message:
    """Raises Unreadable."""
    try:
        head, _, body = data.decode().partition("\r\n\r\n")
    except UnicodeDecodeError:
        raise Unreadable("no text") from None
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    found = _START.fullmatch(start.strip())
    if found is None:
        raise Unreadable("no start line")
    headers = tuple(_header(line) for line in lines if ":" in line)
    message = Message(headers, body, found["method"] or "", found["uri"] or "", int(found["status"] or 0))
    if not all(message.get(name) for name in ("via", "from", "to", "call-id", "cseq")):
        raise Unreadable("a header is missing")
    return message


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    name = name.strip().lower()
    return _SHORT.get(name, name), value.strip()


def write_request(method: str, uri: str, headers: Mapping[str, str], body: str = "") -> bytes:
    return _write(f"{method} {uri} SIP/2.0", headers.items(), body)


def write_response(request: Message, status: int, *, tag: str = "", body: str = "", contact: str = "") -> bytes:
    """The transaction's headers come back as they came, with our tag in "To"."""
    to = request.get("to")
    headers = [("Via", via) for via in request.all("via")]
    headers += [
        ("From", request.get("from")),
        ("To", to if not tag or ";tag=" in to else f"{to};tag={tag}"),
        ("Call-ID", request.call_id),
        ("CSeq", request.get("cseq")),
        ("Allow", METHODS),
    ]
    if contact:
        headers.append(("Contact", f"<{contact}>"))
    return _write(f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}", headers, body)


def _write(start: str, headers: object, body: str) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers)]  # type: ignore[attr-defined]
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]).encode()


def user_of(address: str) -> str:
    """Of "sip:+4930123@127.0.0.1" or "<sip:…>;tag=…"; "" where there is none."""
    found = _USER.search(address)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """Where sound goes; `events`: the payload type of pressed keys (RFC 4733), None where they are not sent."""

    host: str
    port: int
    events: int | None = field(default=None)


def read_sdp(body: str) -> Offer:
    """Raises Unreadable where there is no µ-law."""
    host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    media = re.search(r"^m=audio (\d{1,5}) RTP/AVP ([\d ]+)", body, re.MULTILINE)
    if host is None or media is None or "0" not in media[2].split() or not 0 < int(media[1]) < 65536:
        raise Unreadable("µ-law is not offered")
    events = re.search(r"^a=rtpmap:(\d{2,3}) telephone-event/8000", body, re.MULTILINE)
    return Offer(host[1], int(media[1]), int(events[1]) if events else None)


def write_sdp(host: str, port: int, events: int | None) -> str:
    kinds = "0" if events is None else f"0 {events}"
    lines = [
        "v=0",
        f"o=rapport 1 1 IN IP4 {host}",
        "s=call",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {kinds}",
    ]
    lines += ["a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv"]
    if events is not None:
        lines += [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-15"]
    return "\r\n".join([*lines, ""])
