"""Finds the signed-in user's tenant for pages, and says how long ago they showed that it is they. It opens no scope:
views open theirs, as short as they can."""

import time
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from tenants.models import User
from tenants.selectors import MembershipView, list_memberships

SESSION_KEY = "tenant_id"
LATELY_SECONDS = 600


def signed_in_lately(request: HttpRequest, user_id: UUID) -> bool:
    """Signed in, or confirmed, within ten minutes; by any way that opens this person's account."""
    records = get_authentication_records(request, User(id=user_id))
    return any(time.time() - float(each.get("at", 0)) < LATELY_SECONDS for each in records)


def current_membership(request: HttpRequest) -> MembershipView | None:
    """The chosen tenant's membership, else the user's first; never one that the user is not a member of.

    None for a visitor, or a user with no tenant yet. Read once per request.
    """
    if not hasattr(request, "_membership"):
        request._membership = _find_membership(request)  # type: ignore[attr-defined]
    membership: MembershipView | None = request._membership  # type: ignore[attr-defined]
    return membership


def own_memberships(request: HttpRequest) -> list[MembershipView]:
    """Of the signed-in person, oldest first; none for a visitor. Read once per request."""
    if not hasattr(request, "_memberships"):
        request._memberships = (  # type: ignore[attr-defined]
            list_memberships(request.user.pk) if request.user.is_authenticated else []
        )
    memberships: list[MembershipView] = request._memberships  # type: ignore[attr-defined]
    return memberships


def _find_membership(request: HttpRequest) -> MembershipView | None:
    memberships = own_memberships(request)
    chosen = request.session.get(SESSION_KEY)
    return next(
        (each for each in memberships if str(each.tenant.id) == chosen),
        memberships[0] if memberships else None,
    )
