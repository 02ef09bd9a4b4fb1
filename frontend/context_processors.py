"""What every page's frame needs."""

from django.http import HttpRequest

from frontend.navigation import places_for
from frontend.pages.mailbox import is_mail_local
from tenants.web import current_membership

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
        context |= {"membership": membership, "places": places_for(membership.role) if membership else []}
    return context
