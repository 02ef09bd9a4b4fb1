"""How many people a company may have. Whoever sells seats says it when the process starts; else there is no limit.

A seat is taken by a member, and kept for whoever is invited. Nobody loses theirs: a company that has more people than
seats, after a change of its plan, takes no further ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from tenants.context import tenant_scope
from tenants.errors import NoSeatLeft
from tenants.models import Invitation, Membership

_limits: list[Callable[[], int | None]] = []


@dataclass(frozen=True, slots=True)
class Seats:
    """`kept`: for open invitations; `allowed`: None for as many as they like."""

    members: int
    kept: int
    allowed: int | None

    @property
    def taken(self) -> int:
        return self.members + self.kept


def register_seat_limit(limit: Callable[[], int | None]) -> None:
    """Asked in the company's open scope; of several the lowest holds."""
    _limits.append(limit)


def read_seats(*, tenant_id: UUID) -> Seats:
    with tenant_scope(tenant_id):
        return _seats(tenant_id)


def require_seat_to_invite(tenant_id: UUID) -> None:
    """The company's row is locked: of two who want the last one, one gets it. Raises NoSeatLeft."""
    seats = _seats(tenant_id)
    _require(seats, seats.taken)


def require_seat_to_join(tenant_id: UUID, user_id: UUID) -> None:
    """By an invitation, for which a seat is kept, or by the company's own sign-in; nothing for a member. As above."""
    if Membership.objects.filter(tenant_id=tenant_id, user_id=user_id).exists():
        return
    seats = _seats(tenant_id)
    _require(seats, seats.members)


def _require(seats: Seats, taken: int) -> None:
    if seats.allowed is not None and taken >= seats.allowed:
        count = f"{seats.allowed} {'seat' if seats.allowed == 1 else 'seats'}"
        raise NoSeatLeft(
            f"The company's plan has {count}, and none is free. Its owner can add seats, choose another plan, remove "
            "somebody, or withdraw an invitation."
        )


def _seats(tenant_id: UUID) -> Seats:
    members = Membership.objects.filter(tenant_id=tenant_id).count()
    invited = Invitation.objects.filter(tenant_id=tenant_id, accepted_at=None, revoked_at=None)
    known = [each for each in (limit() for limit in _limits) if each is not None]
    return Seats(members, invited.filter(expires_at__gt=timezone.now()).count(), min(known) if known else None)
