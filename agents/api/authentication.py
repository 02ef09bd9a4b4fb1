"""Who calls the API: a system with a secret key, a visitor with a session token, or a member with the dashboard's
session.
"""

import base64

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import PermissionDenied as DrfPermissionDenied
from rest_framework.request import Request

from agents.api.limits import API, spend
from agents.api.principals import Machine, Member, Visitor
from agents.channels.chat.tokens import VisitorSession, read_token
from billing.budgets import SpendLimit
from rapport.errors import NotAuthenticated, PermissionDenied
from tenants.api_keys import authenticate_api_key
from tenants.identity_secrets import is_identity_secret_live
from tenants.keys import is_secret_key
from tenants.models import User
from tenants.selectors import WidgetKeyView, get_live_widget_key
from tenants.web import current_membership


class CsrfFailed(PermissionDenied):
    code = "csrf_failed"


Found = tuple[Visitor | Member | Machine, None]


def bearer_token(request: Request) -> str:
    """The token of `Authorization: Bearer …`, "" without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class BearerAuthentication(BaseAuthentication):
    """By `Authorization: Bearer …`, which a refused caller is told."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyAuthentication(BearerAuthentication):
    """`Authorization: Bearer rp_sk_…`; refused when the key is unknown, over or revoked, or calls too often."""

    def authenticate(self, request: Request) -> Found | None:
        token = bearer_token(request)
        if not is_secret_key(token):
            return None
        machine = _machine(token)
        spend(request, API, machine.caller)
        return machine, None


class EventKeyAuthentication(BearerAuthentication):
    """A secret key as `Authorization: Bearer …`, or as the user name of Basic, which customer-data tools call the write
    key. Calls are not counted here: their events are."""

    def authenticate(self, request: Request) -> Found | None:
        token = bearer_token(request) or _user_name(request)
        return (_machine(token), None) if is_secret_key(token) else None


def _machine(token: str) -> Machine:
    key = authenticate_api_key(token)
    return Machine(key.tenant_id, key.id, key.scopes, key.is_test)


def _user_name(request: Request) -> str:
    """Of `Authorization: Basic …`; "" without one."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode("ascii").partition(":")[0]
    except ValueError:
        return ""


class VisitorAuthentication(BearerAuthentication):
    """`Authorization: Bearer <visitor token>`; refused when the token is over or its widget key was revoked."""

    def authenticate(self, request: Request) -> Found | None:
        token = bearer_token(request)
        if not token or is_secret_key(token):
            return None
        session = read_token(token)
        widget_key = _check_still_open(session)
        budget = SpendLimit(widget_key.visitor_day_tokens, widget_key.visitor_day_micros)
        ids = (session.tenant_id, session.agent_id, session.contact_id)
        visitor = Visitor(*ids, budget, is_identified=session.is_identified, files=widget_key.attachments)
        spend(request, API, visitor.caller)
        return visitor, None


def _check_still_open(session: VisitorSession) -> WidgetKeyView:
    """A session ends with what it was opened by: its key, the signer's secret, the leave to be anonymous."""
    widget_key = get_live_widget_key(tenant_id=session.tenant_id, key_id=session.key_id)
    if widget_key is None:
        raise NotAuthenticated("The chat session is over: its widget key was revoked.")
    if widget_key.consent is not None and session.consent != widget_key.consent.version:
        raise NotAuthenticated("The chat session is over: the visitor has to agree to the widget's text first.")
    if session.secret_id is None and widget_key.requires_identity:
        raise NotAuthenticated("The chat session is over: this chat is for identified visitors only.")
    if session.secret_id and not is_identity_secret_live(tenant_id=session.tenant_id, secret_id=session.secret_id):
        raise NotAuthenticated("The chat session is over: the secret that identified the visitor is.")
    return widget_key


class MemberAuthentication(BaseAuthentication):
    """The dashboard's session cookie, with CSRF checked on every write."""

    def authenticate(self, request: Request) -> Found | None:
        user = getattr(request._request, "user", None)
        if not isinstance(user, User) or not user.is_active:
            return None
        membership = current_membership(request._request)
        if membership is None:
            return None
        _check_csrf(request)
        member = Member(membership.tenant.id, user.id, user.email, user.name, membership.role)
        spend(request, API, member.caller)
        return member, None


def _check_csrf(request: Request) -> None:
    try:
        SessionAuthentication().enforce_csrf(request)
    except DrfPermissionDenied:
        raise CsrfFailed(
            "This write came without the page's CSRF token. Send it as X-CSRFToken, or reload the page and try again."
        ) from None


def _bearer(description: str) -> dict[str, str]:
    return {"type": "http", "scheme": "bearer", "description": description}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return _bearer("A secret key of the company (`rp_sk_…`), from the dashboard's page API keys.")


class EventKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = EventKeyAuthentication
    name = "writeKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "basic", "description": "A secret key with events.write as the user name."}


class VisitorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = VisitorAuthentication
    name = "visitorToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return _bearer(
            "A visitor's session token, from POST /v1/widget/sessions. It lasts for a day, or as long as the identity."
        )


class MemberScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = MemberAuthentication
    name = "memberSession"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": (
                "The dashboard's session; under https the cookie's name is `__Host-sessionid`. "
                "Writes send the CSRF token as X-CSRFToken."
            ),
        }
