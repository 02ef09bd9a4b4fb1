"""The port to a carrier that places calls, and Twilio's side of it; Telnyx' is in `telnyx_calls`.

Placing has three ends, and whoever places must tell them apart: the carrier took the call; it certainly did not
(CarrierBusy: later perhaps, CarrierRefused: never so); or nobody knows (OutcomeUnknown), and then it is never tried
again, because somebody's telephone may be ringing.
"""

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from urllib.parse import quote, urlencode

import httpx

from rapport.errors import RapportError, Unavailable
from rapport.outbound import Limits, OutboundClient, Response
from rapport.outbound.errors import AddressRefused, UnsupportedUrl

SECONDS = 15.0
RING_SECONDS = 40
LONGEST_ID = 64
EVENTS = ("initiated", "ringing", "answered", "completed")  # of which a carrier tells
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Account:
    """A company's, at its carrier. `secret`: what the carrier's API is asked with; `application_id`: by what calls
    are placed there, where the carrier wants that named."""

    account_id: str
    secret: str
    carrier: str = "twilio"
    application_id: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """`voice_url` is asked when somebody answers, `status_url` told how the call stands. `detection`: whether the
    carrier listens for a mailbox ("Enable", or to its end "DetectMessageEnd"), and tells `machine_url`, while the call
    goes on; "": it does not."""

    account: Account
    caller: str
    callee: str
    voice_url: str
    status_url: str
    most_seconds: int
    detection: str = ""
    machine_url: str = ""


class CarrierBusy(Unavailable):
    """The call was not placed: the carrier could not be reached, or takes no more now."""

    code = "carrier_busy"


class CarrierRefused(RapportError):
    """The call was not placed, and would not be if it were asked again."""

    code = "carrier_refused"


class OutcomeUnknown(RapportError):
    """The carrier was asked, and whether it placed the call is not known."""

    code = "call_outcome_unknown"


class Carrier(Protocol):
    def place(self, order: Order) -> str:
        """The carrier's id of the call. Raises CarrierBusy, CarrierRefused, OutcomeUnknown."""
        ...


class Redirecting(Protocol):
    """What a carrier can do with a call that is under way."""

    def redirect(self, account: Account, call_id: str, document: bytes) -> None:
        """The call goes on with this document, whatever it does now. `call_id` is the carrier's. Raises as `place`."""
        ...


@dataclass(frozen=True, slots=True)
class Twilio:
    """https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource"""

    base_url: str = "https://api.twilio.com"

    def place(self, order: Order) -> str:
        answer = self._ask(order.account, "Calls.json", _form(order))
        return call_id_in(answer, "sid")

    def redirect(self, account: Account, call_id: str, document: bytes) -> None:
        """https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource"""
        answer = self._ask(account, f"Calls/{quote(call_id, safe='')}.json", urlencode({"Twiml": document}).encode())
        if answer.status != 200:
            raise OutcomeUnknown(f"The carrier answered with status {answer.status}.")

    def _ask(self, account: Account, path: str, form: bytes) -> Response:
        url = f"{self.base_url}/2010-04-01/Accounts/{account.account_id}/{path}"
        word = b64encode(f"{account.account_id}:{account.secret}".encode()).decode()
        return ask(url, authorization=f"Basic {word}", content_type=FORM, content=form)


def ask(url: str, *, authorization: str, content_type: str, content: bytes) -> Response:
    """A POST to a carrier's API. Raises as `place`."""
    headers = {"authorization": authorization, "content-type": content_type}
    try:
        answer = _client().fetch(url, method="POST", headers=headers, content=content, follows=False)
    except RapportError as error:
        if isinstance(error.__cause__, (httpx.ConnectError, httpx.ConnectTimeout, OSError)):  # nothing was said yet
            raise CarrierBusy("The carrier cannot be reached.") from error
        if isinstance(error, (AddressRefused, UnsupportedUrl)):
            raise CarrierRefused("The carrier's address is none that may be called.") from error
        raise OutcomeUnknown("The carrier did not say whether it placed the call.") from error
    if answer.status == 429:
        raise CarrierBusy("The carrier takes no more calls now.")
    if 400 <= answer.status < 500:
        raise CarrierRefused(f"The carrier refused the call with status {answer.status}.")
    return answer


def call_id_in(answer: Response, *names: str) -> str:
    """The first of these that the answer to an order has. Raises OutcomeUnknown where it has none."""
    try:
        told = json.loads(answer.content) if answer.status in (200, 201) else {}
        found = next((told[name] for name in names if told.get(name)), None)
    except (ValueError, AttributeError):
        found = None
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        raise OutcomeUnknown(f"The carrier answered with status {answer.status}, and named no call.")
    return found


def _form(order: Order) -> bytes:
    return urlencode(
        [
            ("To", order.callee),
            ("From", order.caller),
            ("Url", order.voice_url),
            ("StatusCallback", order.status_url),
            *(("StatusCallbackEvent", each) for each in EVENTS),
            ("Timeout", str(RING_SECONDS)),
            ("TimeLimit", str(order.most_seconds)),
            *_listening(order),
        ]
    ).encode()


def _listening(order: Order) -> list[tuple[str, str]]:
    """https://www.twilio.com/docs/voice/answering-machine-detection"""
    if not order.detection:
        return []
    url = order.machine_url
    return [("MachineDetection", order.detection), ("AsyncAmd", "true"), ("AsyncAmdStatusCallback", url)]


@cache
def _client() -> OutboundClient:
    return OutboundClient(
        limits=Limits(connect_seconds=5, read_seconds=SECONDS, total_seconds=SECONDS, max_bytes=65536)
    )
