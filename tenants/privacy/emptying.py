"""Emptying every table and store of a subject, and asking each again until it counts zero.

`found` is kept by the caller after every step: name → {"before", "after", "attempts"}. Killed anywhere, the next call
goes on where this one was; what it does twice is harmless.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from tenants.privacy.errors import StillThere
from tenants.privacy.holdings import Subject, names_of, stores
from tenants.privacy.rows import count_rows, erase_rows

Found = dict[str, dict[str, Any]]
Save = Callable[[Found], None]


def empty_all(subject: Subject, found: Found, save: Save) -> None:
    """Raises StillThere, and what a store raises that is away: then call again."""
    for name in names_of(subject):
        entry = found.setdefault(name, {"before": None, "after": None, "attempts": 0})
        if entry["after"] == 0:
            continue
        if entry["before"] is None:
            entry["before"] = count(name, subject)
        entry["attempts"] += 1
        save(found)
        erase(name, subject)
        entry["after"] = count(name, subject)
        save(found)
        if entry["after"]:
            raise StillThere(f"{name} was emptied and still holds {entry['after']}. It is tried again.")


def ask_again(subject: Subject, found: Found, save: Save) -> None:
    """Every one of them, after all are empty: what came in between is found here. Raises StillThere."""
    full = {name: left for name in names_of(subject) if (left := count(name, subject))}
    for name, left in full.items():
        entry = found.setdefault(name, {"before": 0, "after": None, "attempts": 0})
        entry["before"], entry["after"] = (entry["before"] or 0) + left, left
    save(found)
    if full:
        raise StillThere(f"{', '.join(full)} got something while others were emptied. It is tried again.")


def count(name: str, subject: Subject) -> int:
    """Ask the table or the store."""
    store = _store(name)
    return store.count(subject) if store else count_rows(apps.get_model(name), subject)


def erase(name: str, subject: Subject) -> None:
    store = _store(name)
    if store:
        store.erase(subject)
    else:
        erase_rows(apps.get_model(name), subject)


def _store(name: str) -> Any:
    return next((each for each in stores() if each.name == name), None)
