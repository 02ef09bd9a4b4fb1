"""People, companies, places, orders, products and events, and how they hang together. Pure.

A relation says since when and until when it holds, and what says so. Following some from the contact on gives a path,
which is the evidence of what stands at its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

CONTACT = "contact"  # the key of whose memory it is
MOST_PATHS = 5
_FOREVER = datetime.max.replace(tzinfo=UTC)
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Node:
    """`kind`: "contact", "person", "company", "place", "order", "product", "event" or "value"; `key` is unique.
    `is_named`: else it is known only by what it is to the contact ("your company")."""

    key: str
    kind: str
    name: str
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What says a relation: words of a message, an event of the tenant's own systems (`record`), a person of the
    company or a tool. `text` is what it says, as far as it can be quoted."""

    kind: str  # "said", "record", "told" or "tool"
    text: str
    at: datetime
    message_id: UUID | None = None
    conversation_id: UUID | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind`: a predicate ("employer", "place", "plan", …), what somebody is to the contact ("sister"), or "contains".
    `fact_id`: of the fact that it follows from, if it follows from one."""

    source: str
    kind: str
    target: str
    valid_from: datetime | None
    valid_to: datetime | None
    precision: str = "moment"
    fact_id: UUID | None = None
    evidence: tuple[Evidence, ...] = ()

    def overlaps(self, window: "Window") -> bool:
        return (self.valid_from or _EVER) < window.end and window.start < (self.valid_to or _FOREVER)

    def holds_at(self, moment: datetime) -> bool:
        return (self.valid_from or _EVER) <= moment < (self.valid_to or _FOREVER)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` on and before `end`."""

    start: datetime
    end: datetime

    def within(self, relation: Relation) -> "Window":
        """As far as the relation holds."""
        start = max(self.start, relation.valid_from or _EVER)
        return Window(start, min(self.end, relation.valid_to or _FOREVER))


@dataclass(frozen=True, slots=True)
class Hop:
    """From where one is to what it has to do with by a relation of this kind, as it held in `window`."""

    kind: str
    window: Window


Path = tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: Mapping[str, Node] = field(default_factory=dict)
    relations: Sequence[Relation] = ()

    def named(self, name: str) -> list[str]:
        """Keys of the people and companies of this name (`subjects.key_of`)."""
        return [key for key in (f"company:{name}", f"person:{name}") if key in self.nodes]

    def follow(self, starts: Iterable[str], hops: Sequence[Hop]) -> list[Path]:
        """Every way along these hops, what holds since the latest moment first. Hops that are asked of one time lead
        only over what held together in it."""
        found: list[tuple[str, Path, Window]] = [(key, (), hops[0].window) for key in starts] if hops else []
        for number, hop in enumerate(hops):
            is_same = number > 0 and hop.window == hops[number - 1].window
            found = [step for each in found for step in self._steps(each, hop, is_same)]
        paths = sorted((path for _, path, _ in found), key=_latest, reverse=True)
        return paths[:MOST_PATHS]

    def _steps(self, so_far: tuple[str, Path, Window], hop: Hop, is_same: bool) -> Iterable[tuple[str, Path, Window]]:
        key, path, held = so_far
        window = held if is_same else hop.window
        for relation in self.relations:
            if relation.source == key and relation.kind == hop.kind and relation.overlaps(window):
                yield relation.target, (*path, relation), window.within(relation)

    def held_at(self, moment: datetime) -> "Graph":
        """What held then, as far as it can be reached from the contact."""
        relations = [each for each in self.relations if each.holds_at(moment)]
        reached, newest = {CONTACT}, {CONTACT}
        while newest:
            newest = {each.target for each in relations if each.source in newest} - reached
            reached |= newest
        kept = [each for each in relations if each.source in reached]
        return Graph({key: node for key, node in self.nodes.items() if key in reached}, kept)


def _latest(path: Path) -> tuple[datetime, ...]:
    return tuple(each.valid_from or _EVER for each in path)


def window_of(moment: datetime) -> Window:
    """That moment alone."""
    return Window(moment, moment.replace(microsecond=min(moment.microsecond + 1, 999_999)))
