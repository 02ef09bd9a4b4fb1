"""Of what an agent's callers may speak: the headings and sentences of what it knows, and the questions it suggests."""

from uuid import UUID

from agents.channels.phone.audio.language_model import sentences_of
from agents.selectors.agents import get_agent
from ingestion.knowledge import list_texts
from rapport.ids import Prefix, decode
from tenants.context import tenant_scope

MOST_PASSAGES = 600


def sentences_for(*, tenant_id: UUID, agent_id: UUID) -> list[str]:
    """Raises AgentNotFound."""
    with tenant_scope(tenant_id):
        config = get_agent(tenant_id=tenant_id, agent_id=agent_id).config
    sources = [decode(Prefix.SOURCE, each) for each in config.knowledge.sources]
    texts = list_texts(tenant_id=tenant_id, source_ids=sources, limit=MOST_PASSAGES)
    questions = config.appearance.suggested_questions
    headings = [*questions, *(heading for each in texts for heading in (each.title, *each.heading_path))]
    return sentences_of(headings, (*questions, *(each.text for each in texts)))
