"""Exact answers for the same question: same agent version, same knowledge, same model, nothing personal in them.

Only first questions of a conversation are looked up, and only grounded answers from documents are kept. A new version
of any document or of the agent changes the key: old answers are never found again.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.models import CachedAnswer
from agents.selectors.conversations import CitationView
from ingestion.knowledge import knowledge_version
from tenants.context import tenant_scope

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """`turn_id`: the turn that made it."""

    turn_id: UUID
    text: str
    citations: tuple[CitationView, ...]
    grounding: float | None


def cache_key(*, tenant_id: UUID, agent_id: UUID, agent_version: int, model: str, question: str) -> str:
    """Reads the knowledge's version now: take the key before searching, so that newer knowledge is not hidden."""
    parts = (str(agent_id), str(agent_version), model, knowledge_version(tenant_id=tenant_id), normalise(question))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def normalise(question: str) -> str:
    """Case, white space and final punctuation do not make a question another one."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", question)).strip().casefold()
    return text.rstrip(" ?!.") or text


def find_answer(*, tenant_id: UUID, key: str) -> KnownAnswer | None:
    with tenant_scope(tenant_id):
        row = CachedAnswer.objects.filter(key=key, created_at__gt=timezone.now() - KEPT).first()
    if row is None:
        return None
    citations = tuple(CitationView.from_stored(each) for each in row.citations)
    return KnownAnswer(row.turn_id, row.text, citations, row.grounding)


def keep_answer(key: str, answer: KnownAnswer, *, agent_id: UUID) -> None:
    """Write in the open scope; an answer that is there already stays."""
    row = CachedAnswer(
        key=key,
        turn_id=answer.turn_id,
        agent_id=agent_id,
        text=answer.text,
        citations=[each.to_stored() for each in answer.citations],
        grounding=answer.grounding,
    )
    CachedAnswer.objects.bulk_create([row], ignore_conflicts=True)


def prune_answers(*, tenant_id: UUID) -> int:
    """Remove what is too old to be found. Returns how many."""
    with tenant_scope(tenant_id):
        return CachedAnswer.objects.filter(created_at__lte=timezone.now() - KEPT).delete()[0]
