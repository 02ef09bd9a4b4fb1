"""All carriers as one: a call is placed, and goes on, at its own account's."""

from typing import Protocol

from agents.channels.phone.carriers import Account, Carrier, Order, Redirecting, Twilio
from agents.channels.phone.telnyx_calls import Telnyx
from agents.models import PhoneCarrier


class _Both(Carrier, Redirecting, Protocol):
    pass


class Switchboard:
    """A carrier itself."""

    def place(self, order: Order) -> str:
        return _carrier_of(order.account).place(order)

    def redirect(self, account: Account, call_id: str, document: bytes) -> None:
        _carrier_of(account).redirect(account, call_id, document)


def _carrier_of(account: Account) -> _Both:
    return Telnyx() if account.carrier == PhoneCarrier.TELNYX else Twilio()
