"""The registry of what is held, and of whom: every table, and every store outside the database, joins it.

Each app declares its own tables and stores in its `privacy.py`, which it imports when it is ready; this floor knows
none of the apps above it. `tests/tenants/privacy/test_registry.py` walks all models: one that joined nothing fails.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q

from tenants.privacy.known import Known

IDS_TOGETHER = 500  # SQLite takes only so many parameters


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a contact stands for. `contacts`: its id, then those that are read as one with it. `links`: ids by which
    tables and stores know what is its own, gathered while it was all there."""

    tenant_id: UUID
    contacts: tuple[UUID, ...]
    links: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)

    def linked(self, *names: str) -> list[UUID]:
        return [each for name in names for each in self.links.get(name, ())]


@dataclass(frozen=True, slots=True)
class Part(Person):
    """Some of what a contact left: a message or a conversation, with all that goes with it. `links` name that alone."""


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant, with everything in it."""

    tenant_id: UUID


Subject = Person | Company
Find = Callable[[Person], Iterable[Q]]


def by_field(path: str) -> Find:
    """Rows whose field (or a row that they refer to) holds the contact's id."""
    return lambda person: [Q(**{f"{path}__in": person.contacts})]


def by_links(name: str, *links: str) -> Find:
    """Rows whose field `name` holds one of the gathered ids, some hundred at a time."""

    def find(person: Person) -> Iterator[Q]:
        ids = person.linked(*links)
        for start in range(0, len(ids), IDS_TOGETHER):
            yield Q(**{f"{name}__in": ids[start : start + IDS_TOGETHER]})

    return find


@dataclass(frozen=True, slots=True)
class OfContact:
    """Rows that say something of a contact: exported and erased with it, and with its company.

    `find`: conditions that together name them, no row twice. `tenant_field` "": the table knows no company, and `find`
    is enough. `hidden`: columns that no export shows. `part`: the rows that go with a message or a conversation, or why
    none does.
    """

    find: Find
    part: Find | str
    hidden: frozenset[str] = frozenset()
    tenant_field: str = "tenant_id"
    is_exported: bool = True


@dataclass(frozen=True, slots=True)
class OfTenant:
    """Rows of a company that say nothing of a contact; `reason` says why not. `is_append_only`: see `tenants.walls`.
    `goes_with`: a table in whose transaction these leave."""

    reason: str
    hidden: frozenset[str] = frozenset()
    tenant_field: str = "tenant_id"
    is_exported: bool = True
    is_append_only: bool = False
    goes_with: str = ""


@dataclass(frozen=True, slots=True)
class OfPlatform:
    """Rows that belong to no company; `reason` says what they are."""

    reason: str


Kind = OfContact | OfTenant | OfPlatform


class StoredFile(NamedTuple):
    """A file that an export brings: its path in the archive, and how to read it."""

    path: str
    read: Callable[[], bytes]


def no_files(subject: Subject) -> Iterable[StoredFile]:
    return ()


@dataclass(frozen=True, slots=True)
class Store:
    """Something outside the database's tables. `what`: a sentence on what it holds.

    `count` asks the store itself; `erase` may be called again, and what is not there is nothing, not an error. Both
    raise retryable errors when the store is away.
    """

    name: str
    what: str
    count: Callable[[Subject], int]
    erase: Callable[[Subject], None]
    files: Callable[[Subject], Iterable[StoredFile]] = no_files


@dataclass(frozen=True, slots=True)
class Someone:
    """`contacts`: the id asked for first, then those that are read as one with it. `known`: by what it is found."""

    contacts: tuple[UUID, ...]
    known: tuple[Known, ...] = ()


Gather = Callable[[Someone], Iterable[UUID]]
Before = Callable[[Sequence[UUID]], None]

_tables: dict[str, Kind] = {}
_stores: dict[str, Store] = {}
_links: dict[str, Gather] = {}
_before: dict[str, Before] = {}


def declare(label: str, kind: Kind) -> None:
    """Say of whom the rows of a model (`"agents.Message"`) are. Raises ValueError when that was said before."""
    if label in _tables:
        raise ValueError(f"{label} has been declared already.")
    _tables[label] = kind


def declare_store(store: Store) -> None:
    _stores[store.name] = store


def declare_links(name: str, label: str, path: str) -> None:
    """The ids of these rows, of which `path` leads to the contact's id, are how other tables and stores know what is a
    contact's: see `by_links`."""

    def gather(someone: Someone) -> Iterable[UUID]:
        rows = apps.get_model(label)._default_manager.filter(**{f"{path}__in": someone.contacts})
        ids: Iterable[UUID] = rows.values_list("id", flat=True)
        return ids

    declare_gather(name, gather)


def declare_gather(name: str, gather: Gather) -> None:
    """The same, for ids that are found otherwise; in the open scope, while everything is there."""
    _links[name] = gather


def declare_before(label: str, before: Before) -> None:
    """Called with the ids of rows of a contact's that are about to go, in the transaction in which they do: what counts
    them hears of it. A company that goes takes its counts along."""
    _before[label] = before


def tell_before(label: str, ids: Sequence[UUID]) -> None:
    if before := _before.get(label):
        before(ids)


def gather_links(someone: Someone) -> dict[str, tuple[UUID, ...]]:
    """In the open scope, while the rows are there."""
    return {name: tuple(gather(someone)) for name, gather in sorted(_links.items())}


def stores() -> list[Store]:
    return [each for _, each in sorted(_stores.items())]


def kind_of(label: str) -> Kind | None:
    return _tables.get(label)


def names_of(subject: Subject) -> list[str]:
    """What is emptied one after the other: tables, those that refer to others first, then stores."""
    labels = [model._meta.label for model in tables_of(subject)]
    return [*(label for label in labels if not goes_with(label)), *(store.name for store in stores())]


def goes_with(label: str) -> str:
    """The table in whose transaction the rows of this one leave; "" for its own."""
    kind = _tables.get(label)
    return kind.goes_with if isinstance(kind, OfTenant) else ""


def going_with(label: str) -> list[type[Model]]:
    """The tables whose rows leave in this one's transaction."""
    return [apps.get_model(each) for each in sorted(_tables) if goes_with(each) == label]


def tables_of(subject: Subject) -> list[type[Model]]:
    """The models of which a contact, or a company, may have rows; those that refer to others come before them."""
    kinds: tuple[type[Kind], ...] = (OfContact,) if isinstance(subject, Person) else (OfContact, OfTenant)
    found = [label for label, kind in _tables.items() if isinstance(kind, kinds)]
    if isinstance(subject, Part):
        found = [label for label in found if finder_of(_tables[label], subject)]
    return _referring_first([apps.get_model(label) for label in found])


def finder_of(kind: Kind, person: Person) -> Find | None:
    """How the rows of a table are found that are this person's, or this part's; None: it has none."""
    if not isinstance(kind, OfContact):
        return None
    if isinstance(person, Part):
        return kind.part if callable(kind.part) else None
    return kind.find


def _referring_first(models: list[type[Model]]) -> list[type[Model]]:
    ordered: list[type[Model]] = []
    left = sorted(models, key=lambda model: model._meta.label)
    while left:
        referred = {target for model in left for target in _refers_to(model)}
        free = [model for model in left if model not in referred] or left  # a ring of references: any order
        ordered += free
        left = [model for model in left if model not in free]
    return ordered


def _refers_to(model: type[Model]) -> set[Any]:
    fields = model._meta.local_fields
    return {each.related_model for each in fields if each.is_relation and each.related_model is not model}


def undeclared() -> list[str]:
    """What to do about each model that has joined nothing."""
    return [
        f"{label}: nobody said of whom its rows are. In {label.partition('.')[0]}/privacy.py write "
        f'declare("{label}", …) with OfContact(by_field("contact_id"), part=…) when they say something of a contact, '
        f'OfTenant("why they do not") or OfPlatform("what they are") otherwise. docs/privacy.md tells more.'
        for label in sorted(model._meta.label for model in apps.get_models())
        if label not in _tables
    ]
