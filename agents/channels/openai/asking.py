"""Whom a completion request asks, for whom it speaks, and in which conversation: then it is a turn like any other.

Without a conversation each call stands alone: it gets one of its own, and its messages are the history. Without a
contact nothing is remembered and nothing is recalled: two people behind one key must not meet in a memory.
"""

from dataclasses import dataclass
from uuid import UUID

from agents.channels.openai.reading import CompletionRequest
from agents.errors import ModelNotFound
from agents.selectors import AgentView, ConversationView, list_agents
from agents.services import post_message, start_conversation
from ingestion.contacts.identities import RESERVED
from ingestion.contacts.services import ensure_contact
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """The key that calls: `channel` is that of the conversations it begins, `name` how its own contact is shown."""

    tenant_id: UUID
    key_id: UUID
    channel: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """The turn that will answer."""

    tenant_id: UUID
    turn_id: UUID
    conversation_id: UUID
    agent: AgentView


def find_agent(*, tenant_id: UUID, name: str) -> AgentView:
    """By id (`agt_…`) or by name, whatever its case. Raises ModelNotFound; a name that two agents have names none."""
    agents = list_agents(tenant_id=tenant_id)
    by_id = [each for each in agents if encode(Prefix.AGENT, each.id) == name]
    found = by_id or [each for each in agents if each.name.casefold() == name.strip().casefold()]
    if len(found) != 1:
        raise ModelNotFound(
            "model names none of your agents, or two of them. Write an agent's id: GET /v1/models lists them.",
            param="model",
        )
    return found[0]


def ask_completion(
    request: CompletionRequest, caller: Caller, *, conversation: ConversationView | None, idempotency_key: str = ""
) -> AskedTurn:
    """Post the question. `conversation`: the one that goes on, which the caller may write into. Raises ModelNotFound,
    InvalidRequest, and what `post_message` raises."""
    agent = find_agent(tenant_id=caller.tenant_id, name=request.agent)
    conversation_id = (
        _same(request, caller, agent, conversation) if conversation else _begin(request, caller, agent, idempotency_key)
    )
    asked = request.asked.with_own_history() if conversation else request.asked
    posted = post_message(
        tenant_id=caller.tenant_id,
        conversation_id=conversation_id,
        text=request.question,
        idempotency_key=idempotency_key,
        actor=caller.actor,
        asked=None if asked.is_plain else asked.to_json(),
    )
    return AskedTurn(caller.tenant_id, posted.turn_id, conversation_id, agent)


def _same(request: CompletionRequest, caller: Caller, agent: AgentView, conversation: ConversationView) -> UUID:
    if conversation.agent_id != agent.id:
        raise InvalidRequest("This conversation is another agent's: name that one as model.", param="model")
    if request.contact and conversation.contact_id != _contact(request, caller):
        raise InvalidRequest(
            "This conversation is another contact's. Leave user out, or name that contact.", param="user"
        )
    return conversation.id


def _begin(request: CompletionRequest, caller: Caller, agent: AgentView, idempotency_key: str) -> UUID:
    return start_conversation(
        tenant_id=caller.tenant_id,
        agent_id=agent.id,
        contact_id=_contact(request, caller),
        actor=caller.actor,
        channel=caller.channel,
        idempotency_key=idempotency_key,
        is_remembered=bool(request.contact),
    )


def _contact(request: CompletionRequest, caller: Caller) -> UUID:
    """Who the caller says it speaks for; without one a contact that stands for the key itself."""
    name = request.contact.strip()
    if name.startswith(RESERVED) or len(name) > 200:
        raise InvalidRequest(f"user is at most 200 characters long and begins not with {RESERVED!r}.", param="user")
    if name:
        return ensure_contact(tenant_id=caller.tenant_id, external_id=name)
    own = f"{RESERVED}{encode(Prefix.API_KEY, caller.key_id)}"
    return ensure_contact(tenant_id=caller.tenant_id, external_id=own, name="Calls without a contact")
