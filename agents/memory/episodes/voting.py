"""Facts that a question asks for vote for the turns that said them: "where do I live?" finds "I moved to Lisbon", and
"what did I say of my sister?" finds "Anna works for Bolt", and where Bolt is.

Only which kinds of facts are asked for, and of whom, is looked at, so that a question that asks for none costs nothing.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import numpy as np
from django.db.models import Q

from agents.memory.episodes.blocks import Block
from agents.memory.predicates import asked_predicates
from agents.memory.subjects import ROLES, Subject, apart, key_of, role_of, words_of
from agents.models import Episode, Fact, FactSource, FactStatus

MOST_SOURCES = 30  # the latest
MOST_FACTS = 200  # of others
HOPS = 2  # from whom the question speaks of
_MINE = re.compile(rf"\b(?:my|our|meine?[nmrs]?|unsere?[nmrs]?) (?P<role>{words_of(*ROLES)})\b", re.IGNORECASE)
SUPERSEDED = 0.5  # what held before may be meant; what holds now counts twice as much

Votes = dict[int, float]


def votes_of(family: Sequence[UUID], question: str, blocks: Sequence[Block]) -> list[Votes]:
    """In the open scope. For each block: the place of each turn that is a source, and what it counts."""
    found: list[Votes] = [{} for _ in blocks]
    if not (predicates := asked_predicates(question) | reached_from(family, question)):
        return found
    for (conversation_id, sequence), weight in _sources(family, predicates).items():
        for block, votes in zip(blocks, found, strict=True):
            if (place := _place_of(block, conversation_id, sequence)) is not None:
                votes[place] = weight
    return found


def reached_from(family: Sequence[UUID], question: str) -> frozenset[str]:
    """Kinds of facts of whomever the question speaks of ("my sister"), and of whom or what those have to do with. In
    the open scope."""
    roles = {role_of(match.group("role")) for match in _MINE.finditer(question)}
    if not roles:
        return frozenset()
    rows = Fact.objects.filter(Q(predicate__contains="@") | Q(predicate="employer"), contact_id__in=family)
    said = list(rows.exclude(status=FactStatus.PROPOSED).values_list("predicate", "value")[:MOST_FACTS])
    subjects = {Subject("role", role) for role in roles}
    for _ in range(HOPS):
        subjects |= {reached for predicate, value in said if (reached := _reached(predicate, value, subjects))}
    return frozenset(predicate for predicate, _ in said if _bearer(predicate) in subjects)


def _bearer(predicate: str) -> Subject | None:
    """Whom a fact is told of; for whom the contact works is told of its employer."""
    name, subject = apart(predicate)
    return Subject("role", "employer") if subject is None and name == "employer" else subject


def _reached(predicate: str, value: str, subjects: Collection[Subject]) -> Subject | None:
    """Whom or what a fact of these names."""
    if _bearer(predicate) not in subjects:
        return None
    kind = {"name": "person", "employer": "company"}.get(apart(predicate)[0])
    return Subject(kind, key_of(value)) if kind else None


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
