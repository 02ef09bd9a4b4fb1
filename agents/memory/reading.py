"""Reading an episode for facts: each version of the extractor reads each once. What an older version found and this one
does not is taken out again.

Only what a contact said is read: never the agent's words, nor what repeats what is remembered. Runs in the caller's
scope and transaction.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from agents.memory.chain import key_of
from agents.memory.extraction import EXTRACTOR, VERSION, Extracted, extract
from agents.memory.forgetting import taken_back_by, wish_to_forget
from agents.memory.ledger import rebuild, states_of
from agents.memory.reconciling import Origin, learn
from agents.models import Episode, Extraction, Fact, FactSource, Stance
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from ingestion.contacts.merging import family_of
from tenants.actors import Actor
from tenants.context import require_tenant_id, tenant_scope

LOOKED_BACK = 20  # messages of the agent
_SHORTEST = 12  # characters: shorter words are anybody's
_MARKS = " \t\n.,!?\"'“”„«»>"
_MAIL_QUOTE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTED = re.compile(r"\"[^\"]+\"|“[^”]+”|„[^“”]+[“”]|«[^»]+»|»[^«]+«")
_LINE = re.compile(r"[^\n.!?]{12,}[.!?]?")


def read_episode(episode: Episode, actor: Actor) -> list[Extracted]:
    """Returns what is news; again changes nothing. Raises ContactNotFound."""
    if episode.origin != "contact" or not _claim(episode):
        return []
    said = extract(own_words(episode.text, _answers_before(episode)), episode.said_at)
    origin = Origin.of(episode, EXTRACTOR, VERSION)
    news = learn(episode.contact_id, origin, said, actor)
    if wish := wish_to_forget(episode.text):
        for contact_id in _who_is_one(episode):
            kinds = Fact.objects.filter(contact_id=contact_id).values_list("predicate", flat=True).distinct()
            forgotten = taken_back_by(wish, list(kinds))
            learn(contact_id, origin, forgotten, actor)
            said = [*said, *forgotten]
    _take_over(episode, said, actor)
    return news


def _who_is_one(episode: Episode) -> tuple[UUID, ...]:
    """With the contact, all who are read as one with it."""
    return family_of(tenant_id=require_tenant_id(), contact_id=episode.contact_id)


def _answers_before(episode: Episode) -> list[str]:
    earlier = Episode.objects.filter(conversation_id=episode.conversation_id, sequence__lt=episode.sequence)
    return list(earlier.exclude(origin="contact").order_by("-sequence").values_list("text", flat=True)[:LOOKED_BACK])


def own_words(text: str, agents: Sequence[str]) -> str:
    """With blanks for what repeats the agent, quoted or word for word, and for lines quoted as in mails. `agents`: what
    the agent said before."""
    text = _MAIL_QUOTE.sub(_blank, text)
    for pattern in (_QUOTED, _LINE):
        text = pattern.sub(lambda match: _blank(match) if _is_repeated(match.group(), agents) else match.group(), text)
    return text


def _is_repeated(part: str, said: Sequence[str]) -> bool:
    words = part.strip(_MARKS)
    return len(words) >= _SHORTEST and any(words in each for each in said)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _claim(episode: Episode) -> bool:
    _, is_new = Extraction.objects.get_or_create(
        episode=episode, extractor=EXTRACTOR, version=VERSION, defaults={"contact_id": episode.contact_id}
    )
    return is_new


def _take_over(episode: Episode, said: Sequence[Extracted], actor: Actor) -> None:
    """What older versions found here is this version's where it says the same, and goes where it does not."""
    found = {(each.predicate, key_of(each.value), each.start, each.is_retracted) for each in said}
    older = FactSource.objects.filter(
        message_id=episode.message_id, extractor=EXTRACTOR, extractor_version__lt=VERSION
    ).select_related("fact")
    gone: dict[str, list[UUID]] = {}
    for row in older:
        what = (row.fact.predicate, key_of(row.value or row.fact.value), row.char_start, row.stance == Stance.RETRACTS)
        ids = gone.setdefault(row.fact.predicate, [])
        if what not in found:
            ids.append(row.id)
    older.update(extractor_version=VERSION)
    if gone:
        hold_contact(episode.contact_id)
    for predicate, ids in gone.items():
        before = states_of(episode.contact_id, predicate)
        FactSource.objects.filter(id__in=ids).delete()
        rebuild(episode.contact_id, predicate, before, actor)


def read_again(*, tenant_id: UUID, limit: int, actor: Actor) -> int:
    """Some of the episodes that this version has not read, oldest first; returns how many, 0 when none is left."""
    with tenant_scope(tenant_id):
        mine = Extraction.objects.filter(extractor=EXTRACTOR, version=VERSION).values("episode_id")
        rows = Episode.objects.filter(origin="contact").exclude(id__in=mine).order_by("id")
        ids = list(rows.values_list("id", flat=True)[:limit])
    for episode_id in ids:
        with tenant_scope(tenant_id):
            _read_one(episode_id, actor)
    return len(ids)


def _read_one(episode_id: UUID, actor: Actor) -> None:
    with transaction.atomic():
        episode = Episode.objects.filter(id=episode_id).first()
        if episode is None:
            return
        try:
            read_episode(episode, actor)
        except ContactNotFound:  # it is being erased, and its episodes with it
            return
