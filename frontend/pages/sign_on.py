"""Settings, sign-in: the company's own provider, the domains that it has shown to be its own, and who joins as what.

Whoever changes it has signed in lately: it decides who gets in.
"""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from frontend.page import Visit, asked_id, page
from frontend.pages.company_sign_in import callback_address
from rapport.errors import NotFound, RapportError
from rapport.ids import Prefix
from tenants.errors import SignOnNotFound
from tenants.permissions import Permission
from tenants.sign_on.connections import people_bound_by
from tenants.sign_on.domains import add_domain, list_domains, remove_domain, verify_domain
from tenants.sign_on.settings import JOINING_ROLES, SignOnSettings, get_sign_on, remove_sign_on, save_sign_on

FIELDS = ("issuer", "client_id", "default_role")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.SIGN_ON_WRITE)
def show_sign_on(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.confirm_first("sign_on")
    form = visit.request.POST
    before = get_sign_on(visit.tenant_id)
    wanted = SignOnSettings(
        issuer=form.get("issuer", ""),
        client_id=form.get("client_id", ""),
        client_secret=form.get("client_secret", "").strip(),
        default_role=form.get("default_role", ""),
        is_required="is_required" in form,
    )
    try:
        save_sign_on(tenant_id=visit.tenant_id, wanted=wanted, actor=visit.actor)
    except RapportError as error:
        return _render(visit, error=error)
    if wanted.is_required and not (before and before.is_required):
        _end_other_sessions(visit)
    messages.success(visit.request, gettext("Saved."))
    return redirect("sign_on")


@require_POST
@page(Permission.SIGN_ON_WRITE)
def switch_off(visit: Visit) -> HttpResponse:
    visit.confirm_first("sign_on")
    remove_sign_on(tenant_id=visit.tenant_id, actor=visit.actor)
    messages.success(visit.request, gettext("Switched off. People sign in with a password or a passkey."))
    return redirect("sign_on")


@require_POST
@page(Permission.SIGN_ON_WRITE)
def claim_domain(visit: Visit) -> HttpResponse:
    visit.confirm_first("sign_on")
    try:
        add_domain(tenant_id=visit.tenant_id, domain=visit.request.POST.get("domain", ""), actor=visit.actor)
    except RapportError as error:
        return _render(visit, domain_error=error)
    return redirect("sign_on")


@require_POST
@page(Permission.SIGN_ON_WRITE)
def act_on_domain(visit: Visit, domain: str, action: str) -> HttpResponse:
    domain_id = asked_id(Prefix.SIGN_ON, domain)
    if domain_id not in {each.id for each in list_domains(visit.tenant_id)}:
        raise SignOnNotFound(gettext("There is no such domain."))
    visit.confirm_first("sign_on")
    try:
        if action == "verify":
            verify_domain(tenant_id=visit.tenant_id, domain_id=domain_id, actor=visit.actor)
        else:
            remove_domain(tenant_id=visit.tenant_id, domain_id=domain_id, actor=visit.actor)
    except NotFound:
        raise
    except RapportError as error:
        return _render(visit, domain_error=error)
    messages.success(visit.request, gettext("Verified.") if action == "verify" else gettext("Removed."))
    return redirect("sign_on")


def _end_other_sessions(visit: Visit) -> None:
    """Whoever came in by a way that is closed now comes in by the open one."""
    for session in UserSession.objects.filter(user_id__in=people_bound_by(visit.tenant_id)):
        session.end()


def _render(
    visit: Visit, *, error: RapportError | None = None, domain_error: RapportError | None = None
) -> HttpResponse:
    sign_on, entered = get_sign_on(visit.tenant_id), visit.request.POST if error else {}
    domains = list_domains(visit.tenant_id)
    context = {
        "section": "settings",
        "sign_on": sign_on,
        "form": {name: entered.get(name, getattr(sign_on, name, "")) for name in FIELDS},
        "is_required": "is_required" in entered if error else bool(sign_on and sign_on.is_required),
        "callback": callback_address(visit.tenant_id),
        "roles": [(role.value, gettext(role.label)) for role in reversed(JOINING_ROLES)],
        "domains": domains,
        "has_verified": any(each.verified_at for each in domains),
        "error": error,
        "domain_error": domain_error,
    }
    refused = error or domain_error
    return visit.render("pages/sign_on.html", context, status=refused.status if refused else 200)
