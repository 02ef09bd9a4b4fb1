"""A visitor agrees to the widget's text before a session is opened: without it nothing of them is made or kept.

A session holds the version that was agreed to. Another wording ends it, and the text is shown anew.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.errors import ConsentRequired
from agents.models import ChatConsent
from rapport.ids import Prefix, encode
from tenants.actors import visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.selectors import WidgetKeyView


@dataclass(frozen=True, slots=True)
class ConsentView:
    version: int
    text: str
    link: str
    agreed_at: datetime


def check_consent(widget_key: WidgetKeyView, version: int) -> None:
    """Raises ConsentRequired unless it is the version of today; nothing where the company asks for nothing."""
    if widget_key.consent is not None and version != widget_key.consent.version:
        raise ConsentRequired("The visitor has to agree to the widget's text first.", param="consent")


def record_consent(widget_key: WidgetKeyView, contact_id: UUID) -> None:
    """The contact agreed to the text of today; once for each version."""
    if widget_key.consent is None:
        return
    asked = widget_key.consent
    with tenant_scope(widget_key.tenant_id):
        _, is_new = ChatConsent.objects.get_or_create(
            contact_id=contact_id,
            widget_key_id=widget_key.id,
            version=asked.version,
            defaults={"text": asked.text, "link": asked.link},
        )
        if is_new:
            record_audit(
                actor=visitor_actor(contact_id),
                action="contact.consented",
                subject=encode(Prefix.CONTACT, contact_id),
                details={"widget": encode(Prefix.WIDGET_KEY, widget_key.id), "version": asked.version},
            )


def list_consents(*, tenant_id: UUID, contact_id: UUID) -> list[ConsentView]:
    """What the contact agreed to, the latest first."""
    with tenant_scope(tenant_id):
        rows = ChatConsent.objects.filter(contact_id=contact_id).order_by("-agreed_at")
        return [ConsentView(row.version, row.text, row.link, row.agreed_at) for row in rows[:20]]
