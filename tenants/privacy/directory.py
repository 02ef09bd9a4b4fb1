"""Who a contact is: said by the floor that has the contacts' rows, asked by erasures and exports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapport.errors import NotFound
from tenants.privacy.holdings import Part, Someone


class ContactUnknown(NotFound):
    code = "contact_not_found"


@dataclass(frozen=True, slots=True)
class Directory:
    """`find` reads and locks the rows, in the open scope and transaction, and gives None when there are none. `strip`
    takes away by what they are found, so that the same person is someone new from then on."""

    find: Callable[[UUID], Someone | None]
    strip: Callable[[Sequence[UUID]], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """`links`: the ids of all that goes, by their names. `unmake`: what is derived from it is unmade, and what only
    names it is corrected; the rows themselves are erased by their tables."""

    links: Mapping[str, Iterable[UUID]]
    unmake: Callable[[Part], None]


@dataclass(frozen=True, slots=True)
class PartKind:
    """What may be erased alone. Nothing but `mend` is called outside the transaction in which it is taken out, when
    nobody else writes for the contact.

    `whose`: the contact of this id, None when there is no such thing. `gather` looks what goes with it; the contacts
    are those that are read as one. `mend` makes anew what was unmade with it.
    """

    whose: Callable[[UUID], UUID | None]
    gather: Callable[[UUID, Sequence[UUID]], Gathered]
    mend: Callable[[Part], None]


_directories: list[Directory] = []
_parts: dict[str, PartKind] = {}
Hold = Callable[[Sequence[UUID]], None]
_holds: list[Hold] = []


def set_directory(directory: Directory) -> None:
    """Called once, when the app that owns contacts is ready."""
    _directories[:] = [directory]


def declare_part(kind: str, part: PartKind) -> None:
    _parts[kind] = part


def part_kind(kind: str) -> PartKind:
    return _parts[kind]


def declare_hold(hold: Hold) -> None:
    """`hold` locks, in the open transaction, the rows that writers lock before they ask `is_contact_erased`: who holds
    them all has waited for every write that did not know of the tombstone yet."""
    _holds.append(hold)


def find_someone(contact_id: UUID) -> Someone:
    """In the open scope and transaction. Raises ContactUnknown."""
    found = _directories[0].find(contact_id)
    if found is None:
        raise ContactUnknown("There is no such contact.")
    return found


def strip(contacts: Sequence[UUID]) -> None:
    _directories[0].strip(contacts)


def hold_writers(contacts: Sequence[UUID]) -> None:
    for hold in _holds:
        hold(contacts)
