"""Who calls, and what they may reach. Another tenant's objects, and another visitor's, are not found."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request

from agents.attachments.selectors import get_attachment
from agents.attachments.views import AttachmentView
from agents.errors import AttachmentNotFound, ConversationNotFound
from agents.selectors import ConversationView, get_conversation, get_turn
from agents.selectors.conversations import is_turn_finished
from billing.budgets import NO_BUDGET, SpendLimit
from ingestion.contacts.holding import is_forgotten
from ingestion.contacts.identities import RESERVED as RESERVED
from rapport.errors import NotAuthenticated, PermissionDenied
from tenants.actors import Actor, key_actor, user_actor, visitor_actor
from tenants.attachments import ALL_FILES, NO_FILES, AttachmentRules
from tenants.permissions import Permission, is_granted


@dataclass(frozen=True, slots=True)
class Visitor:
    """An end customer in a chat: reaches its own conversations and nothing else. `budget`: for a day; `files`: that it
    may send."""

    tenant_id: UUID
    agent_id: UUID
    contact_id: UUID
    budget: SpendLimit = NO_BUDGET
    is_identified: bool = False
    files: AttachmentRules = NO_FILES
    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> Actor:
        return visitor_actor(self.contact_id)

    @property
    def caller(self) -> str:
        """For rate limits."""
        return f"contact:{self.contact_id.hex}"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the tenant, signed in on the dashboard."""

    tenant_id: UUID
    user_id: UUID
    email: str
    name: str
    role: str
    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> Actor:
        return user_actor(self.user_id)

    @property
    def caller(self) -> str:
        """For rate limits."""
        return f"user:{self.user_id.hex}"

    @property
    def files(self) -> AttachmentRules:
        return ALL_FILES

    @property
    def contact_name(self) -> str:
        """What the tenant's contacts call this member in a test chat."""
        return f"{RESERVED}{self.user_id.hex}"


@dataclass(frozen=True, slots=True)
class Machine:
    """A system of the tenant, with a secret key. `is_test`: what it starts are test conversations."""

    tenant_id: UUID
    key_id: UUID
    scopes: frozenset[Permission]
    is_test: bool
    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> Actor:
        return key_actor(self.key_id)

    @property
    def caller(self) -> str:
        """For rate limits."""
        return f"key:{self.key_id.hex}"

    @property
    def files(self) -> AttachmentRules:
        return ALL_FILES

    @property
    def channel(self) -> str:
        """Of the conversations that it starts, and in which it may write."""
        return "test" if self.is_test else "api"


Staff = Member | Machine
Principal = Visitor | Staff


def principal_of(request: Request) -> Principal:
    """Raises NotAuthenticated."""
    principal: object = request.user
    if isinstance(principal, Visitor | Member | Machine):
        return principal
    raise NotAuthenticated("Sign in, or send a valid key or token as `Authorization: Bearer …`.")


def staff_of(request: Request, permission: Permission) -> Staff:
    """The member or the key, if it has the permission. Raises PermissionDenied; for a visitor too."""
    principal = principal_of(request)
    if isinstance(principal, Member) and is_granted(principal.role, permission):
        return principal
    if isinstance(principal, Machine):
        if permission in principal.scopes:
            return principal
        raise PermissionDenied(f"This API key lacks the scope {permission}. Make one that has it on the dashboard.")
    raise PermissionDenied(f"This needs the permission {permission}. Ask an owner of the company to give it to you.")


def may(staff: Staff, permission: Permission) -> bool:
    """Whether it has this permission as well."""
    return permission in staff.scopes if isinstance(staff, Machine) else is_granted(staff.role, permission)


def readable_conversation(request: Request, conversation_id: UUID) -> ConversationView:
    """Raises ConversationNotFound; PermissionDenied for a member or key that may not read conversations."""
    principal = principal_of(request)
    try:
        return get_conversation(
            tenant_id=principal.tenant_id, conversation_id=conversation_id, contact_id=_own_only(request, principal)
        )
    except ConversationNotFound:
        refuse_forgotten(principal)
        raise


def _own_only(request: Request, principal: Principal) -> UUID | None:
    """The contact whose conversations alone a visitor reaches; None for staff, who may read all. Asked before anything
    is looked up: who may not read is not told what there is. Raises PermissionDenied."""
    if isinstance(principal, Visitor):
        return principal.contact_id
    staff_of(request, Permission.CONVERSATIONS_READ)
    return None


def refuse_forgotten(principal: Principal) -> None:
    """A visitor who was erased is told that the session is over, so that the widget begins a new one as someone new.

    Raises NotAuthenticated.
    """
    if isinstance(principal, Visitor) and is_forgotten(tenant_id=principal.tenant_id, contact_id=principal.contact_id):
        raise NotAuthenticated("This chat session is over. Open a new one.")


def writable_conversation(request: Request, conversation_id: UUID) -> ConversationView:
    """Members write into test chats, keys into what keys began: nobody speaks in a customer's place."""
    principal = principal_of(request)
    if not isinstance(principal, Visitor):  # before the look: who may not write is not told what there is
        staff_of(request, Permission.CONVERSATIONS_WRITE)
    found = readable_conversation(request, conversation_id)
    if isinstance(principal, Member) and found.channel != "test":
        raise PermissionDenied("Only the customer can write here. Start a test chat to try the agent.")
    if isinstance(principal, Machine) and found.channel != principal.channel:
        raise PermissionDenied(
            f"This key writes only into conversations of the channel {principal.channel}. Start one of its own."
        )
    return found


def held_conversation(request: Request, conversation_id: UUID) -> tuple[Staff, ConversationView]:
    """For whoever may act on the company's conversations. Raises ConversationNotFound, PermissionDenied."""
    staff = staff_of(request, Permission.INBOX_WRITE)
    return staff, readable_conversation(request, conversation_id)


def readable_attachment(request: Request, attachment_id: UUID) -> AttachmentView:
    """What was not sent yet is the sender's alone. Raises AttachmentNotFound, PermissionDenied."""
    principal = principal_of(request)
    contact_id = _own_only(request, principal)
    found = get_attachment(tenant_id=principal.tenant_id, attachment_id=attachment_id, contact_id=contact_id)
    if found.message_id is None and contact_id is None:
        raise AttachmentNotFound("There is no such file.")
    return found


def removable_attachment(request: Request, attachment_id: UUID) -> AttachmentView:
    """For whoever may write where it was sent. Raises AttachmentNotFound, ConversationNotFound, PermissionDenied."""
    principal = principal_of(request)
    if not isinstance(principal, Visitor):  # before the look: who may not write is not told what there is
        staff_of(request, Permission.CONVERSATIONS_WRITE)
    contact_id = _own_only(request, principal)
    found = get_attachment(tenant_id=principal.tenant_id, attachment_id=attachment_id, contact_id=contact_id)
    writable_conversation(request, found.conversation_id)
    return found


def stoppable_turn(request: Request, turn_id: UUID) -> Principal:
    """Who may speak in the turn's conversation, or answer in the agent's place. Raises TurnNotFound,
    PermissionDenied."""
    principal = principal_of(request)
    contact_id = _own_only(request, principal)
    answers = not isinstance(principal, Visitor) and may(principal, Permission.INBOX_WRITE)
    if not answers and not isinstance(principal, Visitor):  # before the look: who may not is not told what there is
        staff_of(request, Permission.CONVERSATIONS_WRITE)
    turn = get_turn(tenant_id=principal.tenant_id, turn_id=turn_id, contact_id=contact_id)
    if not answers:
        writable_conversation(request, turn.conversation_id)
    return principal


def readable_turn(request: Request, turn_id: UUID) -> tuple[UUID, bool]:
    """The tenant of a turn that the caller may follow, and whether it is finished. Raises TurnNotFound,
    PermissionDenied."""
    principal = principal_of(request)
    contact_id = _own_only(request, principal)
    is_over = is_turn_finished(tenant_id=principal.tenant_id, turn_id=turn_id, contact_id=contact_id)
    return principal.tenant_id, is_over
