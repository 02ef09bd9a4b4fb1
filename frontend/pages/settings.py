"""Settings: the company and who is in it."""

from functools import cache
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from frontend.page import Visit, page
from rapport.errors import RapportError
from tenants.permissions import Permission
from tenants.selectors import list_members
from tenants.services import update_tenant


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.USAGE_READ)
def show_settings(visit: Visit) -> HttpResponse:
    error: RapportError | None = None
    if visit.request.method == "POST":
        visit.require(Permission.SETTINGS_WRITE)
        form = visit.request.POST
        try:
            update_tenant(
                tenant_id=visit.tenant_id,
                name=form.get("name", ""),
                time_zone=form.get("time_zone", ""),
                actor=visit.actor,
            )
        except RapportError as refused:
            error = refused
        else:
            messages.success(visit.request, "Saved.")
            return redirect("settings")
    context = {
        "section": "settings",
        "members": list_members(visit.tenant_id),
        "zones": _zones(),
        "error": error,
    }
    return visit.render("pages/settings.html", context, status=400 if error else 200)


@cache
def _zones() -> list[str]:
    """Names of places, without the old abbreviations. Finding them reads a folder of hundreds of files."""
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
