"""The people of the tests: the same cast everywhere.

Alice owns Acme, Bob is on her team (analyst), Charlie owns another company and must see nothing of Acme's. Visitors are
Acme's end customers. `assemble()` writes them; fixtures `cast`, `alice_client`, … are in `tests/conftest.py`.
"""

from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.test import Client

from agents.services import create_agent, start_conversation
from ingestion.contacts.services import create_visitor
from tenants.actors import user_actor, visitor_actor
from tenants.models import Membership, Role, User, WidgetKey
from tenants.services import create_tenant, create_widget_key

PASSWORD = "correct horse battery"
SHOP = "https://shop.acme.example"


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant with one agent and one widget key that is allowed on `origin`."""

    tenant_id: UUID
    agent_id: UUID
    key: str
    key_id: UUID
    origin: str


@dataclass(frozen=True, slots=True)
class Cast:
    """`acme` is Alice's and Bob's; `other` is Charlie's."""

    alice: User
    bob: User
    charlie: User
    acme: Company
    other: Company


def assemble() -> Cast:
    alice, bob, charlie = (
        make_user(name) for name in ("alice@acme.example", "bob@acme.example", "charlie@other.example")
    )
    acme = make_company("Acme", alice, SHOP)
    other = make_company("Other", charlie, "https://other.example")
    Membership.objects.create(tenant_id=acme.tenant_id, user=bob, role=Role.ANALYST)
    return Cast(alice, bob, charlie, acme, other)


def make_user(email: str) -> User:
    """A user with a verified address, who signs in with PASSWORD."""
    user = User(email=email, name=email.partition("@")[0].title())
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_company(name: str, owner: User, origin: str) -> Company:
    tenant_id = create_tenant(name=name, owner_id=owner.id)
    actor = user_actor(owner.id)
    agent_id = create_agent(tenant_id=tenant_id, actor=actor, name=f"{name} assistant")
    key_id = create_widget_key(tenant_id=tenant_id, agent_id=agent_id, allowed_origins=[origin], actor=actor)
    return Company(tenant_id, agent_id, WidgetKey.objects.get(id=key_id).key, key_id, origin)


def sign_in(user: User) -> Client:
    """A browser's session of this user; CSRF is checked as in production."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@dataclass(frozen=True, slots=True)
class Visitor:
    contact_id: UUID
    conversation_id: UUID


def make_visitor(company: Company) -> Visitor:
    """A visitor of the company's site who has opened a chat and said nothing."""
    contact_id = create_visitor(tenant_id=company.tenant_id)
    conversation_id = start_conversation(
        tenant_id=company.tenant_id,
        agent_id=company.agent_id,
        contact_id=contact_id,
        actor=visitor_actor(contact_id),
    )
    return Visitor(contact_id, conversation_id)
