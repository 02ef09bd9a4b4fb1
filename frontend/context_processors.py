"""What every page's frame needs."""

from django.http import HttpRequest

from tenants.web import current_membership


def shell(request: HttpRequest) -> dict[str, object]:
    """The signed-in person's company, for the frame of the page."""
    if not hasattr(request, "user"):
        return {}
    return {"membership": current_membership(request)}
