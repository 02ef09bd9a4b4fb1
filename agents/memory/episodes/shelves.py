"""The episodes of a contact as a process has them at hand, brought up to the rows with every question.

The rows are the truth: their generation says what is new, a new epoch that something was taken out. What is read is
kept by (tenant, contact) as long as there is room and somebody asks; a shelf holds numbers and no text.

Reading all of somebody who has said very much takes seconds. A thread of its own does that, and who asks meanwhile gets
what is at hand.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db import connections
from django.db.models import QuerySet, Subquery, Sum
from numpy.typing import NDArray

from agents.memory.episodes.blocks import Block
from agents.memory.episodes.segments import unpack
from agents.models import EpisodeSegment, EpisodeShelf
from rapport import logs
from tenants.context import tenant_scope

MOST_BYTES = 512_000_000  # of all shelves of a process, a turn has 1.2 kB; the one in use stays, whatever its size
IDLE_SECONDS = 900.0
FRESH_TURNS = 1_000  # that are kept apart from the others before all are joined again
LONG_TURNS = 5_000  # of a contact: to read them takes longer than a question waits

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """`blocks` with which of their turns still hold; `indexed`: up to which message each conversation is in them.
    `model`: whose vectors they are; `is_coming`: all of it is being read, and not there yet."""

    generation: int = -1
    epoch: int = -1
    model: str = ""
    base_generation: int = -1
    blocks: tuple[Block, ...] = ()
    alive: tuple[NDArray[np.bool_], ...] = ()
    indexed: dict[UUID, int] = field(default_factory=dict)
    is_coming: bool = False

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in self.blocks)


@dataclass(slots=True)
class _Place:
    shelf: Shelf = field(default_factory=Shelf)
    used_at: float = 0.0
    is_loading: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


_places: OrderedDict[tuple[UUID, UUID, str], _Place] = OrderedDict()
_placing = threading.Lock()


def current_shelves(tenant_id: UUID, contacts: Sequence[UUID], model: str) -> list[Shelf]:
    """In the tenant's open scope: of those who are read as one, each as its rows are now; vectors of `model` only."""
    rows = EpisodeShelf.objects.filter(contact_id__in=contacts).values_list("contact_id", "generation", "epoch")
    states = {contact_id: (generation, epoch) for contact_id, generation, epoch in rows}
    for gone in set(contacts) - states.keys():
        forget_shelf(tenant_id, gone)
    return [_current(tenant_id, each, model, *states[each]) for each in contacts if each in states]


def forget_shelf(tenant_id: UUID, contact_id: UUID) -> None:
    """What this process has of the contact."""
    with _placing:
        for key in [each for each in _places if each[:2] == (tenant_id, contact_id)]:
            del _places[key]


def _current(tenant_id: UUID, contact_id: UUID, model: str, generation: int, epoch: int) -> Shelf:
    place = _take(tenant_id, contact_id, model)
    with place.lock:
        shelf = place.shelf
        if (shelf.generation, shelf.epoch) == (generation, epoch):
            return shelf
        rows = _segments(contact_id)
        is_at_hand = shelf.epoch == epoch and bool(shelf.blocks)
        news = _read(rows.filter(generation__gt=shelf.base_generation)) if is_at_hand else []
        if is_at_hand and sum(row.turns for row in news) <= max(FRESH_TURNS, shelf.blocks[0].size // 4):
            place.shelf = _with_news(shelf, news, model, generation)
        elif (all_of_it := _read_if_short(rows)) is not None:
            place.shelf = _whole(all_of_it, model, generation, epoch)
        else:
            _load_aside(place, tenant_id, contact_id, model, generation, epoch)
            return _with_news(shelf, news, model, generation) if is_at_hand else Shelf(is_coming=True)
        _make_room(place)
        return place.shelf


class _Row(NamedTuple):
    """Of a segment; a shelf is made of thousands."""

    conversation_id: UUID
    first_sequence: int
    last_sequence: int
    turns: int
    model: str
    content: bytes


def _segments(contact_id: UUID) -> "QuerySet[EpisodeSegment]":
    return EpisodeSegment.objects.filter(contact_id=contact_id).order_by("conversation_id", "number")


def _read(rows: "QuerySet[EpisodeSegment]") -> list[_Row]:
    return [_Row(*row) for row in rows.values_list(*_Row._fields)]


def _read_if_short(rows: "QuerySet[EpisodeSegment]") -> list[_Row] | None:
    """All, by one trip to the database; none where they are too many to be waited for."""
    turns = rows.order_by().values("contact_id").annotate(turns_of_all=Sum("turns")).values("turns_of_all")
    found = _read(rows.annotate(of_all=Subquery(turns)).filter(of_all__lte=LONG_TURNS))
    return found if found or not rows.exists() else None


def _load_aside(place: _Place, tenant_id: UUID, contact_id: UUID, model: str, generation: int, epoch: int) -> None:
    """Once at a time; the place's lock is held by the caller, and not while it is read."""
    if place.is_loading:
        return
    place.is_loading = True

    def load() -> None:
        try:
            with tenant_scope(tenant_id):
                shelf = _whole(_read(_segments(contact_id)), model, generation, epoch)
            with place.lock:
                place.shelf = shelf
            _make_room(place)
        except Exception:  # the next question begins anew
            log.exception("past_not_read")
        finally:
            place.is_loading = False
            connections.close_all()  # this thread's own

    _run_aside(load)


def _run_aside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="memory-shelf", daemon=True).start()


def _take(tenant_id: UUID, contact_id: UUID, model: str) -> _Place:
    now = time.monotonic()
    with _placing:
        key = (tenant_id, contact_id, model)
        place = _places.setdefault(key, _Place())
        place.used_at = now
        _places.move_to_end(key)
        while now - next(iter(_places.values())).used_at > IDLE_SECONDS:  # the one used longest ago is the first
            _places.popitem(last=False)
    return place


def _make_room(newest: _Place) -> None:
    with _placing:
        used = sum(each.shelf.bytes for each in _places.values())
        for key in list(_places):
            if used <= MOST_BYTES:
                return
            if _places[key] is not newest:
                used -= _places.pop(key).shelf.bytes


def _whole(rows: Sequence[_Row], model: str, generation: int, epoch: int) -> Shelf:
    block = _block(rows, model)
    indexed = _indexed(rows)
    return Shelf(generation, epoch, model, generation, (block,), (np.ones(block.size, bool),), indexed)


def _with_news(shelf: Shelf, news: Sequence[_Row], model: str, generation: int) -> Shelf:
    """Beside the base, which holds older states of some of the same segments."""
    base, fresh = shelf.blocks[0], _block(news, model)
    alive = np.ones(base.size, bool)
    places = {each: number for number, each in enumerate(base.conversations)}
    for row in news:
        if (number := places.get(row.conversation_id)) is not None:
            alive &= ~((base.conversation_of == number) & (base.sequences >= row.first_sequence))
    indexed = shelf.indexed | _indexed(news)
    blocks = (base, fresh)
    return Shelf(
        generation, shelf.epoch, model, shelf.base_generation, blocks, (alive, np.ones(fresh.size, bool)), indexed
    )


def _block(rows: Iterable[_Row], model: str) -> Block:
    segments = [(row.conversation_id, unpack(bytes(row.content)), row.model) for row in rows]
    return Block.of([(each, part if of == model else part.without_vectors()) for each, part, of in segments])


def _indexed(rows: Iterable[_Row]) -> dict[UUID, int]:
    last: dict[UUID, int] = {}
    for row in rows:
        last[row.conversation_id] = max(last.get(row.conversation_id, 0), row.last_sequence)
    return last
