"""Sign in with your company: an address leads to its company's provider, and the provider's word back to a session.

A browser is sent on by a page, not by a redirect: the content security policy lets forms lead nowhere but here.
"""

import time
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from frontend.accounts import SENT_HERE
from frontend.company_attempts import Pending, recall, remember
from frontend.page import signed_in_id
from rapport import logs
from rapport.config import get_config
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix, decode, encode
from rapport.oidc import Credentials, Person, TokenRefused, begin, discover, finish
from tenants.models import User
from tenants.sign_on.connections import Connection, connection_of_member, find_connection, get_connection
from tenants.sign_on.domains import domain_of
from tenants.sign_on.people import admit, recognise
from tenants.web import LATELY_SECONDS, SESSION_KEY

METHOD = "company"  # so allauth's record of how someone signed in calls it
log = logs.get_logger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def company_sign_in(request: HttpRequest) -> HttpResponse:
    email = request.POST.get("email", _known_address(request)).strip()[:254]
    following = _following(request)
    context: dict[str, object] = {"email": email, "next": following, "company": SENT_HERE in request.session}
    if request.method != "POST":
        return render(request, "account/company_sign_in.html", context)
    try:
        connection = find_connection(email)
        if connection is None:
            raise InvalidRequest(
                gettext(
                    "No company signs its people in here by %(domain)s. Use your password, or ask the owner of your "
                    "company here to set it up."
                )
                % {"domain": domain_of(email) or gettext("this address")}
            )
        return _send(request, connection, hint=email, following=following)
    except RapportError as error:
        return render(request, "account/company_sign_in.html", {**context, "error": error}, status=error.status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def company_confirm(request: HttpRequest) -> HttpResponse:
    """Who has no password shows at the provider that it is still they."""
    connection, following = connection_of_member(signed_in_id(request)), _following(request)
    if connection is None:
        return redirect("account_login")
    context: dict[str, object] = {"connection": connection, "next": following}
    if request.method != "POST":
        return render(request, "account/company_confirm.html", context)
    try:
        return _send(
            request, connection, hint=request.user.get_username(), following=following, confirms=signed_in_id(request)
        )
    except RapportError as error:
        return render(request, "account/company_confirm.html", {**context, "error": error}, status=error.status)


def _send(
    request: HttpRequest, connection: Connection, *, hint: str, following: str, confirms: UUID | None = None
) -> HttpResponse:
    provider = discover(connection.issuer)
    url, attempt = begin(provider, _credentials(connection), hint=hint, is_fresh=confirms is not None)
    remember(
        request,
        attempt,
        company=encode(Prefix.TENANT, connection.tenant_id),
        following=following,
        confirms=str(confirms or ""),
    )
    return render(request, "account/company_leaving.html", {"url": url, "company": connection.company})


@never_cache
@require_safe
def company_signed_in(request: HttpRequest, company: str) -> HttpResponse:
    """Where the provider sends people back to. Each company has an address of its own: one provider's answer is never
    taken to another."""
    try:
        pending = recall(request, state=request.GET.get("state", ""), company=company)
        if pending is None:
            raise TokenRefused(
                gettext("This sign-in was begun in another browser, or too long ago. Begin it once more.")
            )
        connection = get_connection(decode(Prefix.TENANT, company))
        person = _ask(request, connection, pending)
        return (
            _confirm(request, connection, person, pending)
            if pending.confirms
            else _enter(request, connection, person, pending)
        )
    except RapportError as error:
        log.info("company_sign_in_refused", code=error.code, company=company)
        return render(request, "account/company_refused.html", {"error": error}, status=error.status)


def _ask(request: HttpRequest, connection: Connection, pending: Pending) -> Person:
    """Whom the answer stands for. https://www.rfc-editor.org/rfc/rfc9207 for `iss`."""
    provider = discover(connection.issuer)
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise TokenRefused(gettext("This answer is another provider's."))
    code = request.GET.get("code", "")
    if not code:
        raise TokenRefused(
            gettext("%(company)s's provider did not let you in. Ask whoever runs it.") % {"company": connection.company}
        )
    return finish(provider, _credentials(connection), code=code, attempt=pending.attempt)


def _enter(request: HttpRequest, connection: Connection, person: Person, pending: Pending) -> HttpResponse:
    user = User.objects.get(id=admit(connection, person))
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    request.session.pop(SENT_HERE, None)
    request.session[SESSION_KEY] = str(connection.tenant_id)
    record_authentication(request, user, method=METHOD, company=encode(Prefix.TENANT, connection.tenant_id))
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=pending.next or None))
    return response


def _confirm(request: HttpRequest, connection: Connection, person: Person, pending: Pending) -> HttpResponse:
    at = person.authenticated_at
    is_old = at is not None and time.time() - at > LATELY_SECONDS
    is_same = request.user.is_authenticated and str(request.user.pk) == pending.confirms
    if is_old or not is_same or recognise(connection, person) != request.user.pk:
        raise TokenRefused(gettext("That was not you, or not just now. Sign in at your company's provider once more."))
    company = encode(Prefix.TENANT, connection.tenant_id)
    record_authentication(request, request.user, method=METHOD, company=company, reauthenticated=True)
    return redirect(pending.next or "home")


def _credentials(connection: Connection) -> Credentials:
    return Credentials(connection.client_id, connection.client_secret, callback_address(connection.tenant_id))


def callback_address(tenant_id: UUID) -> str:
    """What the provider must know as the redirect address."""
    path = reverse("company_signed_in", args=[encode(Prefix.TENANT, tenant_id)])
    return f"{get_config().public_url}{path}"


def _known_address(request: HttpRequest) -> str:
    """Of whom their company asks to come this way, or of who is signed in. It travels in no URL: those are logged."""
    return str(request.session.get(SENT_HERE) or getattr(request.user, "email", ""))


def _following(request: HttpRequest) -> str:
    """A path of ours to go on to, or ""."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if is_ours else ""
