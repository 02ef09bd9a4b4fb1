"""What strangers write is shown as text on every page: never as markup, never as a template."""

import re

from django.test import Client

from agents.models import Agent, Conversation, Fact, Message
from ingestion.models import Contact, Document, Source
from tenants.context import tenant_scope
from tenants.models import Tenant
from tests.cast import Cast
from tests.frontend.places import LISTS, objects
from tests.frontend.seed import Seeded

MARKUP = "\"'><img src=x onerror=alert(1)>"
HOSTILE = f"{MARKUP}{{{{ request.user.email }}}}{{% now 'Y' %}}</script>"


def test_names_from_outside_are_text_everywhere(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    poison(cast)
    for path in (*LISTS, *objects(cast, seeded), "/search/?q=" + MARKUP, "/knowledge/?state=failed"):
        response = alice_client.get(path)
        page = response.content.decode()
        assert response.status_code == 200, path
        assert "<img src=x" not in page, path
        assert "onerror=alert(1)>" not in page, path
        assert "&lt;img src=x" in page, f"{path} shows none of it: this test looks at nothing"
        assert "&amp;lt;" not in page, f"{path} escapes twice"
        shown = re.sub(r"<[^>]*>", "", page)
        assert "alert(1)&gt;alice@acme" not in shown, f"{path} ran what it was given as a template"


def poison(cast: Cast) -> None:
    Tenant.objects.filter(id=cast.acme.tenant_id).update(name=HOSTILE)
    with tenant_scope(cast.acme.tenant_id):
        Source.objects.update(name=HOSTILE, crawl_error=HOSTILE)
        Document.objects.update(title=HOSTILE, error_message=HOSTILE)
        Agent.objects.update(name=HOSTILE[:80], greeting=HOSTILE, suggested_questions=[HOSTILE], instructions=HOSTILE)
        Conversation.objects.update(subject=HOSTILE)
        Message.objects.update(text=HOSTILE)
        Contact.objects.update(name=HOSTILE)
        Fact.objects.update(value=HOSTILE)
