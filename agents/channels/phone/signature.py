"""Whether a request comes from the carrier's account: Twilio's signature over its address and form. Pure.

https://www.twilio.com/docs/usage/security: base64 of an HMAC of the address, followed by each field of the form and its
value, sorted by name. SHA-1 unless the settings header says SHA-256. The address is the one that the carrier was told,
made from our own configuration: what a proxy says of it is never believed. Some clients sign the address with its port.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


def is_signed(url: str, form: Iterable[tuple[str, str]], headers: Mapping[str, str], secret: str) -> bool:
    """`form`: the fields of a POST, none for a WebSocket. Compares in constant time."""
    given = headers.get(HEADER, "")
    algorithm = _algorithm(headers.get(SETTINGS_HEADER, ""))
    if not given or not secret or algorithm is None:
        return False
    fields = "".join(name + value for name, value in sorted(set(form)))
    expected = [sign(address + fields, secret, algorithm) for address in _spellings(url)]
    return any([hmac.compare_digest(each.encode(), given.encode()) for each in expected])  # noqa: C419  all of them


def sign(text: str, secret: str, algorithm: str = "sha1") -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), algorithm).digest()).decode()


def _algorithm(settings: str) -> str | None:
    """Of "key=…,algorithm=HMAC_SHA256"; None for one that nobody knows."""
    wanted = dict(each.strip().partition("=")[::2] for each in settings.split(",")).get("algorithm", "HMAC_SHA1")
    name = wanted.removeprefix("HMAC_").replace("-", "").lower()
    return name if name in {"sha1", "sha256"} and name in hashlib.algorithms_guaranteed else None


def _spellings(url: str) -> Iterator[str]:
    """As it was given, and with or without the port that its scheme has anyway."""
    yield url
    parts = urlsplit(url)
    usual = _PORTS.get(parts.scheme)
    if parts.port is None and parts.hostname and usual:
        yield urlunsplit(parts._replace(netloc=f"{parts.netloc}:{usual}"))
    elif parts.port == usual:
        yield urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))
