"""A visitor's session token: signed, bound to tenant, agent, contact and widget key. It holds ids and no secret.

It ends after a day and with its key. An older one can still be shown to stay the same visitor.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing

from rapport.errors import NotAuthenticated

LIFETIME = timedelta(hours=24)
RENEWABLE = timedelta(days=30)
_SALT = "agents.channels.chat.tokens"


@dataclass(frozen=True, slots=True)
class VisitorSession:
    """Whose session it is."""

    tenant_id: UUID
    agent_id: UUID
    contact_id: UUID
    key_id: UUID


def make_token(session: VisitorSession) -> tuple[str, datetime]:
    """The token and when it ends."""
    ids = {"t": session.tenant_id, "a": session.agent_id, "c": session.contact_id, "k": session.key_id}
    text = signing.dumps({name: value.hex for name, value in ids.items()}, salt=_SALT)
    return text, datetime.now(UTC) + LIFETIME


def read_token(text: str, *, max_age: timedelta = LIFETIME) -> VisitorSession:
    """Raises NotAuthenticated when the token is forged, too old or of another make."""
    try:
        ids = signing.loads(text, salt=_SALT, max_age=max_age)
        return VisitorSession(*(UUID(hex=ids[name]) for name in ("t", "a", "c", "k")))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise NotAuthenticated("The chat session is over. Open the chat again to go on.") from None
