"""What a caller may hand on to keys and people, and that it is still they: a browser that somebody left open, and a key
that makes keys, get no further than the dashboard's pages let a person."""

from rest_framework.request import Request

from agents.api.principals import Member, Staff
from rapport.errors import PermissionDenied
from tenants.api_keys import Giver, KeyAccess, giver_of
from tenants.permissions import scopes_for
from tenants.web import signed_in_lately


class ConfirmFirst(PermissionDenied):
    """The session is older than ten minutes: the page asks for the password, or what else opens the account."""

    code = "confirm_first"


def giver_for(request: Request, staff: Staff) -> Giver:
    """Raises ConfirmFirst."""
    if isinstance(staff, Member):
        refuse_old_session(request, staff)
        return Giver(scopes_for(staff.role), staff.user_id, staff.role)
    return giver_of(KeyAccess(staff.key_id, staff.tenant_id, "", staff.scopes, staff.is_test))


def refuse_old_session(request: Request, staff: Staff) -> None:
    """Raises ConfirmFirst. Keys have no session."""
    if isinstance(staff, Member) and not signed_in_lately(request._request, staff.user_id):
        raise ConfirmFirst("You signed in a while ago. Confirm on the dashboard that it is you, then do this again.")
