"""A contact asks to be forgotten: one request erases what every table and store holds, and leaves a signed receipt.

Of a message or a conversation alone the same goes on here, once it is taken out (`parts`).

suppress → empty every table and store → ask each again → receipt. The first step is one transaction: from its end on
nothing is written for the contact any more, and the same person who comes back is someone new. Each step is kept as it
is done, so a worker that dies is followed by another that goes on.
"""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport import logs
from rapport.events.envelope import Event
from rapport.events.lease import current_lease
from rapport.events.outbox import publish
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.directory import ContactUnknown, find_someone, hold_writers, strip
from tenants.privacy.emptying import Found, ask_again, empty_all
from tenants.privacy.holdings import Person, Someone, gather_links, names_of
from tenants.privacy.models import Erasure, ErasureKind, ErasureState
from tenants.privacy.parts import PREFIXES, mend, part_in, take_out
from tenants.privacy.receipts import sign
from tenants.privacy.suppression import Known, suppress
from tenants.topics import ERASURE_REQUESTED, PRIVACY

FORMAT = "rapport-erasure/1"

log = logs.get_logger(__name__)


def request_erasure(*, tenant_id: UUID, contact_id: UUID, actor: Actor, idempotency_key: str = "") -> UUID:
    """Begin to forget a contact; returns the erasure's id, or that of one that is under way.

    Raises ContactUnknown, IdempotencyKeyReused.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        outcome = run_once(
            tenant_id=tenant_id,
            operation="erase_contact",  # kept when the contact is gone, so that the call can be sent again
            key=idempotency_key,
            request={"contact_id": str(contact_id)},
            work=lambda: {"erasure_id": str(_request(tenant_id, contact_id, actor))},
        )
    return UUID(outcome.result["erasure_id"])


def _request(tenant_id: UUID, contact_id: UUID, actor: Actor) -> UUID:
    under_way = Erasure.objects.filter(subject_id=contact_id).exclude(state=ErasureState.DONE).first()
    if under_way is not None:
        return under_way.id
    find_someone(contact_id)
    row = Erasure.objects.create(subject_id=contact_id, requested_by=actor.label)
    subject = encode(Prefix.ERASURE, row.id)
    record_audit(
        actor=actor,
        action="contact.erasure_requested",
        subject=encode(Prefix.CONTACT, contact_id),
        details={"erasure": subject},
    )
    data = {"erasure_id": str(row.id)}
    publish(PRIVACY, Event(ERASURE_REQUESTED, tenant_id, str(row.id), data, subject=subject))
    return row.id


def run_erasure(*, tenant_id: UUID, erasure_id: UUID) -> None:
    """Go on with an erasure, to its end. Raises StillThere, and what a store raises that is away: then call again."""
    person = _suppress(tenant_id, erasure_id)
    if person is None:
        return
    with tenant_scope(tenant_id):
        row = Erasure.objects.get(id=erasure_id)
        found: Found = row.stores

    def save(stores: Found) -> None:
        current_lease().check()
        with tenant_scope(tenant_id):
            Erasure.objects.filter(id=erasure_id).update(stores=stores)

    empty_all(person, found, save)
    if row.kind != ErasureKind.CONTACT:
        mend(row)
    ask_again(person, found, save)
    _finish(tenant_id, erasure_id)


def _suppress(tenant_id: UUID, erasure_id: UUID) -> Person | None:
    """From the end of this transaction on nothing is written for the contact; None when the erasure is done."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = Erasure.objects.select_for_update().filter(id=erasure_id).first()
        if row is None or row.state == ErasureState.DONE:
            return None
        if row.suppressed_at is None:
            _begin(row)
        elif row.state == ErasureState.STUCK:
            row.state, row.error_code = ErasureState.ERASING, ""
            row.save(update_fields=["state", "error_code"])
        return _person(row)


def _begin(row: Erasure) -> None:
    someone = _locked(row.whose_id or row.subject_id)
    row.suppressed_at, row.state = timezone.now(), ErasureState.ERASING
    if row.kind == ErasureKind.CONTACT:
        _suppress_contact(row, someone)
    else:
        take_out(row, someone)
    row.total = len(names_of(_person(row)))
    row.save(update_fields=["suppressed_at", "state", "work", "stores", "total"])


def _suppress_contact(row: Erasure, someone: Someone) -> None:
    ids = [Known("contact", str(each)) for each in someone.contacts]
    assert row.suppressed_at
    suppress([*ids, *someone.known], at=row.suppressed_at)
    links = {name: [str(each) for each in found] for name, found in gather_links(someone).items()}
    row.work = {"contacts": [str(each) for each in someone.contacts], "links": links}
    strip(someone.contacts)


def _locked(contact_id: UUID) -> Someone:
    """Who it is, when every write that did not know of the erasure is over.

    Writers hold a conversation before they touch its contact, so conversations come first; and once more after the
    contact, for one that was begun in between. A contact that is gone already was read as one with another.
    """
    someone = Someone((contact_id,), ())
    for _ in range(2):
        hold_writers(someone.contacts)
        try:
            someone = find_someone(contact_id)
        except ContactUnknown:
            return replace(someone, known=())
    hold_writers(someone.contacts)
    return someone


def _person(row: Erasure) -> Person:
    if row.kind != ErasureKind.CONTACT:
        return part_in(row)
    links = {name: tuple(map(UUID, ids)) for name, ids in row.work["links"].items()}
    return Person(row.tenant_id, tuple(map(UUID, row.work["contacts"])), links)


def _finish(tenant_id: UUID, erasure_id: UUID) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        current_lease().check_locked()
        row = Erasure.objects.select_for_update().get(id=erasure_id)
        if row.state == ErasureState.DONE:
            return
        order = names_of(_person(row))
        row.state, row.finished_at, row.work, row.error_code = ErasureState.DONE, timezone.now(), {}, ""
        row.receipt = sign(_receipt(row, order))
        row.save()
        _record_end(row)
    log.info(f"{row.kind}_erased", erasure_id=str(erasure_id), stores=len(order))


def _record_end(row: Erasure) -> None:
    subject = encode(PREFIXES[ErasureKind(row.kind)], row.subject_id)
    whose = {"contact": encode(Prefix.CONTACT, row.whose_id)} if row.whose_id else {}
    match row.kind:
        case ErasureKind.MESSAGE:
            record_audit(actor=SYSTEM, action="message.erased", subject=subject, details=whose)
        case ErasureKind.CONVERSATION:
            record_audit(actor=SYSTEM, action="conversation.erased", subject=subject, details=whose)
        case _:
            record_audit(actor=SYSTEM, action="contact.erased", subject=subject)


def _receipt(row: Erasure, order: list[str]) -> dict[str, object]:
    assert row.suppressed_at
    assert row.finished_at
    return {
        "format": FORMAT,
        "id": encode(Prefix.ERASURE, row.id),
        "company": encode(Prefix.TENANT, row.tenant_id),
        "contact": encode(Prefix.CONTACT, row.whose_id or row.subject_id),
        **({} if row.whose_id is None else {row.kind: encode(PREFIXES[ErasureKind(row.kind)], row.subject_id)}),
        "requested_by": row.requested_by,
        "requested_at": row.requested_at.isoformat(),
        "suppressed_at": row.suppressed_at.isoformat(),
        "finished_at": row.finished_at.isoformat(),
        "stores": [{"name": name, **row.stores[name]} for name in order],
        "erased": sum(row.stores[name]["before"] for name in order),
    }


def mark_stuck(*, erasure_id: UUID, code: str) -> None:
    """In the open scope: every attempt failed. It goes on when its event is tried again, on the Health page."""
    rows = Erasure.objects.filter(id=erasure_id).exclude(state=ErasureState.DONE)
    rows.update(state=ErasureState.STUCK, error_code=code[:80])
