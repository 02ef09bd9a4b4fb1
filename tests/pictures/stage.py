"""The companies in the pictures: one full, one empty, and one whose names are long and which is to be deleted."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tests.cast import Cast
from tests.frontend.seed import Seeded

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
    merged_id: UUID
    erased_id: UUID
    token: str
    emails: dict[str, str]  # who is signed in on a picture → the address of that person
    long_contact_id: UUID
    long_conversation_id: UUID
    long_agent_id: UUID
    long_key_id: UUID


def set_stage() -> Stage:
    """Writes it all into an empty database."""
    from tests.cast import assemble, make_user
    from tests.frontend.seed import seed

    cast = assemble()
    _keys(cast)
    _identity_secrets(cast)
    _sign_on(cast)
    token = _people(cast)
    seeded = seed(cast.acme.tenant_id, cast.acme.agent_id)
    merged, erased = _contacts(cast, seeded)
    return Stage(
        seeded,
        cast.acme.tenant_id,
        cast.acme.key_id,
        cast.acme.agent_id,
        merged,
        erased,
        token,
        {
            "full": cast.alice.email,
            "empty": cast.charlie.email,
            "analyst": cast.bob.email,
            "long": LONG_EMAIL,
            "nobody": make_user("nora@nowhere.example").email,
        },
        *_long(cast),
    )


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

    from tenants.actors import user_actor
    from tenants.models import SignOn, SignOnDomain
    from tenants.sign_on.domains import add_domain

    tenant_id = cast.acme.tenant_id
    for domain in ("acme.example", "acme.test"):
        add_domain(tenant_id=tenant_id, domain=domain, actor=user_actor(cast.alice.id))
    SignOnDomain.objects.filter(domain="acme.example").update(verified_at=timezone.now())
    SignOn.objects.create(
        tenant_id=tenant_id, issuer="https://login.acme.example", client_id="rapport", client_secret="-"
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
