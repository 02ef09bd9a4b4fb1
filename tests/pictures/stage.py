"""The companies in the pictures: one full, one empty, and one whose names are long and which is to be deleted."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.cast import Cast
from tests.frontend.seed import Seeded
from tests.pictures.acting import Acting, set_acting
from tests.pictures.widget import Widgets, set_widgets

# As German companies are really called; nothing may break on it.
LONG_COMPANY = "Rindfleischetikettierungsüberwachungsaufgabengesellschaft mbH"
LONG_AGENT = "Kundenzufriedenheitsverbesserungsbeauftragter der Rechtsschutzversicherung"
LONG_PERSON = "Wolfeschlegelsteinhausenbergerdorff-Rindfleischetikettierungsüberwachung, Friederike Adelheid"
LONG_EMAIL = "friederike.adelheid.wolfeschlegelsteinhausenbergerdorff@rechtsschutzversicherungsgesellschaften.example"


@dataclass(frozen=True, slots=True)
class Stage:
    """`long_*` are Dora's, whose company has long names; `token` opens an invitation to Charlie."""

    seeded: Seeded
    acme_id: UUID
    acme_key_id: UUID
    agent_id: UUID
    call_id: UUID
    campaign_id: UUID
    draft_campaign_id: UUID
    merged_id: UUID
    erased_id: UUID
    token: str
    emails: dict[str, str]  # who is signed in on a picture → the address of that person
    prompt_id: UUID
    connection_id: UUID
    tool_id: UUID
    acting: Acting
    long_contact_id: UUID
    long_conversation_id: UUID
    long_agent_id: UUID
    long_key_id: UUID
    widgets: Widgets
    empty_agent_id: UUID
    empty_key_id: UUID


def set_stage() -> Stage:
    """Writes it all into an empty database."""
    from tests.cast import assemble, make_user
    from tests.frontend.seed import seed

    cast = assemble()
    _keys(cast)
    _model_providers(cast)
    _identity_secrets(cast)
    _sign_on(cast)
    token = _people(cast)
    seeded = seed(cast.acme.tenant_id, cast.acme.agent_id)
    merged, erased = _contacts(cast, seeded)
    _money(cast)
    call = set_calls(cast)
    prompt = _versions(cast)
    return Stage(
        seeded,
        cast.acme.tenant_id,
        cast.acme.key_id,
        cast.acme.agent_id,
        call,
        *_campaigns(cast),
        merged,
        erased,
        token,
        {
            "full": cast.alice.email,
            "empty": cast.charlie.email,
            "analyst": cast.bob.email,
            "long": LONG_EMAIL,
            "nobody": make_user("nora@nowhere.example").email,
            "operator": _operator(cast),
        },
        prompt,
        *_tools(cast),
        set_acting(cast),
        *_long(cast),
        set_widgets(cast),
        cast.other.agent_id,
        cast.other.key_id,
    )


def _operator(cast: Cast) -> str:
    """Runs the installation, and works at Acme. What the month comes to so far is noted."""
    from billing.companies import note_months
    from rapport.config import get_config
    from tenants.models import Membership, Role, Tenant
    from tests.cast import make_user

    olga = make_user(get_config().operators[0])
    Membership.objects.create(tenant_id=cast.acme.tenant_id, user=olga, role=Role.ANALYST)
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        note_months(tenant_id=tenant_id)
    return olga.email


def _money(cast: Cast) -> None:
    """A budget, of which a part is spent and a part kept aside; prices; and a collector, at which nothing listens."""
    import random

    from agents.models import Conversation, TraceExport
    from agents.services.trace_export import ExportSettings, set_trace_export
    from billing.company_budget import set_company_budget
    from billing.models import CompanyBudget, UsageRecord
    from billing.own_prices import set_own_price
    from rapport.ids import new_id
    from tenants.actors import user_actor
    from tenants.context import tenant_scope

    tenant_id, actor, dice = cast.acme.tenant_id, user_actor(cast.alice.id), random.Random(11)
    with tenant_scope(tenant_id):
        for each in Conversation.objects.filter(last_message_at__isnull=False):
            model = dice.choice(("claude-haiku-4-5", "claude-haiku-4-5", "gpt-5-mini", "gemini-2.5-flash"))
            for meter, quantity, cost in (("input_tokens", 6_200, 6_200), ("output_tokens", 310, 1_550)):
                many = dice.randint(1, 9)
                UsageRecord.objects.create(
                    source_event_id=new_id(),
                    meter=meter,
                    model=model,
                    step="chat",
                    quantity=quantity * many,
                    cost_micros=cost * many,
                    currency="USD",
                    price_version="genai-prices-0.2.3",
                    agent_id=each.agent_id,
                    conversation_id=each.id,
                    occurred_at=each.last_message_at or each.created_at,
                )
    set_company_budget(tenant_id=tenant_id, month_micros=8_000_000, actor=actor)
    _plan(tenant_id, dice)
    for meter, micros in (("input_tokens", 900_000), ("output_tokens", 4_500_000)):
        set_own_price(
            tenant_id=tenant_id, model="claude-haiku-4-5", meter=meter, micros_per_million=micros, actor=actor
        )
    settings = ExportSettings("https://93.184.216.34", {"Authorization": "Bearer x"}, ("documents",))
    set_trace_export(tenant_id=tenant_id, settings=settings, actor=actor)
    with tenant_scope(tenant_id):
        CompanyBudget.objects.update(held_micros=310_000)
        TraceExport.objects.update(sent_spans=48_210, last_error="status_503")


def _plan(tenant_id: UUID, dice: Any) -> None:
    """Two closed months, and a running one in which one quota is near and one used up."""
    from django.utils import timezone

    from billing.models import PlanTerm
    from billing.periods import close_due_periods
    from billing.services import record_count
    from rapport.ids import new_id
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        PlanTerm.objects.create(plan="team", seats=3, coupon="NONPROFIT", starts_at=timezone.now() - timedelta(days=90))
    now = timezone.now()
    for days in range(70):
        at = now - timedelta(days=days, minutes=1)
        counts = {"messages": dice.randint(90, 330), "tool_calls": dice.randint(150, 420)}
        record_count(tenant_id=tenant_id, source_event_id=new_id(), step="", counts=counts, occurred_at=at)
    close_due_periods(tenant_id=tenant_id, actor=SYSTEM, grace=timedelta())


def set_calls(cast: Cast) -> UUID:
    """Two numbers, and calls to one of them that ended in each way; one goes on. Gives the first."""
    from datetime import timedelta

    from django.utils import timezone

    from agents.channels.phone.calls import begin_call, end_call, find_line, take_up
    from agents.channels.phone.frames import Setup
    from agents.models import Call, CallAnalysis
    from agents.services.phone import NumberSettings, add_phone_number
    from tenants.actors import user_actor
    from tenants.context import tenant_scope
    from tests.agents.phone.kept_sound import keep_sound
    from tests.frontend.seed_calls import talk_in

    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    account = "AC0123456789abcdef0123456789abcdef"
    settings = NumberSettings(
        cast.acme.agent_id,
        account,
        "x" * 32,
        greeting="Hello, you are talking to Acme's automatic assistant.",
        transfer_to="+49307654321",
    )
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=actor)
    quiet = NumberSettings(cast.acme.agent_id, account, "y" * 32, language="de-DE", is_enabled=False)
    add_phone_number(tenant_id=tenant_id, number="+498912345678", settings=quiet, actor=actor)
    line = find_line(tenant_id=tenant_id, number_id=number_id)
    assert line is not None
    made = []
    for place, (reason, seconds) in enumerate((("hung_up", 154), ("handed_off", 312), ("no_answer", 0), ("", 40))):
        call_id, word = begin_call(line, carrier_id=f"CA{place}", caller=f"+4915112345{place:03}")
        made.append(call_id)
        if seconds:
            take_up(line, Setup(f"VX{place}", f"CA{place}", account, {"token": word}))
        if reason:
            end_call(tenant_id=tenant_id, call_id=call_id, reason=reason)
        with tenant_scope(tenant_id):
            if seconds:
                began = timezone.now() - timedelta(hours=place + 1)
                ended = began + timedelta(seconds=seconds) if reason else None
                Call.objects.filter(id=call_id).update(answered_at=began, ended_at=ended, interruptions=place)
    talk_in(made[0], tenant_id)
    keep_sound(tenant_id, made[0])
    with tenant_scope(tenant_id):
        CallAnalysis.objects.create(
            call_id=made[0],
            agent_version=1,
            model="claude-haiku-4-5",
            values={
                "order_number": "KD-4711",
                "parcels": 2,
                "wants_refund": False,
                "deliver_on": "2026-12-01",
                "mood": None,
            },
            is_success=True,
            reason="The caller knows how long delivery takes, and who pays for sending something back.",
        )
    return made[0]


def _campaigns(cast: Cast) -> tuple[UUID, UUID]:
    from agents.models import PhoneNumber
    from tenants.context import tenant_scope
    from tests.frontend.seed_campaigns import seed_campaigns

    with tenant_scope(cast.acme.tenant_id):
        number_id = PhoneNumber.objects.get(number="+493012345678").id
    return seed_campaigns(cast.acme.tenant_id, number_id)


def _tools(cast: Cast) -> tuple[UUID, UUID]:
    """A shop's own system, and what agents may do there. Nothing listens at its address."""
    from agents.tools.connections import Auth, create_connection
    from agents.tools.services import HttpDefinition, create_http_tool
    from tenants.actors import user_actor

    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    auth = Auth("bearer", "", "a-secret-of-the-shop")
    connection = create_connection(
        tenant_id=tenant_id, name="Shop", base_url="https://93.184.216.34", auth=auth, actor=actor
    )
    parameters = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}
    tool = create_http_tool(
        tenant_id=tenant_id,
        connection_id=connection,
        name="order_status",
        description="Where an order is, and when it arrives.",
        definition=HttpDefinition("GET", "/orders/{order}", parameters, {"order": "path"}),
        policy={},
        actor=actor,
    )
    return connection, tool


def _versions(cast: Cast) -> UUID:
    """A prompt of two versions; an agent that answers with it, a draft that waits, and an experiment with figures."""
    from agents.models import Judgement, Trace, Turn
    from agents.services import (
        AgentChanges,
        Arm,
        add_prompt_version,
        create_prompt,
        make_candidate,
        start_experiment,
        update_agent,
    )
    from tenants.actors import user_actor
    from tenants.context import tenant_scope

    tenant_id, agent_id, actor = cast.acme.tenant_id, cast.acme.agent_id, user_actor(cast.alice.id)
    text = "Speak for {{ company }}. Be brief and friendly, and never promise a date that no document says."
    prompt = create_prompt(tenant_id=tenant_id, name="tone", text=text, actor=actor)
    add_prompt_version(
        tenant_id=tenant_id, prompt_id=prompt, text=text.replace("brief and", "warm and"), note="Warmer", actor=actor
    )

    def change(greeting: str, *, publish: bool, **prompt: object) -> None:
        changes = AgentChanges(greeting=greeting, config={"prompt": prompt} if prompt else None)
        update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=changes, actor=actor, publish=publish)

    block = {"prompt": "tone", "label": "production", "variables": {"company": "Acme"}}
    change("Hello! What may I look up for you?", publish=True, blocks=[block])
    change("Hi! Ask me anything about your order, delivery or returns.", publish=False)
    candidate = make_candidate(tenant_id=tenant_id, agent_id=agent_id, actor=actor, note="A friendlier greeting")
    experiment = start_experiment(
        tenant_id=tenant_id, agent_id=agent_id, name="Greeting", arms=[Arm(1, 50), Arm(candidate, 50)], actor=actor
    )
    with tenant_scope(tenant_id):
        for number, trace in enumerate(Trace.objects.filter(agent_id=agent_id).order_by("id")):
            trace.experiment_id, trace.agent_version = experiment, candidate if number % 2 else 1
            trace.save()
        for number, turn in enumerate(Turn.objects.filter(state="done", outcome="answered").order_by("id")):
            Judgement.objects.create(
                conversation_id=turn.conversation_id,
                turn=turn,
                agent_id=agent_id,
                agent_version=candidate if number % 2 else 1,
                experiment_id=experiment,
                model="claude-haiku-4-5",
                grounded=0.95 - 0.05 * (number % 4),
                relevant=0.9,
                complete=0.8 - 0.1 * (number % 3),
                reason="It does not say what islands cost.",
            )
    return prompt


def _keys(cast: Cast) -> None:
    from tenants.actors import user_actor
    from tenants.api_keys import create_api_key, revoke_api_key, rotate_api_key
    from tenants.permissions import SCOPES

    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    old, orders, _ = (
        create_api_key(tenant_id=tenant_id, actor=actor, name=name, scopes=SCOPES[:count]).id
        for name, count in (("Old shop", 3), ("Order service", 5), ("Nightly reports", len(SCOPES)))
    )
    revoke_api_key(tenant_id=tenant_id, actor=actor, key_id=old)
    rotate_api_key(tenant_id=tenant_id, actor=actor, key_id=orders)


def _model_providers(cast: Cast) -> None:
    """One that works, one that fails, one that nobody has tried."""
    from agents.services.providers import add_model_provider, note_check
    from tenants.actors import user_actor

    actor = user_actor(cast.alice.id)
    for provider, name, region, error in (
        ("anthropic", "Our Anthropic account", "us", ""),
        ("openai_compatible", "Llama in Frankfurt", "eu", "The model's server cannot be reached. Check its address."),
        ("openai", "Trial", "", None),
    ):
        is_compatible = provider == "openai_compatible"
        provider_id = add_model_provider(
            tenant_id=cast.acme.tenant_id,
            provider=provider,
            name=name,
            key=f"sk-of-a-picture-{name[:4].strip()}",
            base_url="https://llama.acme.invalid/v1" if is_compatible else "",
            region=region,
            offered=("llama-3.3-70b",) if is_compatible else (),
            actor=actor,
        )
        if error is not None:
            note_check(
                tenant_id=cast.acme.tenant_id,
                provider_id=provider_id,
                model="any",
                error=error,
                code="model_unavailable" if error else "",
                actor=actor,
            )


def _identity_secrets(cast: Cast) -> None:
    """One that was replaced, and the one after it."""
    from tenants.actors import user_actor
    from tenants.identity_secrets import replace_identity_secret

    for _ in range(2):
        replace_identity_secret(
            tenant_id=cast.acme.tenant_id, widget_key_id=cast.acme.key_id, actor=user_actor(cast.alice.id)
        )


def _sign_on(cast: Cast) -> None:
    from django.utils import timezone

    from rapport.encryption import encrypt
    from tenants.actors import user_actor
    from tenants.models import SignOn, SignOnDomain
    from tenants.sign_on.domains import add_domain

    tenant_id = cast.acme.tenant_id
    for domain in ("acme.example", "acme.test"):
        add_domain(tenant_id=tenant_id, domain=domain, actor=user_actor(cast.alice.id))
    SignOnDomain.objects.filter(domain="acme.example").update(verified_at=timezone.now())
    SignOn.objects.create(
        tenant_id=tenant_id, issuer="https://login.acme.example", client_id="rapport", client_secret=encrypt("-")
    )


def _people(cast: Cast) -> str:
    """Roles that changed, invitations that wait; returns the token of Charlie's."""
    from django.core import mail
    from django.core.mail import get_connection
    from django.test.utils import override_settings

    from tenants.actors import user_actor
    from tenants.members import change_role, invite_member

    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    for role in ("developer", "analyst"):
        change_role(tenant_id=tenant_id, user_id=cast.bob.id, role=role, actor=actor, actor_role="owner")
    backend = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend):
        get_connection().open()
        for email in ("emma@acme.example", LONG_EMAIL, cast.charlie.email):
            invite_member(
                tenant_id=tenant_id, email=email, role="developer", inviter_id=cast.alice.id, inviter_role="owner"
            )
        found = re.search(r"/invitations/([\w-]+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


def _contacts(cast: Cast, seeded: Seeded) -> tuple[UUID, UUID]:
    """One that is read as Mara, and one that is being erased."""
    from ingestion.models import Contact
    from tenants.context import tenant_scope
    from tenants.privacy.models import Erasure

    with tenant_scope(cast.acme.tenant_id):
        apart = Contact.objects.get(email="m.lind@fjell.example")
        going = Contact.objects.create(name="Jonas Vik", email="jonas@customer.example", is_anonymous=False)
        Erasure.objects.create(subject_id=going.id, requested_by="system", state="erasing", total=23)
    return apart.id, going.id


def _long(cast: Cast) -> tuple[UUID, UUID, UUID, UUID]:
    """Dora's company, which she is about to end; she is in Charlie's too."""
    from django.utils import timezone

    from agents.models import Conversation, Message
    from agents.services import create_agent
    from ingestion.models import Contact
    from tenants.actors import user_actor
    from tenants.api_keys import create_api_key
    from tenants.context import tenant_scope
    from tenants.deletion import request_deletion
    from tenants.models import Membership, User
    from tenants.permissions import SCOPES
    from tests.cast import make_company, make_user

    dora = make_user(LONG_EMAIL)
    User.objects.filter(id=dora.id).update(name=LONG_PERSON)
    origin = "https://hilfe-center.rechtsschutzversicherungsgesellschaften.example"
    company = make_company(LONG_COMPANY, dora, origin)
    actor, at = user_actor(dora.id), timezone.now()
    agent_id = create_agent(tenant_id=company.tenant_id, actor=actor, name=LONG_AGENT)
    create_api_key(tenant_id=company.tenant_id, actor=actor, name=LONG_AGENT, scopes=SCOPES[:1])
    with tenant_scope(company.tenant_id):
        contact = Contact.objects.create(name=LONG_PERSON, email=LONG_EMAIL, is_anonymous=False, last_seen_at=at)
        talk = Conversation.objects.create(
            agent_id=agent_id,
            contact_id=contact.id,
            subject=f"{LONG_AGENT}: {LONG_PERSON}",
            message_count=1,
            last_message_at=at - timedelta(minutes=4),
        )
        Message.objects.create(conversation=talk, sequence=1, role="contact", text=f"{LONG_COMPANY}? {LONG_AGENT}!")
    request_deletion(tenant_id=company.tenant_id, typed_name=LONG_COMPANY, actor=actor)
    Membership.objects.create(tenant_id=cast.other.tenant_id, user=dora, role="developer")
    _second_factors(dora.id)
    return contact.id, talk.id, agent_id, company.key_id


def _second_factors(user_id: UUID) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from tenants.models import User

    user = User.objects.get(id=user_id)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def session_of(email: str) -> str:
    """The cookie of somebody who signed in just now."""
    from allauth.account.internal.flows.login import record_authentication
    from django.conf import settings
    from django.http import HttpRequest
    from django.test import Client

    from tenants.models import User

    user, client, request = User.objects.get(email=email), Client(), HttpRequest()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session = client.session
    record_authentication(request, user, method="password")
    request.session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value
