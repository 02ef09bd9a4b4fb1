"""Opening a visitor's session from a publishable key. The key only works where its owner allowed it.

Who a visitor is, is known in one way: the tenant's server has signed it. Everybody else is anonymous, and a new contact
for each browser. An identified visitor's session cannot be renewed by itself, only by another signed identity.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from agents.channels.chat.carrying import carry_conversation
from agents.channels.chat.consent import check_consent, record_consent
from agents.channels.chat.proofs import check_proof, new_challenge
from agents.channels.chat.tokens import VisitorSession, make_token, read_old_token
from agents.experiments.choosing import choose_version
from agents.selectors import AgentView, latest_conversation_id
from ingestion.contacts.services import Identity, create_visitor, recognise_contact, touch_contact
from ingestion.incoming.signed import keep_signed_traits
from rapport.errors import NotAuthenticated
from tenants.actors import SYSTEM
from tenants.embeds import read_embed
from tenants.errors import IdentityRequired, InvalidOrigin, OriginNotAllowed
from tenants.identity_tokens import VisitorIdentity, read_identity
from tenants.origins import normalise_origin
from tenants.selectors import WidgetKeyView, find_widget_key


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """`conversation_id`: the visitor's newest conversation with this agent, None when there is none."""

    token: str
    expires_at: datetime
    agent: AgentView
    contact_id: UUID
    is_identified: bool
    conversation_id: UUID | None


def open_session(
    *,
    key: str,
    embed: str,
    origin: str,
    old_token: str,
    identity: str = "",
    carry: bool = False,
    consent: int = 0,
    proof: str = "",
) -> OpenedSession:
    """`embed` is the word of the page that framed the chat, `origin` the call's own when there is none.

    `identity` is the tenant's signed word for who the visitor is; without it `old_token` keeps the anonymous visitor
    whom it names. `carry`: the anonymous conversation under way becomes the identified visitor's. `consent`: the
    version of the widget's text that the visitor agreed to. `proof`: of work, where a new visitor needs one. Raises
    UnknownWidgetKey, OriginNotAllowed, ConsentRequired, InvalidIdentityToken, IdentityExpired, IdentityRequired,
    ProofOfWorkRequired.
    """
    widget_key = _find_key(key, embed=embed, origin=origin)
    check_consent(widget_key, consent)
    old = _earlier(widget_key, old_token)
    if identity:
        session = _identified(widget_key, read_identity(identity, widget_key))
        if carry and old is not None and not old.is_identified:
            carry_conversation(session, from_contact_id=old.contact_id)
    else:
        session = _anonymous(widget_key, old, proof)
    session = replace(session, consent=widget_key.consent.version if widget_key.consent else 0)
    record_consent(widget_key, session.contact_id)
    chosen = choose_version(tenant_id=widget_key.tenant_id, agent_id=widget_key.agent_id, contact_id=session.contact_id)
    token, expires_at = make_token(session)
    newest = latest_conversation_id(
        tenant_id=widget_key.tenant_id, contact_id=session.contact_id, agent_id=widget_key.agent_id
    )
    return OpenedSession(token, expires_at, chosen.agent, session.contact_id, session.is_identified, newest)


def set_challenge(*, key: str, embed: str, origin: str) -> dict[str, Any]:
    """What a new visitor solves first, where the widget asks for it. Raises UnknownWidgetKey, OriginNotAllowed."""
    return new_challenge(_find_key(key, embed=embed, origin=origin))


def _find_key(key: str, *, embed: str, origin: str) -> WidgetKeyView:
    widget_key = find_widget_key(key)
    _check_origin(widget_key, read_embed(embed, key=key) if embed else origin)
    return widget_key


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


def _identified(widget_key: WidgetKeyView, identity: VisitorIdentity) -> VisitorSession:
    contact_id = recognise_contact(
        tenant_id=widget_key.tenant_id,
        identity=Identity(identity.email, identity.phone, identity.external_id),
        name=identity.name,
        is_email_proven=identity.is_email_verified,
        actor=SYSTEM,
    )
    keep_signed_traits(
        tenant_id=widget_key.tenant_id,
        contact_id=contact_id,
        traits=identity.traits,
        company=identity.company,
        at=timezone.now(),
    )
    return VisitorSession(
        widget_key.tenant_id,
        widget_key.agent_id,
        contact_id,
        widget_key.id,
        secret_id=identity.secret_id,
        expires_at=identity.expires_at,
    )


def _anonymous(widget_key: WidgetKeyView, old: VisitorSession | None, proof: str) -> VisitorSession:
    if widget_key.requires_identity:
        raise IdentityRequired("Sign in on this website to chat: the chat is for its customers.", param="identity")
    if old is not None and old.is_identified:
        raise IdentityRequired(
            "This visitor was identified. Identify it again, or leave its token out.", param="identity"
        )
    is_there = old is not None and touch_contact(tenant_id=old.tenant_id, contact_id=old.contact_id)
    if old is not None and is_there:
        contact_id = old.contact_id
    else:
        check_proof(widget_key, proof)
        contact_id = create_visitor(tenant_id=widget_key.tenant_id)
    return VisitorSession(widget_key.tenant_id, widget_key.agent_id, contact_id, widget_key.id)


def _earlier(widget_key: WidgetKeyView, old_token: str) -> VisitorSession | None:
    """The earlier session of this very widget: another one's token, also of the same company, says nothing here."""
    if not old_token:
        return None
    try:
        session = read_old_token(old_token)
    except NotAuthenticated:
        return None
    ours = (widget_key.tenant_id, widget_key.agent_id, widget_key.id)
    return session if (session.tenant_id, session.agent_id, session.key_id) == ours else None
