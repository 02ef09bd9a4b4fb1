"""Erasing a message or a conversation alone: its rows, what was made of it, and what repeats it.

Everything in the database goes in one transaction, in which all who write for the contact are waited for. Who had read
it before finds that the contact's standing has changed (`suppression.standing_of`) and writes nothing of it. What the
stores outside hold is emptied after that, and all are asked again (`erasure`).
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.directory import part_kind
from tenants.privacy.emptying import Found, count, erase
from tenants.privacy.errors import NothingToErase
from tenants.privacy.holdings import Part, Someone, gather_links, tables_of
from tenants.privacy.models import Erasure, ErasureKind, ErasureState
from tenants.privacy.suppression import part_of, suppress
from tenants.topics import ERASURE_REQUESTED, PRIVACY

PREFIXES = {
    ErasureKind.CONTACT: Prefix.CONTACT,
    ErasureKind.CONVERSATION: Prefix.CONVERSATION,
    ErasureKind.MESSAGE: Prefix.MESSAGE,
}
_ALWAYS = ("exports",)  # archives of the contact, which may hold it


def find_part(*, tenant_id: UUID, kind: ErasureKind, part_id: UUID) -> UUID:
    """Whose it is. Raises NothingToErase."""
    with tenant_scope(tenant_id):
        contact_id = part_kind(kind).whose(part_id)
    if contact_id is None:
        raise NothingToErase(f"There is no such {kind}.")
    return contact_id


def request_part_erasure(
    *, tenant_id: UUID, kind: ErasureKind, part_id: UUID, actor: Actor, idempotency_key: str = ""
) -> UUID:
    """Begin to forget a message or a conversation; returns the erasure's id, or that of one that is under way.

    Raises NothingToErase, IdempotencyKeyReused.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        outcome = run_once(
            tenant_id=tenant_id,
            operation=f"erase_{kind}",
            key=idempotency_key,
            request={"id": str(part_id)},
            work=lambda: {"erasure_id": str(_request(tenant_id, kind, part_id, actor))},
        )
    return UUID(outcome.result["erasure_id"])


def _request(tenant_id: UUID, kind: ErasureKind, part_id: UUID, actor: Actor) -> UUID:
    under_way = Erasure.objects.filter(subject_id=part_id).exclude(state=ErasureState.DONE).first()
    if under_way is not None:
        return under_way.id
    contact_id = find_part(tenant_id=tenant_id, kind=kind, part_id=part_id)
    row = Erasure.objects.create(kind=kind, subject_id=part_id, whose_id=contact_id, requested_by=actor.label)
    subject = encode(Prefix.ERASURE, row.id)
    record_audit(
        actor=actor,
        action=f"{kind}.erasure_requested",
        subject=encode(PREFIXES[kind], part_id),
        details={"erasure": subject, "contact": encode(Prefix.CONTACT, contact_id)},
    )
    data = {"erasure_id": str(row.id)}
    publish(PRIVACY, Event(ERASURE_REQUESTED, tenant_id, str(row.id), data, subject=subject))
    return row.id


def take_out(row: Erasure, someone: Someone) -> None:
    """In the open scope and transaction, with all who write for these contacts held."""
    gathered = part_kind(row.kind).gather(row.subject_id, someone.contacts)
    links = {name: tuple(ids) for name, ids in gathered.links.items()}
    links |= {name: found for name, found in gather_links(someone).items() if name in _ALWAYS}
    row.work = {
        "contacts": [str(each) for each in someone.contacts],
        "links": {name: [str(each) for each in ids] for name, ids in links.items()},
    }
    part = part_in(row)
    row.stores = _counted(part)
    gathered.unmake(part)
    for name in row.stores:
        erase(name, part)
    suppress([part_of(each) for each in someone.contacts], at=timezone.now())


def _counted(part: Part) -> Found:
    """What the tables hold; stores are asked when no transaction is open."""
    names = [model._meta.label for model in tables_of(part)]
    return {name: {"before": count(name, part), "after": None, "attempts": 0} for name in names}


def part_in(row: Erasure) -> Part:
    links = {name: tuple(map(UUID, ids)) for name, ids in row.work["links"].items()}
    return Part(row.tenant_id, tuple(map(UUID, row.work["contacts"])), links)


def mend(row: Erasure) -> None:
    """What was unmade with it is made anew from what is left. No transaction is open."""
    part_kind(row.kind).mend(part_in(row))
