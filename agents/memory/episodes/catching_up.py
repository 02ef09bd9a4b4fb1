"""Conversations that are not findable as they should be: from before this was kept, left behind by an outage, or with
vectors of a model that does not answer any more. Every night, and with `manage.py index_memory`.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from agents.memory.episodes.embedding import EmbedderOf, embedder_of
from agents.memory.episodes.indexing import ORIGINS, forget_conversations, index_conversation
from agents.models import Conversation, Episode, EpisodeSegment
from tenants.context import tenant_scope, tenant_transaction

TOGETHER = 50


def catch_up(*, tenant_id: UUID, embedder_for: EmbedderOf = embedder_of) -> int:
    """Returns how many conversations were indexed. Raises EmbeddingUnavailable and BudgetExhausted; what was
    done by then stays."""
    _forget_other_models(tenant_id, embedder_for(tenant_id).model.key)
    count = 0
    for conversation_id in _behind(tenant_id):
        index_conversation(tenant_id=tenant_id, conversation_id=conversation_id, embedder_for=embedder_for)
        count += 1
    return count


def _forget_other_models(tenant_id: UUID, model: str) -> None:
    """They are found by their words alone until they are made anew."""
    while True:
        with tenant_transaction(tenant_id):
            rows = EpisodeSegment.objects.exclude(model=model).values_list("conversation_id", flat=True)
            if not (stale := set(rows[:TOGETHER])):
                return
            forget_conversations(stale)


def _behind(tenant_id: UUID) -> Iterator[UUID]:
    """Each once, the latest first, so that one that cannot be indexed holds nobody up."""
    with tenant_scope(tenant_id):
        segments = EpisodeSegment.objects.filter(conversation_id=OuterRef("conversation_id")).order_by()
        last = segments.values("conversation_id").annotate(last=Max("last_sequence")).values("last")
        missing = Episode.objects.filter(
            conversation_id=OuterRef("id"), origin__in=ORIGINS, sequence__gt=Coalesce(Subquery(last), 0)
        )
        behind = Conversation.objects.filter(Exists(missing), is_remembered=True).order_by("-last_message_at")
        ids = list(behind.values_list("id", flat=True))
    yield from ids
