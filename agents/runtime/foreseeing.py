"""What a question will find, looked for before it is known that the question is whole: a caller pauses.

It only reads, and only where that costs nothing: by an embedder that is built in, with no reranker that is paid for.
What was found goes with the question, on its turn, as ids and scores. A turn that would search for the very same takes
it; any other searches as if it had never been.
"""

import time
from typing import Any
from uuid import UUID

from agents.experiments.choosing import choose_version
from agents.inbox.state import HELD
from agents.llm.extractive.model import ExtractiveModel
from agents.models import Conversation, Message, Turn
from agents.runtime.context import history_of
from agents.runtime.foreseen import digest_of, passages_of, to_json
from agents.runtime.parts import Parts, SearchPlan, get_parts
from agents.runtime.past import writes
from agents.runtime.searching import plan_of
from ingestion.embedding.registry import get_embedder, is_builtin
from ingestion.embedding.state import recall_answering
from rapport.ids import new_id
from tenants.context import tenant_scope


def foresee(
    *, tenant_id: UUID, conversation_id: UUID, question: str, parts: Parts | None = None
) -> dict[str, Any] | None:
    """For `post_message(foreseen=…)`. None where it would cost something, no agent answers, or not all of the search
    answered. Writes nothing. Outside of any transaction."""
    parts, began_at = parts or get_parts(), time.time()
    with tenant_scope(tenant_id):
        conversation = Conversation.objects.filter(id=conversation_id).first()
        if conversation is None or conversation.state in HELD:
            return None
        config = choose_version(
            tenant_id=tenant_id,
            agent_id=conversation.agent_id,
            contact_id=conversation.contact_id,
            channel=conversation.channel,
            version=conversation.agent_version,
        ).agent.config
        asked = Message(sequence=conversation.message_count + 1)
        history = history_of(Turn(id=new_id(), conversation=conversation, question=asked))
    knowledge = config.knowledge
    plan = plan_of(knowledge)
    if not is_free(tenant_id, plan):
        return None
    query = parts.resolve_follow_up(question, history) if knowledge.query_rewriting else question
    found = parts.search(tenant_id=tenant_id, query=query, plan=plan)
    if found.is_partial:
        return None
    return {**to_json(found, digest_of(query, plan), began_at), "is_quoted": not writes(config.models.answer)}


def read_ahead(*, tenant_id: UUID, question: str, foreseen: dict[str, Any], parts: Parts | None = None) -> None:
    """Where the built-in model will quote what was foreseen, have it read that now: reading is what takes it long, and
    costs nothing. A question that leans on the conversation is read in vain. Writes nothing."""
    model = (parts or get_parts()).model
    if foreseen["is_quoted"] and isinstance(model, ExtractiveModel):
        model.get_ready(question, passages_of(foreseen, tenant_id=tenant_id))


def is_free(tenant_id: UUID, plan: SearchPlan) -> bool:
    """Nobody is paid for a guess."""
    return plan.reranker != "api" and is_builtin(recall_answering(tenant_id, get_embedder().model).key)
