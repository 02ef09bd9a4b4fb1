"""Holding what was just said against what is known. Code decides, by rules; nothing is deleted.

The same value is one more source. Where one value may stand, the one said last wins, in whatever order they are told.
Runs in the caller's scope and transaction; breaks a constraint (IntegrityError) when another one wrote meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from agents.memory.extraction import Extracted
from agents.memory.predicates import is_single_valued
from agents.models import Fact, FactSource
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import Audited, record_audits

Facts = QuerySet[Fact]


@dataclass(frozen=True, slots=True)
class Origin:
    """What says a fact, and when: a message of a conversation, or an event of the tenant's own systems."""

    at: datetime
    extractor: str
    message_id: UUID | None = None
    conversation_id: UUID | None = None
    event_id: UUID | None = None


def reconcile(contact_id: UUID, origin: Origin, said: Extracted, actor: Actor) -> bool:
    """Write what follows from it. True when it is an open fact that was not known before."""
    known = Fact.objects.filter(contact_id=contact_id, predicate=said.predicate)
    if said.is_retracted:
        gone = _open(known).filter(value=said.value, valid_from__lte=origin.at)
        ids = list(gone.values_list("id", flat=True))
        _close(gone, origin.at)
        record_audits(actor, [_audited("memory.fact.retracted", each, contact_id, said) for each in ids])
        return False
    same = _open(known).filter(value=said.value).first()
    if same is not None:
        _add_source(same, origin, said)
        return False
    rivals = _rivals(_open(known), origin, said)
    newer = rivals.filter(valid_from__gt=origin.at).order_by("valid_from").first()
    replaced = [] if newer else list(rivals.values_list("id", flat=True))
    fact = _write_late(known, contact_id, origin, said, newer) if newer else _write(rivals, contact_id, origin, said)
    _add_source(fact, origin, said)
    entries = [_audited("memory.fact.superseded", each, contact_id, said, by=_public(fact.id)) for each in replaced]
    record_audits(actor, [*entries, _audited("memory.fact.learned", fact.id, contact_id, said)])
    return newer is None


def _audited(action: str, fact_id: UUID, contact_id: UUID, said: Extracted, **details: object) -> Audited:
    """What kind of fact about whom; never its value."""
    facts = {"contact": encode(Prefix.CONTACT, contact_id), "predicate": said.predicate, **details}
    return Audited(action, _public(fact_id), facts)


def _public(fact_id: UUID) -> str:
    return encode(Prefix.FACT, fact_id)


def _open(facts: Facts) -> Facts:
    return facts.filter(superseded_at=None)


def _rivals(facts: Facts, origin: Origin, said: Extracted) -> Facts:
    """What cannot stand beside it. Of many values a correction replaces the last one said in this conversation."""
    if is_single_valued(said.predicate):
        return facts
    if not said.is_correction:
        return facts.none()
    here = facts.filter(sources__conversation_id=origin.conversation_id).order_by("-valid_from", "-id")
    return facts.filter(id__in=list(here.values_list("id", flat=True)[:1]))


def _write(rivals: Facts, contact_id: UUID, origin: Origin, said: Extracted) -> Fact:
    replaced = list(rivals.values_list("id", flat=True))
    _close(rivals, origin.at)
    fact = Fact.objects.create(**_fields(contact_id, origin, said))
    Fact.objects.filter(id__in=replaced).update(superseded_by=fact)
    return fact


def _write_late(known: Facts, contact_id: UUID, origin: Origin, said: Extracted, newer: Fact) -> Fact:
    """Told late, so born superseded: it held from when it was said until the next value, and ends what held before."""
    next_value = known.filter(valid_from__gt=origin.at).order_by("valid_from").first() or newer
    fact = Fact.objects.create(
        **_fields(contact_id, origin, said),
        valid_to=next_value.valid_from,
        superseded_at=timezone.now(),
        superseded_by=next_value,
    )
    before = known.filter(valid_from__lte=origin.at, valid_to__gt=origin.at).exclude(id=fact.id)
    before.update(valid_to=origin.at, superseded_by=fact)
    return fact


def _fields(contact_id: UUID, origin: Origin, said: Extracted) -> dict[str, object]:
    return {
        "contact_id": contact_id,
        "predicate": said.predicate,
        "value": said.value,
        "is_single_valued": is_single_valued(said.predicate),
        "confidence": said.confidence,
        "extractor": origin.extractor,
        "valid_from": origin.at,
    }


def _close(facts: Facts, when: datetime) -> None:
    facts.update(superseded_at=timezone.now(), valid_to=when)


def _add_source(fact: Fact, origin: Origin, said: Extracted) -> None:
    FactSource.objects.get_or_create(
        fact=fact,
        message_id=origin.message_id,
        event_id=origin.event_id,
        char_start=said.start,
        defaults={"conversation_id": origin.conversation_id, "char_end": said.end},
    )
