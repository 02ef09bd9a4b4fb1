"""One door before everything that spends: at a hard limit, and while invoices are unpaid, nothing new is begun and
nothing is lost; reading, taking away and paying go on."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from agents.channels.openai.embeddings import EmbeddingRequest, embed_texts
from agents.channels.phone.browser.calls import begin_browser_call
from agents.channels.phone.calls import Line, begin_call
from agents.channels.phone.outgoing import request_call
from agents.models import Call, Message
from agents.services import post_message
from agents.services.trying import try_model
from agents.tools.limit import ToolCallLimit
from billing.errors import PaymentOverdue, QuotaExhausted
from billing.models import Meter, StripeAccount, StripeCustomer
from billing.quotas import STOPPABLE, list_quotas, set_usage_limit
from billing.reserving import reserve_task
from billing.stripe.checkout import open_portal
from ingestion.incoming.customer_data import read_message
from ingestion.incoming.intake import receive_events
from ingestion.models import ContactEvent, Document, Source, SourceKind
from ingestion.services import (
    crawl_source,
    create_website_source,
    ensure_upload_source,
    retry_document,
    retry_failed_documents,
    submit_document,
)
from rapport.ids import new_id
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tenants.privacy.exporting import request_export
from tests.billing.stripe import objects
from tests.billing.stripe.machine import StripeMachine
from tests.cast import Cast, make_visitor
from tests.leaks.callers import signed_in

ROOT = Path(__file__).parents[3]
FILES = {  # where something is begun that spends, by file: (how often it asks, what it begins)
    "agents/attachments/keeping.py": (1, "a file that goes with a message"),
    "agents/channels/openai/embeddings.py": (1, "/v1/embeddings"),
    "agents/channels/phone/browser/calls.py": (1, "a call from the dashboard"),
    "agents/channels/phone/calls.py": (1, "a call in"),
    "agents/channels/phone/campaigns/running.py": (1, "a campaign; each of its calls asks for itself"),
    "agents/channels/phone/outgoing.py": (2, "a call out: asked for, and when it is its turn"),
    "agents/services/conversations.py": (1, "every message, whoever says it: chat, phone, /v1, MCP, a suggestion"),
    "agents/tools/limit.py": (1, "a call of a tool: how many are left, once a turn"),
    "agents/services/trying.py": (1, "a model is tried"),
    "billing/reserving.py": (1, "what a model does beside answers: summaries, facts"),
    "ingestion/incoming/intake.py": (1, "what a company's systems tell"),
    "ingestion/services/documents.py": (2, "documents read once more"),
    "ingestion/services/sources.py": (2, "a website, and once more"),
    "ingestion/services/submitting.py": (1, "every document, whoever brings it"),
}
ASKED = {"require_quota", "check_quota", "quota_left"}
BEGUN = "a tool's call"  # a part of what has begun, which is finished also for who does not pay
Door = Callable[[Cast], object]


def _say(cast: Cast) -> object:
    visitor = make_visitor(cast.acme)
    return post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="Hello?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )


def _upload(cast: Cast) -> object:
    tenant_id = cast.acme.tenant_id
    source_id = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
    return submit_document(tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, name="a.txt", content=b"Hello.")


def _line(cast: Cast) -> Line:
    return Line(cast.acme.tenant_id, new_id(), "+4930123456", cast.acme.agent_id, "AC1", "secret", "en", "Hello.")


def _events(cast: Cast) -> object:
    event = read_message({"type": "track", "event": "Bought", "userId": "u1"}, received_at=timezone.now())
    return receive_events(tenant_id=cast.acme.tenant_id, events=[event], received_at=timezone.now())


DOORS: dict[str, tuple[Door, tuple[Meter, ...]]] = {
    "a message": (_say, (Meter.MESSAGES,)),
    "a document": (_upload, (Meter.STORED_BYTES, Meter.STORED_CHUNKS)),
    "a document again": (
        lambda cast: retry_document(tenant_id=cast.acme.tenant_id, actor=SYSTEM, document_id=new_id()),
        (Meter.STORED_BYTES,),
    ),
    "documents again": (
        lambda cast: retry_failed_documents(tenant_id=cast.acme.tenant_id, actor=SYSTEM, source_id=new_id()),
        (Meter.STORED_BYTES,),
    ),
    "a website": (
        lambda cast: create_website_source(tenant_id=cast.acme.tenant_id, actor=SYSTEM, url="https://www.example.com/"),
        (Meter.STORED_CHUNKS,),
    ),
    "a website again": (
        lambda cast: crawl_source(tenant_id=cast.acme.tenant_id, actor=SYSTEM, source_id=new_id()),
        (Meter.STORED_CHUNKS,),
    ),
    "a call in": (
        lambda cast: begin_call(_line(cast), carrier_id="CA1", caller="+4930999999"),
        (Meter.CALL_MINUTES, Meter.HEARD_SECONDS, Meter.SPOKEN_CHARACTERS, Meter.MESSAGES),
    ),
    "a call from the dashboard": (
        lambda cast: begin_browser_call(
            tenant_id=cast.acme.tenant_id,
            agent_id=cast.acme.agent_id,
            contact_id=make_visitor(cast.acme).contact_id,
            language="en-US",
            actor=SYSTEM,
            caller="member:1",
        ),
        (Meter.CALL_MINUTES, Meter.HEARD_SECONDS, Meter.SPOKEN_CHARACTERS, Meter.MESSAGES),
    ),
    "a call out": (
        lambda cast: request_call(tenant_id=cast.acme.tenant_id, number_id=new_id(), contact_id=new_id(), actor=SYSTEM),
        (Meter.CALL_MINUTES,),
    ),
    BEGUN: (lambda cast: ToolCallLimit(cast.acme.tenant_id).take("search"), (Meter.TOOL_CALLS,)),
    "embeddings": (
        lambda cast: embed_texts(EmbeddingRequest(("Hello.",), False, "", None), tenant_id=cast.acme.tenant_id),
        (),
    ),
    "a trial of a model": (
        lambda cast: try_model(tenant_id=cast.acme.tenant_id, provider_id=new_id(), actor=SYSTEM),
        (),
    ),
    "events": (_events, ()),
    "a summary, or a reading for facts": (
        lambda cast: reserve_task(tenant_id=cast.acme.tenant_id, task_id=new_id(), micros=1, is_first=True),
        (),
    ),
}
STOPS = [(name, meter) for name, (_, meters) in DOORS.items() for meter in meters]


def _left(tenant_id: UUID) -> dict[str, int]:
    with tenant_scope(tenant_id):
        websites = Source.objects.filter(kind=SourceKind.WEBSITE)
        kinds = {"messages": Message, "documents": Document, "calls": Call, "events": ContactEvent}
        return {name: kind.objects.count() for name, kind in kinds.items()} | {"websites": websites.count()}


@pytest.mark.parametrize(("name", "meter"), STOPS)
def test_at_a_hard_limit_it_is_refused_and_says_what_to_do(cast: Cast, name: str, meter: Meter) -> None:
    tenant_id, door = cast.acme.tenant_id, DOORS[name][0]
    set_usage_limit(tenant_id=tenant_id, meter=meter, quantity=0, actor=SYSTEM)
    before = _left(tenant_id)
    with pytest.raises(QuotaExhausted, match="the plan or the limit, under Billing"):
        door(cast)
    assert _left(tenant_id) == before
    assert not [each for each in list_quotas(tenant_id=cast.other.tenant_id) if each.stop is not None]


@pytest.mark.parametrize("name", [name for name in DOORS if name != BEGUN])
def test_who_does_not_pay_begins_nothing(cast: Cast, machine: StripeMachine, name: str) -> None:
    tenant_id = cast.acme.tenant_id
    _owe(tenant_id)
    before = _left(tenant_id)
    with pytest.raises(PaymentOverdue, match="Manage payment"):
        DOORS[name][0](cast)
    assert _left(tenant_id) == before


def test_who_does_not_pay_reads_takes_away_and_pays(cast: Cast, machine: StripeMachine) -> None:
    tenant_id, alice = cast.acme.tenant_id, signed_in(cast.alice)
    _upload(cast)
    machine._keep(objects.customer("cus_1", machine.now, {}))
    _owe(tenant_id)
    assert _upload(cast)  # what is here already costs nothing
    for path in ("/", "/knowledge/", "/inbox/", "/billing/", "/v1/documents", "/v1/conversations", "/v1/billing"):
        assert alice.get(path).status_code == 200, path
    assert request_export(tenant_id=tenant_id, contact_id=None, actor=SYSTEM)
    assert open_portal(tenant_id=tenant_id, actor=SYSTEM)


def _owe(tenant_id: UUID) -> None:
    StripeCustomer.objects.create(id="cus_1", tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        StripeAccount.objects.create(
            customer_id="cus_1", plan="team", status="unpaid", grace_ends_at=timezone.now() - timedelta(days=1)
        )


def test_whatever_can_be_stopped_stops_something() -> None:
    assert {meter for _, meters in DOORS.values() for meter in meters} == set(STOPPABLE)


def test_every_door_is_known() -> None:
    found: dict[str, int] = {}
    for folder in ("agents", "billing", "ingestion", "frontend", "tenants"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            if path == ROOT / "billing" / "quotas.py":
                continue
            if "_quota(" in text or "quota_left(" in text:
                calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
                asked = sum(getattr(each.func, "id", "") in ASKED for each in calls)
                found[str(path.relative_to(ROOT))] = asked
    assert found == {name: times for name, (times, _) in FILES.items()}
