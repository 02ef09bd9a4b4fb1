"""How near at hand a fact is: always told, recent, or long-term. What is not confirmed or used again sinks, what is
rises; nothing is ever deleted for it, and whoever asks for it is answered from every tier. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Literal, Protocol

from agents.memory.predicates import COMMITMENT, INSTRUCTION, TRAIT, is_single_valued
from agents.memory.subjects import apart

Tier = Literal["always", "recent", "long_term"]
PROMOTED_AT = 3  # confirmations and uses together, from which a fact of several values is always told
_EACH, _MOST_COUNTED = 0.25, 4  # what a confirmation or a use adds, and how many count: the often used stay beatable
_FOR_GOOD = frozenset({"name", "email", "phone", "language", "birthday", INSTRUCTION, COMMITMENT})
_DAYS = {
    "place": 730,
    "employer": 730,
    "order": 90,
    "appointment": 60,
    "budget": 180,
    "prefers": 365,
    "avoids": 365,
    "cancels": 180,
    "paid": 180,
}
_TRAIT_DAYS, _OTHER_DAYS = 365, 180


class Held(Protocol):
    """What a tier is told by."""

    @property
    def predicate(self) -> str: ...
    @property
    def is_pinned(self) -> bool: ...
    @property
    def confidence(self) -> float: ...
    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def confirmations(self) -> int: ...
    @property
    def times_used(self) -> int: ...
    @property
    def last_used_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """`weight`: by which facts of one tier are put in order."""

    tier: Tier
    weight: float


def time_to_live(predicate: str) -> timedelta | None:
    """How long a fact of this kind is near at hand after it was last confirmed or used; None: for good."""
    name, _ = apart(predicate)
    if name in _FOR_GOOD:
        return None
    return timedelta(days=_DAYS.get(name, _TRAIT_DAYS if name.startswith(TRAIT) else _OTHER_DAYS))


def half_life(predicate: str) -> timedelta | None:
    """In which time its weight halves; None: never. As long as it is near at hand."""
    return time_to_live(predicate)


def standing_of(fact: Held, now: datetime) -> Standing:
    age = _age(fact, now)
    weight = fact.confidence * _decay(fact.predicate, age) * (1 + _EACH * _counted(fact))
    return Standing(_tier(fact, age), inf if fact.is_pinned else weight)


def is_always(predicate: str) -> bool:
    """Of a kind that is always told while it is near at hand."""
    return predicate in (INSTRUCTION, COMMITMENT) or is_single_valued(predicate)


def _tier(fact: Held, age: timedelta) -> Tier:
    lives = time_to_live(fact.predicate)
    is_near = lives is None or age <= lives
    if fact.is_pinned or (is_near and (is_always(fact.predicate) or _counted(fact) >= PROMOTED_AT)):
        return "always"
    return "recent" if is_near else "long_term"


def _counted(fact: Held) -> int:
    """Being said once is no confirmation."""
    return min(max(fact.confirmations - 1, 0), _MOST_COUNTED) + min(fact.times_used, _MOST_COUNTED)


def _age(fact: Held, now: datetime) -> timedelta:
    """Since it was last confirmed or used."""
    at = max(_times(fact), default=now)
    return max(now - at, timedelta())


def _times(fact: Held) -> Iterable[datetime]:
    return (at for at in (fact.confirmed_at, fact.last_used_at) if at is not None)


def _decay(predicate: str, age: timedelta) -> float:
    half = half_life(predicate)
    return 1.0 if half is None else 0.5 ** (age / half)
