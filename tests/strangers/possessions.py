"""Acme with something of every kind, each with a word in it that no stranger may ever read."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from agents.models import Agent, Conversation, Fact, Message, Trace
from agents.runtime.turn import answer_turn
from agents.services import AgentChanges, post_message, update_agent
from ingestion.blobs import write_blob
from ingestion.models import (
    Chunk,
    Contact,
    ContactEvent,
    ContactIdentity,
    ContactRelation,
    Document,
    DocumentVersion,
    Source,
)
from rapport.events.models import InboxEvent
from rapport.ids import Prefix, encode, new_id
from tenants.actors import SYSTEM, user_actor, visitor_actor
from tenants.api_keys import create_api_key
from tenants.context import require_tenant_id, tenant_scope
from tenants.members import invite_member
from tenants.models import ApiKey, Invitation, Membership, SignOnDomain, WebhookDelivery, WebhookEndpoint
from tenants.permissions import SCOPES
from tenants.privacy.exporting import make_export, request_export
from tenants.privacy.models import DataExport, Erasure
from tenants.privacy.receipts import sign
from tenants.sign_on.domains import add_domain
from tenants.webhooks.endpoints import create_webhook, send_test_event
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, make_visitor

SECRET = "quokka"


@dataclass(frozen=True)
class Possessions:
    """Public ids by prefix."""

    ids: dict[str, str]


def possess(cast: Cast) -> Possessions:
    """Write Acme's possessions, as its own people and visitors would."""
    tenant_id, visitor = cast.acme.tenant_id, make_visitor(cast.acme)
    update_agent(
        tenant_id=tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(greeting=f"Hello from the {SECRET}", instructions=f"Be a {SECRET}."),
        actor=user_actor(cast.alice.id),
    )
    turn_id = post_message(
        tenant_id=tenant_id,
        conversation_id=visitor.conversation_id,
        text=f"My order number is {SECRET.upper()}-4711. I live in Quokkaville.",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(texts=(f"The {SECRET} knows.",)))
    with tenant_scope(tenant_id):
        Contact.objects.filter(id=visitor.contact_id).update(name=f"Ms {SECRET}")
        document = _document()
        _failed_event(tenant_id)
        _happenings(visitor.contact_id)
        trace = Trace.objects.get()
        fact = Fact.objects.filter(value__icontains=SECRET).first() or Fact.objects.earliest("id")
    invitation = invite_member(
        tenant_id=tenant_id,
        email=f"{SECRET}@acme.example",
        role="analyst",
        inviter_id=cast.alice.id,
        inviter_role="owner",
    )
    domain = add_domain(tenant_id=tenant_id, domain=f"{SECRET}.example", actor=user_actor(cast.alice.id))
    key = create_api_key(tenant_id=tenant_id, name=f"{SECRET} key", scopes=SCOPES, actor=user_actor(cast.alice.id))
    webhook = create_webhook(
        tenant_id=tenant_id,
        url="https://93.184.216.34/",
        description=f"{SECRET} hook",
        event_types=["*"],
        actor=user_actor(cast.alice.id),
    )
    delivery = send_test_event(tenant_id=tenant_id, webhook_id=webhook.id, actor=user_actor(cast.alice.id))
    return Possessions(
        {
            "cnv": encode(Prefix.CONVERSATION, visitor.conversation_id),
            "trn": encode(Prefix.TURN, turn_id),
            "agt": encode(Prefix.AGENT, cast.acme.agent_id),
            "doc": encode(Prefix.DOCUMENT, document.id),
            "src": encode(Prefix.SOURCE, document.source_id),
            "trc": encode(Prefix.TRACE, trace.id),
            "usr": encode(Prefix.USER, cast.bob.id),
            "inv": encode(Prefix.INVITATION, invitation),
            "key": encode(Prefix.API_KEY, key.id),
            "sso": encode(Prefix.SIGN_ON, domain),
            "con": encode(Prefix.CONTACT, visitor.contact_id),
            "wky": encode(Prefix.WIDGET_KEY, cast.acme.key_id),
            "fct": encode(Prefix.FACT, fact.id),
            "whk": encode(Prefix.WEBHOOK, webhook.id),
            "whd": encode(Prefix.DELIVERY, delivery),
            "exp": encode(Prefix.EXPORT, _export(tenant_id, visitor.contact_id)),
            "ers": encode(Prefix.ERASURE, _erasure(tenant_id, visitor.contact_id)),
        }
    )


def _export(tenant_id: UUID, contact_id: UUID) -> UUID:
    """Ready to be downloaded."""
    export_id = request_export(tenant_id=tenant_id, contact_id=contact_id, actor=SYSTEM)
    make_export(tenant_id=tenant_id, export_id=export_id)
    return export_id


def _erasure(tenant_id: UUID, contact_id: UUID) -> UUID:
    """As one that is done leaves it; the contact is still there for the other routes."""
    now = timezone.now()
    receipt = sign({"stores": [{"name": SECRET, "before": 1, "after": 0, "attempts": 1}]})
    with tenant_scope(tenant_id):
        row = Erasure.objects.create(
            subject_id=contact_id,
            requested_by=SECRET,
            state="done",
            suppressed_at=now,
            finished_at=now,
            receipt=receipt,
        )
    return row.id


def _failed_event(tenant_id: UUID) -> None:
    InboxEvent.objects.create(
        tenant_id=tenant_id,
        source="tests",
        subscription="ingest-documents",
        event_id=new_id(),
        key="one",
        payload={"type": "rapport.ingestion.document.submitted.v1"},
        state="dead",
        error_code="unavailable",
        error_message=f"The {SECRET} did not answer.",
    )


def _happenings(contact_id: UUID) -> None:
    now = timezone.now()
    event = ContactEvent.objects.create(
        source=SECRET,
        event_id="1",
        kind="track",
        name=f"{SECRET} bought",
        properties={"product": SECRET},
        occurred_at=now,
        received_at=now,
        handled_at=now,
        contact_id=contact_id,
    )
    ContactIdentity.objects.create(contact_id=contact_id, kind="external_id", digest="0", value=SECRET)
    ContactRelation.objects.create(
        contact_id=contact_id,
        kind="ordered",
        target_kind="product",
        target_key=SECRET,
        valid_from=now,
        last_at=now,
        event=event,
    )


def _document() -> Document:
    source = Source.objects.create(kind="upload", name=f"{SECRET} files")
    document = Document.objects.create(source=source, external_id=f"{SECRET}.md", title=SECRET, state="ready")
    key = write_blob(require_tenant_id(), SECRET.encode())
    version = DocumentVersion.objects.create(
        document=document, content_hash="0", blob_key=key, text=SECRET, stage="ready"
    )
    Chunk.objects.create(
        document=document,
        version=version,
        ordinal=0,
        text=SECRET,
        char_start=0,
        char_end=6,
        token_count=1,
        content_hash="0",
    )
    document.current_version_id = version.id
    document.save()
    return document


def snapshot(cast: Cast) -> list[object]:
    """What a stranger's writes would change."""
    with tenant_scope(cast.acme.tenant_id):
        counted = [
            model.objects.count()
            for model in (
                Agent,
                Conversation,
                Message,
                Document,
                Source,
                Contact,
                ContactEvent,
                Fact,
                Erasure,
                DataExport,
            )
        ]
        agent = Agent.objects.values("name", "greeting", "instructions", "version").get()
        states = list(Document.objects.values_list("state", flat=True))
    events = list(InboxEvent.objects.filter(tenant_id=cast.acme.tenant_id).order_by("id").values_list("id", "state"))
    keys = list(ApiKey.objects.filter(tenant_id=cast.acme.tenant_id).values_list("id", "revoked_at", "expires_at"))
    people = list(Membership.objects.filter(tenant_id=cast.acme.tenant_id).values_list("user_id", "role"))
    invited = list(
        Invitation.objects.filter(tenant_id=cast.acme.tenant_id).values_list("id", "accepted_at", "revoked_at")
    )
    with tenant_scope(cast.acme.tenant_id):
        webhooks = list(WebhookEndpoint.objects.values_list("url", "secret", "is_enabled"))
        told = list(WebhookDelivery.objects.values_list("id", "state"))
    domains = list(SignOnDomain.objects.filter(tenant_id=cast.acme.tenant_id).values_list("id", "verified_at"))
    return [counted, agent, states, events, keys, people, invited, webhooks, told, domains]
