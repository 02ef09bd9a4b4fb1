"""Ways of asking that a process remembers, one shelf for each tenant's partition: their vectors, beside the rows.

The rows are the truth. With every look a shelf is compared with them (their number and the latest id) and reads what it
lacks: the vote needs the vectors of all neighbours at once, and asking a store for them costs more than the vote.
A shelf holds no text: what was asked and answered is read from the row, which may be gone by then.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.db.models import Count, QuerySet, Window
from numpy.typing import NDArray

from agents.cache.voting import Answers, Floats
from agents.models import CachedAnswer

MOST_ENTRIES = 10_000  # of one partition; the oldest of more are found by their key only
MOST_SHELVES = 16  # of a process: at most 16 · 10,000 · (1.5 + 2) kB, and in practice far less


@dataclass(slots=True)
class Shelf:
    """`answers`: index in `answer_ids` of what each way of asking gets."""

    size: int = 0
    latest: UUID | None = None
    ids: list[UUID] = field(default_factory=list)
    answer_ids: list[UUID] = field(default_factory=list)
    meanings: Floats = field(default_factory=lambda: np.empty((0, 0), np.float32))
    words: NDArray[np.float16] = field(default_factory=lambda: np.empty((0, 0), np.float16))
    answers: Answers = field(default_factory=lambda: np.empty(0, np.int64))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, rows: list[CachedAnswer]) -> None:
        if not rows:
            return
        known = {each: place for place, each in enumerate(self.answer_ids)}
        for row in rows:
            assert row.answer_id
            if row.answer_id not in known:
                known[row.answer_id] = len(self.answer_ids)
                self.answer_ids.append(row.answer_id)
        meanings = np.stack([np.frombuffer(row.meaning, np.float16).astype(np.float32) for row in rows])
        words = np.stack([np.frombuffer(row.words, np.float16) for row in rows])
        answers = np.array([known[row.answer_id] for row in rows if row.answer_id], np.int64)
        self.meanings = np.concatenate([self.meanings, meanings]) if self.size else meanings
        self.words = np.concatenate([self.words, words]) if self.size else words
        self.answers = np.concatenate([self.answers, answers])
        self.ids += [row.id for row in rows]
        self.size, self.latest = len(self.ids), self.ids[-1]


_shelves: OrderedDict[tuple[UUID, str], Shelf] = OrderedDict()
_making = threading.Lock()


def current_shelf(tenant_id: UUID, partition: str) -> Shelf:
    """In the tenant's open scope: everything of the partition that has vectors, as the rows are now."""
    with _making:
        shelf = _shelves.pop((tenant_id, partition), None) or Shelf()
        _shelves[tenant_id, partition] = shelf
        while len(_shelves) > MOST_SHELVES:
            _shelves.popitem(last=False)
    with shelf.lock:
        return _brought_up(shelf, tenant_id, partition)


def _brought_up(shelf: Shelf, tenant_id: UUID, partition: str) -> Shelf:
    rows = CachedAnswer.objects.filter(partition=partition).exclude(answer_id=None)
    count, latest = _there(rows)
    if (min(count, MOST_ENTRIES), latest) == (shelf.size, shelf.latest):
        return shelf
    added = list(rows.filter(id__gt=shelf.latest).order_by("id")[:MOST_ENTRIES]) if shelf.latest else []
    if shelf.latest and shelf.size + len(added) == count <= MOST_ENTRIES:
        shelf.add(added)
        return shelf
    fresh = Shelf()  # something was removed, or came late: a reader of the old one keeps what it has
    fresh.add(_newest(rows))
    with _making:
        _shelves[tenant_id, partition] = fresh
    return fresh


def _there(rows: "QuerySet[CachedAnswer]") -> tuple[int, UUID | None]:
    """How many, and the latest id; in one question without `max`, which PostgreSQL has for no uuid before 18."""
    last = rows.annotate(count=Window(Count("id"))).order_by("-id").values_list("count", "id").first()
    return last or (0, None)


def _newest(rows: "QuerySet[CachedAnswer]") -> list[CachedAnswer]:
    return list(rows.order_by("-id")[:MOST_ENTRIES])[::-1]
