"""Settings: the company, how long it keeps what it has, where its widget may be shown, and its end."""

from functools import cache

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from frontend.page import Visit, page, signed_in_id
from frontend.phrases import phrase
from frontend.said import said
from rapport.errors import RapportError
from tenants.company import CompanySettings, time_zones, update_company
from tenants.deletion import GRACE, cancel_deletion, request_deletion
from tenants.permissions import Permission
from tenants.retention import MOST_DAYS, Retention
from tenants.selectors import list_members, list_widget_keys
from tenants.services import choose_language
from tenants.sign_on.settings import get_sign_on

KEPT = (  # the name of each period, and what it is about
    ("conversations_days", phrase("Conversations"), phrase("With their messages, counted from the last one.")),
    ("traces_days", phrase("Traces"), phrase("How answers came about.")),
    ("recordings_days", phrase("Recordings"), phrase("The sound of calls; what was said stays with the conversation.")),
    ("events_days", phrase("Events"), phrase("What your own systems sent about contacts.")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.USAGE_READ)
def show_settings(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.SETTINGS_WRITE)
    form = visit.request.POST
    try:
        wanted = CompanySettings(
            name=form.get("name", ""),
            slug=form.get("slug", ""),
            time_zone=form.get("time_zone", ""),
            locale=form.get("locale", ""),
            retention=Retention.read({name: form.get(name, "") for name, _, _ in KEPT}),
        )
        update_company(tenant_id=visit.tenant_id, wanted=wanted, actor=visit.actor)
    except RapportError as error:
        return _render(visit, error=error)
    messages.success(visit.request, gettext("Saved."))
    return redirect("settings")


@require_POST
@page(Permission.USAGE_READ)
def choose_own_language(visit: Visit) -> HttpResponse:
    """In which this person reads the dashboard, in every company they are in."""
    try:
        choose_language(user_id=signed_in_id(visit.request), language=visit.request.POST.get("language", ""))
    except RapportError as error:
        messages.error(visit.request, said(error.message))
    return redirect("settings")


@require_POST
@page(Permission.COMPANY_DELETE)
def delete_company(visit: Visit) -> HttpResponse:
    """From now on its keys open nothing; in thirty days it is erased."""
    visit.confirm_first("settings")
    try:
        request_deletion(
            tenant_id=visit.tenant_id, typed_name=visit.request.POST.get("typed_name", ""), actor=visit.actor
        )
    except RapportError as error:
        return _render(visit, deletion_error=error)
    messages.success(visit.request, gettext("The company is to be deleted. The owners got a mail."))
    return redirect("settings")


@require_POST
@page(Permission.COMPANY_DELETE)
def keep_company(visit: Visit) -> HttpResponse:
    """Taking it back needs no second look: nothing is lost by it."""
    cancel_deletion(tenant_id=visit.tenant_id, actor=visit.actor)
    messages.success(
        visit.request, gettext("%(name)s stays. Its keys and its widget work again.") % {"name": visit.tenant.name}
    )
    return redirect("settings")


def _render(
    visit: Visit, *, error: RapportError | None = None, deletion_error: RapportError | None = None
) -> HttpResponse:
    kept = visit.tenant.retention.stored()
    entered = visit.request.POST if error else {}
    saved = {
        "name": visit.tenant.name,
        "slug": visit.tenant.slug,
        "time_zone": visit.tenant.time_zone,
        "locale": visit.tenant.locale,
    }
    context = {
        "section": "settings",
        "form": {name: entered.get(name, value) for name, value in saved.items()},
        "kept": [(name, label, words, entered.get(name, kept[name])) for name, label, words in KEPT],
        "most_days": MOST_DAYS,
        "zones": _zones(),
        "languages": settings.LANGUAGES,
        "members": list_members(visit.tenant_id),
        "origins": sorted({origin for key in list_widget_keys(visit.tenant_id) for origin in key.allowed_origins}),
        "can_write_sign_on": visit.may(Permission.SIGN_ON_WRITE),
        "sign_on": get_sign_on(visit.tenant_id),
        "can_delete": visit.may(Permission.COMPANY_DELETE),
        "grace_days": GRACE.days,
        "error": error,
        "deletion_error": deletion_error,
    }
    return visit.render("pages/settings.html", context, status=400 if error or deletion_error else 200)


@cache
def _zones() -> list[str]:
    """Names of places, without the old abbreviations."""
    return sorted(zone for zone in time_zones() if "/" in zone or zone == "UTC")
