"""How often addresses that nobody proved may be named and written to: whoever chats may name anybody's.

Addresses are counted by a keyed hash; what is sent, over all companies of this installation.
"""

from uuid import UUID

from rapport.errors import RateLimited
from rapport.ratelimits.buckets import Limit, take
from rapport.ratelimits.callers import hashed_caller

NAMING = Limit("mail_naming", per_minute=1, burst=60)  # minutes of a contact
NAMED = Limit("mail_named", per_minute=1, burst=1440)  # minutes of an address, in a company
SENT = Limit("mail_sent", per_minute=1, burst=1440)  # minutes of an address
NAMING_MINUTES = 10  # that one costs: six an hour
NAMED_MINUTES = 288  # five a day
SENT_MINUTES = 144  # ten a day


def check_naming(*, tenant_id: UUID, contact_id: UUID, address: str) -> None:
    """The contact names this address. Raises RateLimited."""
    take(NAMING, f"contact:{contact_id.hex}", tokens=NAMING_MINUTES)
    take(NAMED, f"{tenant_id.hex}:{hashed_caller(address.casefold())}", tokens=NAMED_MINUTES)


def may_send(address: str) -> bool:
    """Counts it, too."""
    try:
        take(SENT, hashed_caller(address.casefold()), tokens=SENT_MINUTES)
    except RateLimited:
        return False
    return True
