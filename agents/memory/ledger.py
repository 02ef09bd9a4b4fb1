"""The facts of one predicate, brought to what their sources say. Asked for again it changes nothing; what a source that
is gone had ended is open again. Runs in the caller's scope and transaction, under the contact's lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from agents.memory.chain import Assertion, Interval, intervals_of, key_of
from agents.memory.predicates import is_single_valued
from agents.models import Fact, FactSource, FactStatus, Stance
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import Audited, record_audits

EVERYTHING = "*"  # the value of a source that takes back whatever holds
Before = Mapping[UUID, str]  # the status of each fact that there was
_OPEN = (FactStatus.ACTIVE, FactStatus.PROPOSED)


@dataclass(slots=True)
class _Written:
    """An interval and its row; `row` is new where it is not among those before."""

    interval: Interval
    row: Fact


def states_of(contact_id: UUID, predicate: str) -> Before:
    rows = Fact.objects.filter(contact_id=contact_id, predicate=predicate)
    return dict(rows.values_list("id", "status"))


def rebuild(contact_id: UUID, predicate: str, before: Before, actor: Actor) -> Mapping[UUID, UUID]:
    """Returns, of each source of an active fact, that fact's id. Each change has its audit row, and so its webhook."""
    rows = {row.id: row for row in Fact.objects.filter(contact_id=contact_id, predicate=predicate)}
    told = list(FactSource.objects.filter(fact_id__in=rows, withdrawn_at=None).order_by("id"))
    sources = [each for each in told if each.stance != Stance.CONTRADICTS]  # those follow, like the facts themselves
    pinned = {key_of(row.value) for row in rows.values() if row.is_pinned}
    intervals = intervals_of(
        (assertion_of(each, rows[each.fact_id].value) for each in sources),
        is_single_valued=is_single_valued(predicate),
        pinned=pinned,
    )
    held = {each.id: each.fact_id for each in sources}
    written = _match(intervals, rows, held, (contact_id, predicate))
    left = [row for row in rows.values() if row.id not in {each.row.id for each in written}]
    _close(left)
    _write(written, rows, pinned)
    _hang(written, held)
    _note_contradictions(written, {each.id: each for each in sources}, [each for each in told if each not in sources])
    Fact.objects.filter(id__in=[row.id for row in left], sources=None).delete()
    record_audits(actor, list(_changes(contact_id, predicate, written, before)))
    active = [each for each in written if each.interval.status == "active"]
    return {source.id: each.row.id for each in active for source in each.interval.sources}


def assertion_of(row: FactSource, value: str) -> Assertion:
    """`value`: its fact's, for sources that are older than their own."""
    said = row.value or value
    return Assertion(
        id=row.id,
        value="" if said == EVERYTHING else said,
        said_at=row.said_at,
        recorded_at=row.created_at,
        holds_from=row.holds_from,
        holds_to=row.holds_to,
        precision=row.precision,
        place=row.char_start,
        extractor=row.extractor,
        version=row.extractor_version,
        confidence=row.confidence,
        conversation_id=row.conversation_id,
        is_retracted=row.stance == Stance.RETRACTS,
        is_correction=row.is_correction,
        is_proposal=row.is_proposal,
        is_staff=bool(row.told_by),
        is_lasting=row.is_lasting,
        is_open_start=row.holds_from is None and row.holds_to is not None,
    )


def _match(
    intervals: Sequence[Interval], rows: Mapping[UUID, Fact], held: Mapping[UUID, UUID], whose: tuple[UUID, str]
) -> list[_Written]:
    """Each interval keeps the row that one of its sources hangs on already, so that ids stay; else it gets a new."""
    taken: set[UUID] = set()
    matched: list[_Written] = []
    for interval in intervals:
        known = [held[source.id] for source in (*interval.supports, *interval.sources)]
        found = next((each for each in known if each not in taken and _is_alike(rows[each], interval)), None)
        row = rows[found] if found else Fact(contact_id=whose[0], predicate=whose[1])
        row.is_single_valued = is_single_valued(whose[1])
        taken.add(row.id)
        matched.append(_Written(interval, row))
    return matched


def _is_alike(row: Fact, interval: Interval) -> bool:
    return key_of(row.value) == interval.key


def _write(written: Sequence[_Written], rows: Mapping[UUID, Fact], pinned: set[str]) -> None:
    """What ends before what begins: at no moment may two values be open."""
    row_of = {id(each.interval): each.row for each in written}
    changed = []
    for each in written:
        ender = each.interval.ended_by
        wanted = _fields(each.interval, pinned) | {"superseded_by_id": row_of[id(ender)].id if ender else None}
        if each.row.id not in rows or any(getattr(each.row, name) != value for name, value in wanted.items()):
            changed.append((each.row, wanted))
    later = []
    for row, wanted in sorted(changed, key=lambda each: each[1]["status"] in _OPEN):
        if row.id in rows and row.status in _OPEN and wanted["status"] not in _OPEN:
            Fact.objects.filter(id=row.id).update(**{**wanted, "superseded_by_id": None})
        later.append((row, wanted))
    for row, wanted in later:
        _save(row, {**wanted, "superseded_by_id": None}, is_new=row.id not in rows)
    for row, wanted in later:
        if wanted["superseded_by_id"]:
            row.superseded_by_id = wanted["superseded_by_id"]
            row.save(update_fields=["superseded_by"])


def _hang(written: Iterable[_Written], held: Mapping[UUID, UUID]) -> None:
    """Each source on the fact that it speaks of by now; most hang there already."""
    for each in written:
        moved = [source.id for source in each.interval.sources if held[source.id] != each.row.id]
        if moved:
            FactSource.objects.filter(id__in=moved).update(fact_id=each.row.id)


def value_of(interval: Interval) -> str:
    """As it was spelled last."""
    return max(interval.supports or interval.sources, key=lambda each: (each.said_at, each.place)).value


def _note_contradictions(
    written: Iterable[_Written], sources: Mapping[UUID, FactSource], noted: Iterable[FactSource]
) -> None:
    """On each fact that stands, what says otherwise and has not replaced it: the same words, once more."""
    wanted = {
        (each.row.id, _place(source)): source
        for each in written
        for source in (sources[said.id] for said in each.interval.contradicted_by)
    }
    there = {(row.fact_id, _place(row)): row.id for row in noted}
    FactSource.objects.filter(id__in=[there[key] for key in there.keys() - wanted.keys()]).delete()
    new = [_otherwise(source, fact_id=key[0]) for key, source in wanted.items() if key not in there]
    FactSource.objects.bulk_create(new)


def _place(row: FactSource) -> tuple[object, ...]:
    return (row.message_id, row.event_id, row.run_id, row.told_by, row.char_start)


def _otherwise(source: FactSource, *, fact_id: UUID) -> FactSource:
    copied = {field.attname: getattr(source, field.attname) for field in FactSource._meta.concrete_fields}
    del copied["id"]
    return FactSource(**{**copied, "fact_id": fact_id, "stance": Stance.CONTRADICTS})


def best_source(interval: Interval) -> Assertion:
    """The one that says it most surely."""
    said = interval.supports or interval.sources
    return max(said, key=lambda each: (not each.is_proposal, each.confidence, each.said_at))


def _fields(interval: Interval, pinned: set[str]) -> dict[str, Any]:
    supports = interval.supports or interval.sources
    said_best = best_source(interval)
    is_open = interval.status in _OPEN
    return {
        "value": value_of(interval),
        "status": interval.status,
        "confidence": said_best.confidence,
        "extractor": said_best.extractor,
        "extractor_version": said_best.version,
        "valid_from": interval.valid_from,
        "valid_to": interval.valid_to,
        "valid_precision": interval.precision,
        "is_pinned": is_open and interval.status != "proposed" and interval.key in pinned,
        "recorded_at": min(each.recorded_at for each in supports),
        "superseded_at": None if is_open else interval.ended_at or timezone.now(),
    }


def _save(row: Fact, wanted: Mapping[str, Any], *, is_new: bool) -> None:
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(force_insert=is_new, force_update=not is_new)


def _close(left: Iterable[Fact]) -> None:
    """Rows that nothing says any more; one whose source was only withdrawn is kept with it."""
    for row in left:
        if row.status in _OPEN:
            ended = {"status": FactStatus.RETRACTED, "superseded_at": timezone.now(), "valid_to": row.valid_from}
            _save(row, {**ended, "is_pinned": False}, is_new=False)


def _changes(contact_id: UUID, predicate: str, written: Iterable[_Written], before: Before) -> Iterator[Audited]:
    """What became of what there was first, then what is new."""
    facts = {"contact": encode(Prefix.CONTACT, contact_id), "predicate": predicate}
    news = []
    for each in written:
        was, status = before.get(each.row.id, ""), each.interval.status
        if was == status or not each.interval.supports:
            continue
        entry = _entry(each.row, was, status, facts)
        if was and status not in _OPEN:
            yield entry
        else:
            news.append(entry)
    yield from news


def _entry(row: Fact, was: str, status: str, facts: Mapping[str, object]) -> Audited:
    """A fact that is told late was learned, though it is over."""
    subject = encode(Prefix.FACT, row.id)
    if status == FactStatus.PROPOSED:
        return Audited("memory.fact.proposed", subject, facts)
    if was in ("", FactStatus.PROPOSED):
        return Audited("memory.fact.learned", subject, facts)
    if status == FactStatus.ACTIVE:
        return Audited("memory.fact.restored", subject, facts)
    if status == FactStatus.RETRACTED:
        return Audited("memory.fact.retracted", subject, facts)
    ender = row.superseded_by_id
    return Audited(
        "memory.fact.superseded", subject, {**facts, **({"by": encode(Prefix.FACT, ender)} if ender else {})}
    )
