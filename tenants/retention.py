"""For how long a company keeps what it has: days for each kind of thing, or for ever.

What is kept longer is removed every night by the upkeep; here is only what the company decided.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from tenants.errors import InvalidTenant

FEWEST_DAYS, MOST_DAYS = 1, 3650


@dataclass(frozen=True, slots=True)
class Retention:
    """Days, counted from the last change; None: for ever."""

    conversations_days: int | None = None
    traces_days: int | None = None
    events_days: int | None = None
    recordings_days: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> Self:
        """From the tenant's row; names of another version are passed over."""
        known = {each.name: stored.get(each.name) for each in fields(cls)}
        return cls(**{name: days if isinstance(days, int) else None for name, days in known.items()})

    @classmethod
    def read(cls, entered: Mapping[str, str]) -> Self:
        """From a form, in which nothing means for ever. Raises InvalidTenant."""
        return cls(**{each.name: _days(each.name, entered.get(each.name, "")) for each in fields(cls)}).checked()

    def checked(self) -> Self:
        """Raises InvalidTenant for a number of days that cannot be kept to."""
        for name, days in asdict(self).items():
            if days is not None and not FEWEST_DAYS <= days <= MOST_DAYS:
                raise _wrong(name)
        return self

    def stored(self) -> dict[str, int | None]:
        """For the tenant's row."""
        return asdict(self)


def _days(name: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise _wrong(name)
    return int(text[:9])


def _wrong(name: str) -> InvalidTenant:
    return InvalidTenant(
        f"Enter between {FEWEST_DAYS} and {MOST_DAYS} days, or nothing to keep it for ever.", param=name
    )
