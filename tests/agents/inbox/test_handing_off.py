"""A hand-off is a decision with a reason, and the contact is always told what happens next."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core import mail

from agents.configuration import merge_document, read_document
from agents.configuration.sections.handoff import Handoff, Hours
from agents.inbox.asking import asks_for_person
from agents.inbox.hours import hours_in_words, is_open
from agents.inbox.mailing import mail_fallback
from agents.models import AgentVersion
from agents.services import publish_agent, replace_draft
from agents.topics import CONVERSATION_WAITS
from ingestion.models import Contact
from rapport.events.models import OutboxEvent
from rapport.ids import Prefix, encode
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.models import Tenant
from tests.agents.conftest import Ask
from tests.agents.inbox.conftest import Desk
from tests.agents.runtime.test_judging import invent
from tests.agents.scripted import ScriptedModel, scripted_parts
from tests.cast import Cast

NEVER = ({"day": "mon", "opens": "00:00", "closes": "00:01"},)


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a human",
        "Can I speak with a real person, please?",
        "Please connect me with customer service",
        "human",
        "Get me a person!",
        "I need a human being.",
        "Kann ich bitte mit einem Menschen sprechen?",
        "Ich möchte mit einem Mitarbeiter reden",
        "Verbinden Sie mich mit einem Kollegen",
        "Mitarbeiter bitte",
        "Ich will einen echten Menschen",
    ],
)
def test_who_asks_for_a_person_is_understood(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "How many people work for you?",
        "Do you deliver to persons under 18?",
        "What does human resources do?",
        "Is the gift card for one person?",
        "How do I connect my bank account to the app?",
        "Wie viele Mitarbeiter haben Sie?",
        "Wie viele Personen passen ins Zelt?",
        "Wer ist mein Ansprechpartner für Rechnungen?",
        "Can I talk to my doctor about it?",
        "I have a person who wants delivery on Monday",
    ],
)
def test_a_sentence_about_people_asks_for_none(text: str) -> None:
    assert not asks_for_person(text)


def test_who_asks_gets_a_person_without_any_model(desk: Desk, ask: Ask) -> None:
    parts = scripted_parts()
    asked = ask("Kann ich bitte mit einem Menschen sprechen?", parts)
    assert isinstance(parts.model, ScriptedModel)
    assert parts.model.requests == []
    assert asked.text == "Gern. Ich gebe das an einen Menschen aus dem Team weiter."
    assert (desk.state, desk.row().handoff_reason) == ("waiting", "asked")
    assert desk.said()[-1] == (
        "system",
        "Ein Mensch aus dem Team antwortet Ihnen hier. Sie können inzwischen weiterschreiben.",
    )


def _configure(cast: Cast, **handoff: object) -> None:
    with tenant_scope(cast.acme.tenant_id):
        document = AgentVersion.objects.latest("number").config
    changed = read_document(merge_document(document, {"handoff": handoff}))
    actor, acme = user_actor(cast.alice.id), cast.acme
    replace_draft(tenant_id=acme.tenant_id, agent_id=acme.agent_id, config=changed, actor=actor)
    publish_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id, note="", actor=actor)


def _handle_mails(desk: Desk) -> None:
    rows = [row.payload for row in OutboxEvent.objects.order_by("id") if row.payload["type"] == CONVERSATION_WAITS]
    for _ in rows:
        mail_fallback(**desk.what)


def test_when_nobody_is_there_the_address_is_asked_for_and_one_mail_goes_out(
    cast: Cast, desk: Desk, post_held: Callable[[str], object]
) -> None:
    _configure(cast, office_hours=NEVER, fallback_email="desk@acme.example")
    desk.hand_off()
    assert "Write your e-mail address here" in desk.said()[-1][1]
    _handle_mails(desk)
    assert mail.outbox == []  # nobody could be answered yet
    post_held("It is anna@customer.example, thanks")
    assert desk.said()[-1] == ("system", "Thank you. The team will write to anna@customer.example.")
    post_held("or other@customer.example")
    _handle_mails(desk)
    _handle_mails(desk)
    [sent] = mail.outbox
    assert sent.to == ["desk@acme.example"]
    assert "anna@customer.example" in sent.body
    assert f"/inbox/{encode(Prefix.CONVERSATION, desk.visitor.conversation_id)}/" in sent.body


@pytest.fixture
def german(cast: Cast) -> None:
    Tenant.objects.filter(id=cast.acme.tenant_id).update(locale="de")


def test_a_company_s_language_holds_while_the_contact_s_is_not_known(
    german: None, cast: Cast, desk: Desk, post_held: Callable[[str], object]
) -> None:
    _configure(cast, office_hours=NEVER, fallback_email="desk@acme.example")
    desk.hand_off()
    assert "Schreiben Sie hier Ihre E-Mail-Adresse" in desk.said()[-1][1]
    post_held("anna@customer.example")
    assert desk.said()[-1] == ("system", "Danke. Das Team schreibt an anna@customer.example.")
    _handle_mails(desk)
    [sent] = mail.outbox
    assert sent.subject == "Ein Kunde wartet auf eine Antwort"
    assert "Warum: von jemandem aus dem Team übergeben" in sent.body


def test_who_writes_english_is_answered_so(
    german: None, cast: Cast, desk: Desk, post_held: Callable[[str], object]
) -> None:
    desk.hand_off()
    post_held("What is the matter with my order?")
    desk.give_back()
    assert desk.said()[-1] == ("system", "The AI agent answers you again.")


def test_a_known_address_is_not_asked_for(cast: Cast, desk: Desk) -> None:
    with tenant_scope(desk.tenant_id):
        Contact.objects.filter(id=desk.visitor.contact_id).update(email="known@customer.example")
    _configure(cast, office_hours=NEVER, fallback_email="desk@acme.example")
    desk.hand_off()
    assert "they answer you by e-mail" in desk.said()[-1][1]
    _handle_mails(desk)
    assert len(mail.outbox) == 1


def test_who_takes_over_first_spares_the_mail(cast: Cast, desk: Desk, post_held: Callable[[str], object]) -> None:
    _configure(cast, office_hours=NEVER, fallback_email="desk@acme.example")
    desk.hand_off()
    post_held("anna@customer.example")
    desk.take_over()
    _handle_mails(desk)
    assert mail.outbox == []


def test_a_phrase_of_a_rule_hands_off(cast: Cast, desk: Desk, ask: Ask) -> None:
    _configure(cast, rules=[{"when": "phrase", "phrase": "cancel my contract"}])
    ask("Please   Cancel my contract today", scripted_parts())
    assert (desk.state, desk.row().handoff_reason) == ("waiting", "phrase")
    desk.give_back()
    ask("I want to talk to a human", scripted_parts())  # no rule for it any more
    assert desk.state == "agent"


def test_low_grounding_hands_off_where_a_rule_says_so(cast: Cast, desk: Desk, ask: Ask) -> None:
    _configure(cast, rules=[{"when": "low_grounding"}])
    ask("How long?", scripted_parts(invent))
    assert (desk.state, desk.row().handoff_reason) == ("waiting", "low_grounding")
    assert [role for role, _ in desk.said()] == ["contact", "agent", "system"]


def test_an_agent_without_money_hands_off_where_a_rule_says_so(
    cast: Cast, desk: Desk, post_held: Callable[[str], object]
) -> None:
    with tenant_scope(cast.acme.tenant_id):
        document = AgentVersion.objects.latest("number").config
    changed = {"handoff": {"rules": [{"when": "budget"}]}, "budget": {"conversation_micros": 0}}
    config = read_document(merge_document(document, changed))
    actor, acme = user_actor(cast.alice.id), cast.acme
    replace_draft(tenant_id=acme.tenant_id, agent_id=acme.agent_id, config=config, actor=actor)
    publish_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id, note="", actor=actor)
    assert post_held("How long does delivery take?") is None
    assert (desk.state, desk.row().handoff_reason) == ("waiting", "budget")
    assert desk.said()[0] == ("contact", "How long does delivery take?")


def test_office_hours_are_read_in_their_zone() -> None:
    hours = (Hours(day="mon", opens="09:00", closes="17:00"), Hours(day="tue", opens="09:00", closes="17:00"))
    handoff = Handoff(office_hours=hours, time_zone="Europe/Berlin")
    monday_at = [datetime(2026, 11, 30, hour, 30, tzinfo=UTC) for hour in (7, 8, 15, 16)]
    assert [is_open(handoff, company_zone="UTC", now=now) for now in monday_at] == [False, True, True, False]
    assert is_open(Handoff(), company_zone="UTC", now=monday_at[0])
    assert hours_in_words(hours) == "Mon, Tue 09:00-17:00"
