"""What every page's frame needs."""

from django.http import HttpRequest

from frontend.navigation import places_for
from frontend.operators import is_operator
from frontend.pages.mailbox import is_mail_local
from tenants.permissions import Permission, is_granted
from tenants.selectors import TenantView
from tenants.web import current_membership, own_memberships

THEMES = {"light", "dark"}


def shell(request: HttpRequest) -> dict[str, object]:
    """The signed-in person's company, where they may go, and the look that they chose."""
    context: dict[str, object] = {
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in THEMES else "",
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "mail_is_local": is_mail_local(),
    }
    if hasattr(request, "user"):
        membership = current_membership(request)
        context |= {"membership": membership, "companies": _companies(request) if membership else []}
        places = places_for(membership.role, is_operator=is_operator(request)) if membership else ()
        context |= {"places": places}
        context |= {
            "can_delete_company": membership is not None and is_granted(membership.role, Permission.COMPANY_DELETE)
        }
    return context


def _companies(request: HttpRequest) -> list[TenantView]:
    """The person's companies, when there is more than one to choose from."""
    found = [each.tenant for each in own_memberships(request)]
    return found if len(found) > 1 else []
