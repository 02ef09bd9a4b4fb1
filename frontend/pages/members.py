"""People: who is in the company and may do what; inviting, leaving, joining, and going from one company to another."""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from frontend.accounts import INVITATION
from frontend.page import Visit, asked_id, page, signed_in_id
from frontend.phrases import phrase
from rapport.errors import NotFound, RapportError
from rapport.ids import Prefix, encode
from rapport.ratelimits.buckets import take
from tenants.members import (
    INVITATIONS,
    InvitationView,
    accept_invitation,
    change_role,
    concerns_owners,
    find_invitation,
    invitations_to,
    invite_member,
    list_invitations,
    remove_member,
    withdraw_invitation,
)
from tenants.permissions import Permission, roles_for
from tenants.seats import read_seats
from tenants.selectors import list_members
from tenants.web import SESSION_KEY, own_memberships


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.MEMBERS_READ)
def show_members(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.MEMBERS_WRITE)
    email, role = visit.request.POST.get("email", ""), visit.request.POST.get("role", "")
    if concerns_owners(tenant_id=visit.tenant_id, role=role):
        visit.confirm_first("members")
    try:
        take(INVITATIONS, f"user:{signed_in_id(visit.request).hex}")
        invite_member(
            tenant_id=visit.tenant_id,
            email=email,
            role=role,
            inviter_id=signed_in_id(visit.request),
            inviter_role=visit.membership.role,
        )
    except RapportError as error:
        return _render(visit, error=error)
    messages.success(
        visit.request,
        gettext("%(email)s gets a mail with a link that is good for seven days.") % {"email": email.strip().lower()},
    )
    return redirect("members")


def _render(visit: Visit, *, error: RapportError | None = None) -> HttpResponse:
    roles = roles_for(visit.membership.role)
    context = {
        "section": "members",
        "members": list_members(visit.tenant_id),
        "invitations": list_invitations(visit.tenant_id),
        "seats": read_seats(tenant_id=visit.tenant_id),
        "roles": [(role.value, role.label, WORDS[role.value]) for role in roles],
        "changeable": {role.value for role in roles},
        "me": signed_in_id(visit.request),
        "error": error,
        "email": visit.request.POST.get("email", "") if error else "",
    }
    return visit.render("pages/members.html", context, status=error.status if error else 200)


WORDS = {
    "owner": phrase("everything, and who the owners are"),
    "admin": phrase("everything but owners"),
    "developer": phrase("agents, knowledge and API keys"),
    "analyst": phrase("reads everything, changes nothing"),
    "billing": phrase("usage and cost"),
}


@require_POST
@page(Permission.MEMBERS_READ)
def act_on_member(visit: Visit, member: str, action: str) -> HttpResponse:
    """Everybody may go by themselves; what else is allowed the service says."""
    user_id = asked_id(Prefix.USER, member)
    is_me = user_id == signed_in_id(visit.request)
    role = visit.request.POST.get("role", "") if action == "change" else ""
    if action == "change":
        visit.require(Permission.MEMBERS_WRITE)
    if concerns_owners(tenant_id=visit.tenant_id, user_id=user_id, role=role):
        visit.confirm_first("members")
    if action == "change":
        return _try(
            visit,
            lambda: change_role(
                tenant_id=visit.tenant_id,
                user_id=user_id,
                role=role,
                actor=visit.actor,
                actor_role=visit.membership.role,
            ),
            gettext("Saved. It holds from the next page on."),
        )
    return _try(
        visit,
        lambda: remove_member(
            tenant_id=visit.tenant_id, user_id=user_id, actor=visit.actor, actor_role=visit.membership.role
        ),
        gettext("You have left the company.") if is_me else gettext("Removed."),
    )


@require_POST
@page(Permission.MEMBERS_WRITE)
def withdraw(visit: Visit, invitation: str, action: str) -> HttpResponse:
    invitation_id = asked_id(Prefix.INVITATION, invitation)
    return _try(
        visit,
        lambda: withdraw_invitation(tenant_id=visit.tenant_id, invitation_id=invitation_id, actor=visit.actor),
        gettext("Withdrawn. Its link opens nothing any more."),
    )


def _try(visit: Visit, work: Callable[[], None], said: str) -> HttpResponse:
    try:
        work()
    except NotFound:
        raise
    except RapportError as error:
        return _render(visit, error=error)
    messages.success(visit.request, said)
    return redirect("members")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mail's link leads. Whoever is not signed in signs in or up first, and comes back."""
    try:
        invitation = find_invitation(token)
    except NotFound as error:
        return render(request, "pages/invitation.html", {"error": error}, status=404)
    if request.method == "POST" and request.user.is_authenticated:
        return _join(request, invitation)
    is_mine = request.user.is_authenticated and invitation.email in own_addresses(request)
    if not request.user.is_authenticated:
        request.session[INVITATION] = token
    return render(request, "pages/invitation.html", {"invitation": invitation, "is_mine": is_mine})


@require_POST
@login_required
def join(request: HttpRequest, invitation: str, action: str) -> HttpResponse:
    """An invitation to an address that the person has verified needs no link."""
    mine = invitations_to(own_addresses(request))
    found = next((each for each in mine if encode(Prefix.INVITATION, each.id) == invitation), None)
    if found is None:
        error = NotFound(gettext("This invitation is over or was withdrawn. Ask whoever invited you for another one."))
        return render(request, "pages/invitation.html", {"error": error}, status=404)
    return _join(request, found)


def _join(request: HttpRequest, invitation: InvitationView) -> HttpResponse:
    try:
        tenant_id = accept_invitation(
            invitation_id=invitation.id, user_id=signed_in_id(request), emails=own_addresses(request)
        )
    except RapportError as error:
        return render(request, "pages/invitation.html", {"error": error}, status=error.status)
    request.session.pop(INVITATION, None)
    request.session[SESSION_KEY] = str(tenant_id)
    messages.success(request, gettext("Welcome to %(company)s.") % {"company": invitation.company})
    return redirect("home")


def own_addresses(request: HttpRequest) -> list[str]:
    """The signed-in person's verified addresses, in lower case."""
    rows = EmailAddress.objects.filter(user_id=request.user.pk, verified=True)
    return [email.lower() for email in rows.values_list("email", flat=True)]


@require_POST
@login_required
def switch_company(request: HttpRequest) -> HttpResponse:
    """To another of the person's own companies; anything else changes nothing."""
    wanted = request.POST.get("company", "")
    if any(str(each.tenant.id) == wanted for each in own_memberships(request)):
        request.session[SESSION_KEY] = wanted
    return redirect("home")
