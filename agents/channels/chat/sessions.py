"""Opening a visitor's session from a publishable key. The key only works where its owner allowed it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.channels.chat.tokens import RENEWABLE, VisitorSession, make_token, read_token
from agents.selectors import AgentView, get_agent, latest_conversation_id
from ingestion.contacts.services import create_visitor, touch_contact
from rapport.errors import NotAuthenticated
from tenants.embeds import read_embed
from tenants.errors import InvalidOrigin, OriginNotAllowed
from tenants.origins import normalise_origin
from tenants.selectors import WidgetKeyView, find_widget_key


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """`conversation_id`: the visitor's newest conversation with this agent, None when there is none."""

    token: str
    expires_at: datetime
    agent: AgentView
    conversation_id: UUID | None


def open_session(*, key: str, embed: str, origin: str, old_token: str) -> OpenedSession:
    """`embed` is the word of the page that framed the chat, `origin` the call's own when there is none.

    `old_token` keeps the visitor whom it names. Raises UnknownWidgetKey, OriginNotAllowed.
    """
    widget_key = find_widget_key(key)
    _check_origin(widget_key, read_embed(embed, key=key) if embed else origin)
    agent = get_agent(tenant_id=widget_key.tenant_id, agent_id=widget_key.agent_id)
    contact_id = _same_visitor(widget_key, old_token) or create_visitor(tenant_id=widget_key.tenant_id)
    token, expires_at = make_token(VisitorSession(widget_key.tenant_id, agent.id, contact_id, widget_key.id))
    conversation_id = latest_conversation_id(tenant_id=widget_key.tenant_id, contact_id=contact_id, agent_id=agent.id)
    return OpenedSession(token, expires_at, agent, conversation_id)


def _check_origin(widget_key: WidgetKeyView, origin: str) -> None:
    try:
        allowed = normalise_origin(origin) in widget_key.allowed_origins
    except InvalidOrigin:
        allowed = False
    if not allowed:
        raise OriginNotAllowed(
            "This chat is not set up for this website. Add its address to the allowed origins on the Widget page.",
            param="key",
        )


def _same_visitor(widget_key: WidgetKeyView, old_token: str) -> UUID | None:
    """The contact of an earlier session of the same company, if it is still there."""
    if not old_token:
        return None
    try:
        session = read_token(old_token, max_age=RENEWABLE)
    except NotAuthenticated:
        return None
    if (session.tenant_id, session.agent_id) != (widget_key.tenant_id, widget_key.agent_id):
        return None
    is_there = touch_contact(tenant_id=session.tenant_id, contact_id=session.contact_id)
    return session.contact_id if is_there else None
