"""Acme with something of every kind, each with a word in it that no stranger may ever read."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.attachments.keeping import attach_file
from agents.channels.phone.calls import begin_call, find_line
from agents.channels.phone.campaigns.adding import Row, add_members
from agents.channels.phone.campaigns.writing import CampaignSettings, create_campaign
from agents.channels.phone.permission import set_call_permission
from agents.experiments.arms import Arm
from agents.feedback.rating import Judge, Opinion, rate_answer
from agents.inbox.canned import save_canned_reply
from agents.inbox.notes import add_note
from agents.memory.remember import remember_conversation
from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import (
    AccountSummary,
    Agent,
    AgentVersion,
    Attachment,
    CacheLookup,
    Call,
    CallAnalysis,
    CannedReply,
    Conversation,
    ConversationNote,
    Experiment,
    Fact,
    Feedback,
    Judgement,
    Message,
    Prompt,
    PromptLabel,
    PromptVersion,
    ProviderCredential,
    ServiceRequest,
    SpeechKey,
    Summary,
    Tool,
    ToolApproval,
    ToolConnection,
    ToolOverflow,
    ToolRun,
    Trace,
    Turn,
)
from agents.runtime.turn import answer_turn
from agents.services import (
    AgentChanges,
    create_prompt,
    post_message,
    start_experiment,
    stop_experiment,
    update_agent,
)
from agents.services.phone import NumberSettings, add_phone_number
from agents.services.providers import add_model_provider
from agents.services.speech import SpeechSettings, set_speech_key
from agents.services.trace_export import ExportSettings, set_trace_export
from agents.tools.conditions import default_policy
from agents.tools.connections import Auth, create_connection
from agents.tools.definitions import policy_json
from agents.tools.services import HttpDefinition, create_http_tool
from billing.company_budget import set_company_budget
from billing.models import StripeAccount, StripeCustomer, StripeInvoice, StripePush
from billing.own_prices import set_own_price
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
from tenants.actors import SYSTEM, Actor, user_actor, visitor_actor
from tenants.api_keys import create_api_key
from tenants.attachments import ALL_FILES
from tenants.context import require_tenant_id, tenant_scope
from tenants.members import invite_member
from tenants.models import ApiKey, Invitation, Membership, SignOnDomain, WebhookDelivery, WebhookEndpoint
from tenants.permissions import SCOPES
from tenants.privacy.exporting import make_export, request_export
from tenants.privacy.models import DataExport, Erasure
from tenants.privacy.receipts import sign
from tenants.sign_on.domains import add_domain
from tenants.webhooks.endpoints import create_webhook, send_test_event
from tests.agents.phone.kept_sound import keep_sound
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Company, make_visitor

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
    prompt = create_prompt(tenant_id=tenant_id, name=SECRET, text=f"Be a {SECRET}.", actor=user_actor(cast.alice.id))
    turn_id = post_message(
        tenant_id=tenant_id,
        conversation_id=visitor.conversation_id,
        text=f"My order number is {SECRET.upper()}-4711. I live in Quokkaville.",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(texts=(f"The {SECRET} knows.",)))
    whose, where = visitor.contact_id, visitor.conversation_id
    remember_conversation(tenant_id=tenant_id, contact_id=whose, conversation_id=where)
    _payment(tenant_id)
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
    connection, tool = _tool(tenant_id, user_actor(cast.alice.id))
    approval, request = _left_to_people(tenant_id, turn_id, visitor.conversation_id, visitor.contact_id)
    return Possessions(
        {
            "tcn": encode(Prefix.TOOL_CONNECTION, connection),
            **_phone(cast, visitor.contact_id),
            "ten": encode(Prefix.TENANT, tenant_id),
            "tol": encode(Prefix.TOOL, tool),
            "apr": encode(Prefix.APPROVAL, approval),
            "srq": encode(Prefix.SERVICE_REQUEST, request),
            "cnv": encode(Prefix.CONVERSATION, visitor.conversation_id),
            **_feedback(tenant_id, turn_id, visitor.contact_id),
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
            **_summaries(tenant_id, visitor.contact_id, visitor.conversation_id),
            "whk": encode(Prefix.WEBHOOK, webhook.id),
            "whd": encode(Prefix.DELIVERY, delivery),
            "can": encode(Prefix.CANNED_REPLY, _of_the_inbox(cast, visitor.conversation_id)),
            "prm": encode(Prefix.PROMPT, prompt),
            "xpt": encode(Prefix.EXPERIMENT, _experiment(cast)),
            "mpr": encode(Prefix.MODEL_PROVIDER, _provider(cast)),
            "exp": encode(Prefix.EXPORT, _export(tenant_id, visitor.contact_id)),
            "lkp": encode(Prefix.LOOKUP, _lookup(cast.acme, turn_id)),
            "prc": encode(Prefix.PRICE, _price(tenant_id)),
            "att": encode(Prefix.ATTACHMENT, _attachment(tenant_id, visitor.conversation_id)),
            "ers": encode(Prefix.ERASURE, _erasure(tenant_id, visitor.contact_id)),
        }
    )


def _summaries(tenant_id: UUID, contact_id: UUID, conversation_id: UUID) -> dict[str, str]:
    """Of the contact, and of the company that it belongs to."""
    now = timezone.now()
    with tenant_scope(tenant_id):
        ContactRelation.objects.create(
            contact_id=contact_id,
            kind="belongs_to",
            target_kind="company",
            target_key=SECRET,
            name=f"{SECRET} Ltd",
            valid_from=now,
            last_at=now,
        )
    refresh_summaries(tenant_id=tenant_id, contact_id=contact_id, conversations=[conversation_id])
    with tenant_scope(tenant_id):
        summary_id = Summary.objects.values_list("id", flat=True).get(level="contact")
        account_id = AccountSummary.objects.values_list("id", flat=True).get()
    return {"sum": encode(Prefix.SUMMARY, summary_id), "acc": encode(Prefix.ACCOUNT, account_id)}


def _feedback(tenant_id: UUID, turn_id: UUID, contact_id: UUID) -> dict[str, str]:
    """The answer, and what its visitor said of it."""
    with tenant_scope(tenant_id):
        message_id = Turn.objects.values_list("answer_id", flat=True).get(id=turn_id)
    assert message_id
    judge = Judge(visitor_actor(contact_id), contact_id=contact_id)
    opinion = Opinion(is_good=False, comment=f"The {SECRET} is sad.", correction=f"Ask the {SECRET}.")
    with tenant_scope(tenant_id):
        question = Turn.objects.select_related("question", "conversation").get(id=turn_id)
        Turn.objects.create(
            conversation=question.conversation,
            question=question.question,
            is_suggestion=True,
            state="done",
            outcome="suggested",
            suggestion={"text": f"The {SECRET} suggests.", "citations": []},
        )
    said = rate_answer(tenant_id=tenant_id, message_id=message_id, judge=judge, opinion=opinion)
    with tenant_scope(tenant_id):
        Judgement.objects.create(
            conversation=question.conversation,
            turn_id=turn_id,
            agent_id=question.conversation.agent_id,
            agent_version=1,
            model="judge",
            grounded=0.9,
            relevant=0.8,
            complete=0.7,
            reason=f"The {SECRET} knows more.",
        )
    return {"msg": encode(Prefix.MESSAGE, message_id), "fbk": encode(Prefix.FEEDBACK, said)}


def _provider(cast: Cast) -> UUID:
    """At an address that no name server knows: trying it fails at once."""
    speech = SpeechSettings("deepgram", f"key-{SECRET}-1234567890", model=f"{SECRET}-model")
    set_speech_key(tenant_id=cast.acme.tenant_id, role="listens", settings=speech, actor=user_actor(cast.alice.id))
    return add_model_provider(
        tenant_id=cast.acme.tenant_id,
        provider="openai_compatible",
        name=f"{SECRET} models",
        key=f"sk-{SECRET}-1234567890",
        base_url=f"https://{SECRET}.invalid/v1",
        offered=(f"{SECRET}-1",),
        actor=user_actor(cast.alice.id),
    )


def _phone(cast: Cast, member_id: UUID) -> dict[str, str]:
    """With a call that goes on, and a campaign."""
    tenant_id = cast.acme.tenant_id
    settings = NumberSettings(cast.acme.agent_id, f"AC{SECRET}123", f"{SECRET}-token-0123456789", greeting=SECRET)
    number_id = add_phone_number(
        tenant_id=tenant_id, number="+493012345678", settings=settings, actor=user_actor(cast.alice.id)
    )
    line = find_line(tenant_id=tenant_id, number_id=number_id)
    assert line is not None
    begin_call(line, carrier_id=f"CA{SECRET}", caller="+4915700000001")
    with tenant_scope(tenant_id):
        call_id, contact_id = Call.objects.values_list("id", "contact_id").get()
        CallAnalysis.objects.create(call_id=call_id, agent_version=1, values={"word": SECRET}, reason=f"A {SECRET}.")
    keep_sound(tenant_id, call_id)
    set_call_permission(
        tenant_id=tenant_id, contact_id=contact_id, consent_source=f"form of the {SECRET}", actor=SYSTEM
    )
    wanted = CampaignSettings(f"{SECRET} campaign", number_id, f"{SECRET} calls", instructions=SECRET)
    campaign_id = create_campaign(tenant_id=tenant_id, settings=wanted, actor=SYSTEM)
    rows = [Row(1, "", member_id, variables={"word": SECRET})]
    add_members(tenant_id=tenant_id, campaign_id=campaign_id, rows=rows, actor=SYSTEM)
    return {
        "phn": encode(Prefix.PHONE_NUMBER, number_id),
        "cal": encode(Prefix.CALL, call_id),
        "cmp": encode(Prefix.CAMPAIGN, campaign_id),
    }


def _payment(tenant_id: UUID) -> None:
    """A customer of Stripe's, with an invoice and an hour that was told."""
    customer, now = f"cus_{SECRET}", timezone.now()
    StripeCustomer.objects.create(id=customer, tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        StripeAccount.objects.create(customer_id=customer, subscription_id=f"sub_{SECRET}")
        StripeInvoice.objects.create(
            invoice_id=f"in_{SECRET}",
            number=f"{SECRET}-1",
            status="paid",
            currency="USD",
            total=1,
            due=0,
            issued_at=now,
        )
        StripePush.objects.create(
            meter="messages", hour=now, revision=1, quantity=1, identifier=SECRET, customer_id=customer, stamped_at=now
        )


def _price(tenant_id: UUID) -> UUID:
    """With a collector that no name server knows, and a budget."""
    settings = ExportSettings(f"https://{SECRET}.invalid", {"x-key": SECRET})
    set_trace_export(tenant_id=tenant_id, settings=settings, actor=SYSTEM)
    set_company_budget(tenant_id=tenant_id, month_micros=10**12, actor=SYSTEM)
    return set_own_price(
        tenant_id=tenant_id, model=f"{SECRET}-1", meter="input_tokens", micros_per_million=1, actor=SYSTEM
    )


def _of_the_inbox(cast: Cast, conversation_id: UUID) -> UUID:
    """A colleague's note on the conversation; gives the id of a canned reply."""
    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    add_note(tenant_id=tenant_id, conversation_id=conversation_id, text=f"Knows the {SECRET}.", actor=actor)
    return save_canned_reply(tenant_id=tenant_id, name=SECRET, text=f"The {SECRET} says hello.", actor=actor)


def _attachment(tenant_id: UUID, conversation_id: UUID) -> UUID:
    """With the contact's question."""
    kept = attach_file(
        tenant_id=tenant_id,
        conversation_id=conversation_id,
        name=f"{SECRET}.txt",
        content=f"The {SECRET} is attached.".encode(),
        rules=ALL_FILES,
        actor=SYSTEM,
    )
    with tenant_scope(tenant_id):
        question = Message.objects.filter(conversation_id=conversation_id, role="contact").earliest("sequence")
        Attachment.objects.filter(id=kept.id).update(message=question)
    return kept.id


def _experiment(cast: Cast) -> UUID:
    """One that is over: nothing else could be published while it ran."""
    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    experiment_id = start_experiment(
        tenant_id=tenant_id, agent_id=cast.acme.agent_id, name=SECRET, arms=[Arm(1, 50), Arm(2, 50)], actor=actor
    )
    stop_experiment(tenant_id=tenant_id, experiment_id=experiment_id, actor=actor)
    return experiment_id


def _tool(tenant_id: UUID, actor: Actor) -> tuple[UUID, UUID]:
    """A connection with a credential, and what agents may do there."""
    auth = Auth("bearer", "", f"{SECRET} credential")
    connection = create_connection(
        tenant_id=tenant_id, name=f"{SECRET} shop", base_url="https://93.184.216.34", auth=auth, actor=actor
    )
    parameters = {"type": "object", "properties": {SECRET: {"type": "string"}}}
    tool = create_http_tool(
        tenant_id=tenant_id,
        connection_id=connection,
        name=f"{SECRET}_tool",
        description=f"Asks the {SECRET}",
        definition=HttpDefinition("GET", f"/{SECRET}", parameters, {SECRET: "query"}),
        policy={},
        actor=actor,
    )
    _server(tenant_id, actor)
    return connection, tool


def _server(tenant_id: UUID, actor: Actor) -> None:
    """An MCP server with a tool that has changed since somebody looked."""
    server = create_connection(
        tenant_id=tenant_id,
        name=f"{SECRET} server",
        kind="mcp",
        base_url="https://93.184.216.34/mcp",
        auth=Auth(),
        actor=actor,
    )
    definition = {"remote": f"{SECRET}_remote", "parameters": {"type": "object", "properties": {}}, "hints": {}}
    with tenant_scope(tenant_id):
        Tool.objects.create(
            connection_id=server,
            name=f"{SECRET}_remote",
            description=f"Tells the {SECRET}",
            definition=definition,
            policy=policy_json(default_policy(definition)),
            approved_digest="0" * 64,
            seen={"description": f"Tells the {SECRET} anew", "definition": definition},
        )


def _left_to_people(tenant_id: UUID, turn_id: UUID, conversation_id: UUID, contact_id: UUID) -> tuple[UUID, UUID]:
    """A call that waits for a person, with a long result kept aside, and a ticket."""
    with tenant_scope(tenant_id):
        run = ToolRun.objects.create(
            turn_id=turn_id,
            step=1,
            round=1,
            call_id=SECRET,
            tool=f"{SECRET}_tool",
            kind="http",
            arguments=json.dumps({SECRET: SECRET}),
            state="waiting",
        )
        ToolOverflow.objects.create(run=run, text=f"The {SECRET} has much to say.")
        later = timezone.now() + timedelta(days=1)
        approval = ToolApproval.objects.create(run=run, asked_of="person", expires_at=later)
        ticket = ServiceRequest.objects.create(
            kind="ticket", run_id=run.id, conversation_id=conversation_id, contact_id=contact_id, subject=SECRET
        )
    return approval.id, ticket.id


def _lookup(company: Company, turn_id: UUID) -> UUID:
    """A question that was answered from the cache; the texts are its turn's."""
    with tenant_scope(company.tenant_id):
        CacheLookup.objects.filter(turn_id=turn_id).delete()
        row = CacheLookup.objects.create(
            turn_id=turn_id, agent_id=company.agent_id, found="like", is_served=True, cached_turn_id=turn_id
        )
    return row.id


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
                AgentVersion,
                Prompt,
                PromptVersion,
                Experiment,
                ProviderCredential,
                SpeechKey,
                SpeechKey,
                CannedReply,
                Conversation,
                ConversationNote,
                Message,
                Attachment,
                Feedback,
                Document,
                Source,
                Contact,
                ContactEvent,
                Fact,
                Erasure,
                DataExport,
            )
        ]
        agent = Agent.objects.values("name", "draft", "version").get()
        states = list(Document.objects.values_list("state", flat=True))
    with tenant_scope(cast.acme.tenant_id):
        labels = list(PromptLabel.objects.values_list("name", "number"))
    events = list(InboxEvent.objects.filter(tenant_id=cast.acme.tenant_id).order_by("id").values_list("id", "state"))
    keys = list(ApiKey.objects.filter(tenant_id=cast.acme.tenant_id).values_list("id", "revoked_at", "expires_at"))
    people = list(Membership.objects.filter(tenant_id=cast.acme.tenant_id).values_list("user_id", "role"))
    invited = list(
        Invitation.objects.filter(tenant_id=cast.acme.tenant_id).values_list("id", "accepted_at", "revoked_at")
    )
    with tenant_scope(cast.acme.tenant_id):
        webhooks = list(WebhookEndpoint.objects.values_list("url", "secret", "is_enabled"))
        told = list(WebhookDelivery.objects.values_list("id", "state"))
        tools = [
            list(ToolConnection.objects.values_list("name", "base_url", "secret")),
            list(Tool.objects.values_list("name", "policy", "is_enabled")),
            list(ToolApproval.objects.values_list("state", "decided_by")),
            list(ServiceRequest.objects.values_list("subject", "is_open")),
        ]
    domains = list(SignOnDomain.objects.filter(tenant_id=cast.acme.tenant_id).values_list("id", "verified_at"))
    return [counted, agent, labels, states, events, keys, people, invited, webhooks, told, domains, tools]
