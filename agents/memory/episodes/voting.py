"""Facts that a question asks for vote for the turns that said them: "where do I live?" finds "I moved to Lisbon".

Only which kinds of facts are asked for is looked at, so that a question that asks for none costs nothing.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
from django.db.models import Q

from agents.memory.episodes.blocks import Block
from agents.memory.predicates import asked_predicates
from agents.models import Episode, FactSource, FactStatus

MOST_SOURCES = 30  # the latest
SUPERSEDED = 0.5  # what held before may be meant; what holds now counts twice as much

Votes = dict[int, float]


def votes_of(family: Sequence[UUID], question: str, blocks: Sequence[Block]) -> list[Votes]:
    """In the open scope. For each block: the place of each turn that is a source, and what it counts."""
    found: list[Votes] = [{} for _ in blocks]
    if not (predicates := asked_predicates(question)):
        return found
    for (conversation_id, sequence), weight in _sources(family, predicates).items():
        for block, votes in zip(blocks, found, strict=True):
            if (place := _place_of(block, conversation_id, sequence)) is not None:
                votes[place] = weight
    return found


def _sources(family: Sequence[UUID], predicates: frozenset[str]) -> Mapping[tuple[UUID, int], float]:
    sources = FactSource.objects.filter(fact__contact_id__in=family, fact__predicate__in=predicates, withdrawn_at=None)
    sources = sources.exclude(message_id=None).exclude(fact__status=FactStatus.RETRACTED).order_by("-said_at", "-id")
    rows = sources.values_list("conversation_id", "message_id", "fact__status")[:MOST_SOURCES]
    weights = {message: 1.0 if status == FactStatus.ACTIVE else SUPERSEDED for _, message, status in reversed(rows)}
    if not weights:
        return {}
    within = Q(conversation_id__in={each for each, *_ in rows}, message_id__in=list(weights), contact_id__in=family)
    said = Episode.objects.filter(within).values_list("conversation_id", "sequence", "message_id")
    return {(where, sequence): weights[message] for where, sequence, message in said if where and message}


def _place_of(block: Block, conversation_id: UUID, sequence: int) -> int | None:
    if conversation_id not in block.conversations:
        return None
    number = block.conversations.index(conversation_id)
    places = np.flatnonzero((block.conversation_of == number) & (block.sequences == sequence))
    return int(places[0]) if len(places) else None
