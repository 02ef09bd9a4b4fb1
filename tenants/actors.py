"""Who does something: the `actor` that every service asks for and every audit row names."""

from dataclasses import dataclass
from uuid import UUID

from rapport.ids import Prefix, encode

_PREFIXES = {"user": Prefix.USER, "visitor": Prefix.CONTACT, "agent": Prefix.AGENT, "key": Prefix.API_KEY}


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` is "user", "visitor", "agent", "key" or "system"; `label` is what the audit log stores."""

    kind: str
    id: UUID | None = None

    @property
    def label(self) -> str:
        prefix = _PREFIXES.get(self.kind)
        return f"{self.kind}:{encode(prefix, self.id)}" if prefix and self.id else self.kind


SYSTEM = Actor("system")
KINDS = ("system", *_PREFIXES)


def user_actor(user_id: UUID) -> Actor:
    return Actor("user", user_id)


def key_actor(key_id: UUID) -> Actor:
    return Actor("key", key_id)


def visitor_actor(contact_id: UUID) -> Actor:
    return Actor("visitor", contact_id)


def agent_actor(agent_id: UUID) -> Actor:
    return Actor("agent", agent_id)


def labels_of(text: str) -> tuple[str, bool]:
    """What someone who looks for an actor may write: a label, an id ("usr_…") or a kind. Returns the label, or how it
    begins and True."""
    if text in _PREFIXES:
        return f"{text}:", True
    kind = next((kind for kind, prefix in _PREFIXES.items() if text.startswith(f"{prefix}_")), "")
    return (f"{kind}:{text}" if kind else text), False
