"""Telnyx' side of the port that places calls: its REST API for TeXML.

The order goes to the TeXML application of the number's, whose answer names the call, and has the fields of
https://developers.telnyx.com/docs/voice/programmable-voice/texml-answering-machine. The pages of the API are below
https://developers.telnyx.com/api-reference/texml-rest-commands.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from agents.channels.phone.carriers import EVENTS, FORM, RING_SECONDS, Account, Order, OutcomeUnknown, ask, call_id_in


@dataclass(frozen=True, slots=True)
class Telnyx:
    base_url: str = "https://api.telnyx.com"

    def place(self, order: Order) -> str:
        """…/create-a-connection-scoped-texml-call"""
        url = f"{self.base_url}/v2/texml/calls/{quote(order.account.application_id, safe='')}"
        content = json.dumps(_told(order)).encode()
        authorization = f"Bearer {order.account.secret}"
        answer = ask(url, authorization=authorization, content_type="application/json", content=content)
        return call_id_in(answer, "call_sid", "sid")

    def redirect(self, account: Account, call_id: str, document: bytes) -> None:
        """…/update-call"""
        which = f"{quote(account.account_id, safe='')}/Calls/{quote(call_id, safe='')}"
        url = f"{self.base_url}/v2/texml/Accounts/{which}"
        content = urlencode({"Texml": document}).encode()
        answer = ask(url, authorization=f"Bearer {account.secret}", content_type=FORM, content=content)
        if answer.status != 200:
            raise OutcomeUnknown(f"The carrier answered with status {answer.status}.")


def _told(order: Order) -> dict[str, str | int | bool]:
    told: dict[str, str | int | bool] = {
        "To": order.callee,
        "From": order.caller,
        "Url": order.voice_url,
        "UrlMethod": "POST",
        "StatusCallback": order.status_url,
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": " ".join(EVENTS),
        "Timeout": RING_SECONDS,
        "TimeLimit": order.most_seconds,
    }
    if order.detection:
        told |= {"MachineDetection": order.detection, "AsyncAmd": True}
        told |= {"AsyncAmdStatusCallback": order.machine_url, "AsyncAmdStatusCallbackMethod": "POST"}
    return told
