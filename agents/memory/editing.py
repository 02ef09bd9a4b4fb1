"""What people of the company do with facts: put right, pin, call wrong, and take that back. Each is a source like what
a contact says, under the name of who did it, so that everything that follows is worked out as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import FactNotFound, FactNotOpen
from agents.memory.chain import key_of
from agents.memory.changed import tell_changed
from agents.memory.extraction import Extracted
from agents.memory.ledger import rebuild, states_of
from agents.memory.predicates import PREDICATES
from agents.memory.reconciling import Origin, learn
from agents.memory.values import normalise
from agents.models import Fact, FactSource, FactStatus, Stance
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

EXTRACTOR = "person"
LONGEST = 500


def edit_fact(*, tenant_id: UUID, fact_id: UUID, value: str, actor: Actor) -> UUID:
    """It was always this. Returns the fact's id that says so now. Raises FactNotFound, FactNotOpen, InvalidRequest."""
    with _held(tenant_id, fact_id) as fact:
        value = _value(fact, value)
        if fact.status not in (FactStatus.ACTIVE, FactStatus.PROPOSED):
            raise FactNotOpen("This memory is over. Put the one right that took its place.")
        if key_of(value) == key_of(fact.value) and fact.status == FactStatus.ACTIVE:
            return fact.id
        at = timezone.now()
        said = [Extracted(fact.predicate, value, 0, 0, 1.0, holds_from=fact.valid_from, precision=fact.valid_precision)]
        if key_of(value) != key_of(fact.value):
            said.insert(0, Extracted(fact.predicate, fact.value, 0, 0, 1.0, is_retracted=True))
        _unpin(fact)
        learn(fact.contact_id, _origin(at, actor), said, actor)
        rows = FactSource.objects.filter(told_by=actor.label, said_at=at, stance=Stance.SUPPORTS)
        new_id = rows.values_list("fact_id", flat=True).latest("id")
        _audit(actor, "memory.fact.edited", fact, by=encode(Prefix.FACT, new_id))
        return new_id


def retract_fact(*, tenant_id: UUID, fact_id: UUID, actor: Actor) -> None:
    """It is not so, and never was; what it had ended is open again. Again changes nothing. Raises FactNotFound."""
    with _held(tenant_id, fact_id) as fact:
        if fact.status == FactStatus.RETRACTED:
            return
        _unpin(fact)
        said = Extracted(fact.predicate, fact.value, 0, 0, 1.0, is_retracted=True)
        learn(fact.contact_id, _origin(timezone.now(), actor), [said], actor)


def restore_fact(*, tenant_id: UUID, fact_id: UUID, actor: Actor) -> None:
    """Take back that it was called wrong. Raises FactNotFound, FactNotOpen for one that nobody called wrong."""
    with _held(tenant_id, fact_id) as fact:
        verdicts = FactSource.objects.filter(fact=fact, stance=Stance.RETRACTS, withdrawn_at=None).exclude(told_by="")
        before = states_of(fact.contact_id, fact.predicate)
        if not verdicts.update(withdrawn_at=timezone.now()):
            raise FactNotOpen("Nobody of the company took this memory back: there is nothing to restore.")
        rebuild(fact.contact_id, fact.predicate, before, actor)


def pin_fact(*, tenant_id: UUID, fact_id: UUID, is_pinned: bool, actor: Actor) -> None:
    """While it is pinned, what a contact says otherwise is only proposed. Raises FactNotFound, FactNotOpen."""
    with _held(tenant_id, fact_id) as fact:
        if is_pinned and fact.status != FactStatus.ACTIVE:
            raise FactNotOpen("Only what is known and holds can be pinned.")
        if fact.is_pinned == is_pinned:
            return
        Fact.objects.filter(id=fact.id).update(is_pinned=is_pinned)
        rebuild(fact.contact_id, fact.predicate, states_of(fact.contact_id, fact.predicate), actor)
        _audit(actor, "memory.fact.pinned", fact, is_pinned=is_pinned)


def add_fact(*, tenant_id: UUID, contact_id: UUID, predicate: str, value: str, actor: Actor) -> UUID:
    """Something that a person of the company knows. Returns its id. Raises ContactNotFound, InvalidRequest."""

    with tenant_scope(tenant_id), transaction.atomic():
        hold_contact(contact_id)
        if predicate not in PREDICATES:
            raise InvalidRequest(f"A kind is one of {', '.join(sorted(PREDICATES))}.", param="predicate")
        at, text = timezone.now(), _checked(predicate, value)
        learn(contact_id, _origin(at, actor), [Extracted(predicate, text, 0, 0, 1.0)], actor)
        tell_changed(contact_id)
        rows = FactSource.objects.filter(told_by=actor.label, said_at=at, fact__contact_id=contact_id)
        return rows.values_list("fact_id", flat=True).latest("id")


@contextmanager
def _held(tenant_id: UUID, fact_id: UUID) -> Iterator[Fact]:
    """The fact, under its contact's lock. Raises FactNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        contact_id = Fact.objects.filter(id=fact_id).values_list("contact_id", flat=True).first()
        fact = None
        if contact_id is not None:
            _hold(contact_id)
            fact = Fact.objects.filter(id=fact_id).first()
        if fact is None:
            raise FactNotFound("There is no such memory.")
        yield fact
        tell_changed(fact.contact_id)


def _hold(contact_id: UUID) -> None:
    try:
        hold_contact(contact_id)
    except ContactNotFound:
        raise FactNotFound("There is no such memory.") from None


def _origin(at: datetime, actor: Actor) -> Origin:
    return Origin(at, EXTRACTOR, told_by=actor.label)


def _unpin(fact: Fact) -> None:
    Fact.objects.filter(id=fact.id).update(is_pinned=False)


def _value(fact: Fact, value: str) -> str:
    return _checked(fact.predicate, value)


def _checked(predicate: str, value: str) -> str:
    text = normalise(predicate, value.replace("\x00", ""))
    if not text or len(value) > LONGEST:
        raise InvalidRequest(f"Write what is true, in up to {LONGEST} characters.", param="value")
    return text


def _audit(actor: Actor, action: str, fact: Fact, **details: object) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=encode(Prefix.FACT, fact.id),
        details={"contact": encode(Prefix.CONTACT, fact.contact_id), "predicate": fact.predicate, **details},
    )
