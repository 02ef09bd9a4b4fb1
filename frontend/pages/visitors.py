"""Who chats in a widget: how the company's own server says so, whether others may, and what a visitor may spend.

Whoever makes an identity secret has signed in lately, and sees it once.
"""

from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from frontend.confirming import confirm_address, signed_in_lately
from frontend.page import Visit, asked_id, page
from frontend.pages.own_key import own_key
from rapport.config import get_config
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix, encode
from tenants.identity_secrets import (
    GRACE_HOURS,
    NewIdentitySecret,
    list_identity_secrets,
    replace_identity_secret,
    revoke_identity_secret,
)
from tenants.identity_tokens import VisitorIdentity, read_identity
from tenants.permissions import Permission
from tenants.selectors import WidgetKeyView
from tenants.services import WidgetRules, set_widget_rules

SAMPLES = Path(__file__).parents[1] / "samples"
LANGUAGES = (("py", "Python"), ("js", "Node"), ("php", "PHP"))
_KEY_IN_SAMPLES = "rp_pk_…"
_MOST = 10**12


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_visitors(visit: Visit, widget_key: str) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit, own_key(visit, widget_key))
    visit.require(Permission.AGENTS_WRITE)
    key = own_key(visit, widget_key)
    try:
        rules = _read_rules(visit)
        set_widget_rules(tenant_id=visit.tenant_id, key_id=key.id, rules=rules, actor=visit.actor)
    except RapportError as error:
        return _render(visit, key, error=error)
    messages.success(visit.request, gettext("Saved. It holds from the next message on."))
    return redirect("visitors", widget_key=widget_key)


@never_cache
@require_POST
@page(Permission.AGENTS_READ)
def act_on_identity(visit: Visit, widget_key: str, action: str) -> HttpResponse:
    if action == "check":
        return _check(visit, own_key(visit, widget_key))
    visit.require(Permission.KEYS_WRITE)
    key = own_key(visit, widget_key)
    if action == "revoke":  # at once: whoever revokes is in a hurry, and nothing is handed out
        secret_id = asked_id(Prefix.IDENTITY_SECRET, visit.request.POST.get("secret", ""))
        revoke_identity_secret(tenant_id=visit.tenant_id, secret_id=secret_id, actor=visit.actor)
        messages.success(visit.request, gettext("Revoked. What it signed proves nothing from now on."))
        return redirect("visitors", widget_key=widget_key)
    visit.confirm_first("visitors", widget_key)
    made = replace_identity_secret(tenant_id=visit.tenant_id, widget_key_id=key.id, actor=visit.actor)
    return _render(visit, key, made=made)


def _check(visit: Visit, key: WidgetKeyView) -> HttpResponse:
    """What is wrong with an identity that someone pasted, or what it says."""
    token = visit.request.POST.get("token", "").strip()
    try:
        return _render(visit, key, read=read_identity(token, key))
    except RapportError as error:
        return _render(visit, key, problem=error)


def _read_rules(visit: Visit) -> WidgetRules:
    form = visit.request.POST
    cents = _number(form.get("cents", ""), "cents")
    return WidgetRules(
        requires_identity=form.get("identified_only") == "on",
        visitor_day_tokens=_number(form.get("tokens", ""), "tokens"),
        visitor_day_micros=None if cents is None else cents * 10_000,
        requires_proof=form.get("proof_of_work") == "on",
    )


def _number(text: str, param: str) -> int | None:
    """None for an empty field: no limit."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) < _MOST):
        raise InvalidRequest(gettext("Write a whole number, or nothing for no limit."), param=param)
    return int(text)


def _samples(key: WidgetKeyView) -> list[tuple[str, str]]:
    texts = ((label, (SAMPLES / f"identity.{ending}.txt").read_text()) for ending, label in LANGUAGES)
    return [(label, text.replace(_KEY_IN_SAMPLES, key.key)) for label, text in texts]


def _render(
    visit: Visit,
    key: WidgetKeyView,
    *,
    made: NewIdentitySecret | None = None,
    error: RapportError | None = None,
    read: VisitorIdentity | None = None,
    problem: RapportError | None = None,
) -> HttpResponse:
    form = visit.request.POST
    micros = key.visitor_day_micros
    context = {
        "section": "widget",
        "key": key,
        "secrets": list_identity_secrets(tenant_id=visit.tenant_id, widget_key_id=key.id),
        "can_write_keys": visit.may(Permission.KEYS_WRITE),
        "is_trusted": signed_in_lately(visit.request),
        "sign_in_again": confirm_address(reverse("visitors", args=[_public(key)])),
        "grace_hours": GRACE_HOURS,
        "samples": _samples(key),
        "public_url": get_config().public_url,
        "tokens": form.get("tokens", "") if error else key.visitor_day_tokens,
        "cents": form.get("cents", "") if error else (None if micros is None else micros // 10_000),
        "made": made,
        "error": error,
        "read": read,
        "problem": problem,
        "pasted": form.get("token", ""),
    }
    failed = error or problem
    return visit.render("pages/visitors.html", context, status=failed.status if failed else 200)


def _public(key: WidgetKeyView) -> str:
    return encode(Prefix.WIDGET_KEY, key.id)
