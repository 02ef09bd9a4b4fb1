"""A call whose sound we have is put through by telling its carrier so, where a relay would ask us at its end."""

from uuid import UUID

from agents.channels.phone.calls import Line
from agents.channels.phone.carriers import Redirecting
from agents.channels.phone.transfer_views import dial_document
from agents.channels.phone.transfers import claim_dial, give_dial_back
from rapport import logs
from rapport.errors import RapportError

log = logs.get_logger(__name__)


def redirect_call(line: Line, call_id: UUID, carrier_id: str, carrier: Redirecting) -> bool:
    """Whether the carrier was told to dial; nothing for a call that is not put through. When it was not, its question
    at the end of the stream is answered with the same, so nobody is dialled twice."""
    dial = claim_dial(line, call_id=call_id)
    if dial is None:
        return False
    try:
        carrier.redirect(line.account, carrier_id, dial_document(line, dial))
    except RapportError as error:
        log.warning("call_not_redirected", call_id=str(call_id), reason=error.message)
        give_dial_back(line, dial)
        return False
    return True
