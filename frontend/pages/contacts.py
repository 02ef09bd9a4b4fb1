"""Contacts: who wrote, and what is remembered of each, with the sentence that it came from."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from agents.selectors import list_conversations, list_facts
from frontend.page import Visit, asked_id, page
from ingestion.contacts.selectors import get_contact, list_contacts
from rapport.ids import Prefix
from tenants.permissions import Permission

PAGE_SIZE = 50


@require_safe
@page(Permission.CONTACTS_READ)
def show_contacts(visit: Visit) -> HttpResponse:
    text = visit.request.GET.get("before", "")
    before = asked_id(Prefix.CONTACT, text) if text else None
    rows = list_contacts(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before)
    context = {
        "section": "contacts",
        "contacts": rows[:PAGE_SIZE],
        "has_more": len(rows) > PAGE_SIZE,
        "is_first": before is None,
    }
    return visit.render("pages/contacts/index.html", context)


@require_safe
@page(Permission.CONTACTS_READ)
def show_contact(visit: Visit, contact: str) -> HttpResponse:
    contact_id = asked_id(Prefix.CONTACT, contact)
    found = get_contact(tenant_id=visit.tenant_id, contact_id=contact_id)
    facts = list_facts(tenant_id=visit.tenant_id, contact_id=contact_id)
    sees_talk = visit.may(Permission.CONVERSATIONS_READ)
    return visit.render(
        "pages/contacts/one.html",
        {
            "section": "contacts",
            "contact": found,
            "current": [fact for fact in facts if fact.is_current],
            "former": [fact for fact in facts if not fact.is_current],
            "conversations": list_conversations(tenant_id=visit.tenant_id, contact_id=contact_id) if sees_talk else [],
        },
    )
