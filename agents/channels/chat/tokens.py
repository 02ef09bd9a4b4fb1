"""A visitor's session token: signed, bound to tenant, agent, contact and widget key. It holds ids and no secret.

It ends after a day and with its key; an identified visitor's ends with the identity that opened it, and with the secret
that signed it. An older one of an anonymous visitor can still be shown to stay the same visitor.
"""

import time
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
    """Whose session it is. Of an identified visitor: by which secret, and until when (seconds since 1970). `consent`:
    the version of the widget's text that was agreed to."""

    tenant_id: UUID
    agent_id: UUID
    contact_id: UUID
    key_id: UUID
    secret_id: UUID | None = None
    expires_at: int | None = None
    consent: int = 0

    @property
    def is_identified(self) -> bool:
        return self.secret_id is not None

    @property
    def is_over(self) -> bool:
        return self.expires_at is not None and self.expires_at <= time.time()


def make_token(session: VisitorSession) -> tuple[str, datetime]:
    """The token and when it ends."""
    ids = {"t": session.tenant_id, "a": session.agent_id, "c": session.contact_id, "k": session.key_id}
    payload: dict[str, str | int] = {name: value.hex for name, value in ids.items()}
    payload |= {"g": session.consent} if session.consent else {}
    ends = datetime.now(UTC) + LIFETIME
    if session.secret_id is not None and session.expires_at is not None:
        payload |= {"s": session.secret_id.hex, "e": session.expires_at}
        ends = min(ends, datetime.fromtimestamp(session.expires_at, UTC))
    return signing.dumps(payload, salt=_SALT), ends


def read_token(text: str) -> VisitorSession:
    """A session that goes on. Raises NotAuthenticated when the token is forged, too old or of another make."""
    session = read_old_token(text, max_age=LIFETIME)
    if session.is_over:
        raise _over()
    return session


def read_old_token(text: str, *, max_age: timedelta = RENEWABLE) -> VisitorSession:
    """Whose session it was, also when it is over. Raises NotAuthenticated when that cannot be said."""
    try:
        held = signing.loads(text, salt=_SALT, max_age=max_age)
        tenant_id, agent_id, contact_id, key_id = (UUID(hex=held[name]) for name in ("t", "a", "c", "k"))
        secret_id, expires_at = (UUID(hex=held["s"]), int(held["e"])) if "s" in held else (None, None)
        consent = int(held.get("g", 0))
        return VisitorSession(tenant_id, agent_id, contact_id, key_id, secret_id, expires_at, consent)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise _over() from None


def _over() -> NotAuthenticated:
    return NotAuthenticated("The chat session is over. Open the chat again to go on.")
