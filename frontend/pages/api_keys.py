"""API keys: who has them, what each may do, making, replacing and revoking them. A new key is shown once.

Whoever changes keys has signed in lately: a browser that was left open must not hand one out.
"""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from frontend.confirming import confirm_address, signed_in_lately
from frontend.page import Visit, asked_id, page
from frontend.phrases import phrase
from rapport.config import get_config
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix
from tenants.api_keys import (
    ROTATION_HOURS,
    Giver,
    NewApiKey,
    create_api_key,
    list_api_keys,
    revoke_api_key,
    rotate_api_key,
)
from tenants.errors import InvalidApiKey
from tenants.permissions import Permission, scopes_for

WORDS = {
    Permission.KNOWLEDGE_READ: phrase("Read sources and documents"),
    Permission.KNOWLEDGE_WRITE: phrase("Add and remove documents, act on failed events"),
    Permission.AGENTS_READ: phrase("Read agents"),
    Permission.AGENTS_WRITE: phrase("Change agents"),
    Permission.CONVERSATIONS_READ: phrase("Read conversations"),
    Permission.CONVERSATIONS_WRITE: phrase("Start conversations and write into them"),
    Permission.INBOX_WRITE: phrase("Hand conversations over, assign, close, note and rate"),
    Permission.TRACES_READ: phrase("Read traces"),
    Permission.CONTACTS_READ: phrase("Read contacts"),
    Permission.CONTACTS_WRITE: phrase("Add and change contacts"),
    Permission.CONTACTS_ERASE: phrase("Erase contacts for good"),
    Permission.EVENTS_WRITE: phrase("Send what happened in your own systems"),
    Permission.USAGE_READ: phrase("Read usage and cost"),
    Permission.USAGE_WRITE: phrase("Change prices and the budget of the company"),
    Permission.AUDIT_READ: phrase("Read the audit log"),
    Permission.MEMBERS_READ: phrase("Read who is a member"),
    Permission.KEYS_READ: phrase("Read which keys there are"),
    Permission.KEYS_WRITE: phrase("Make, replace and revoke keys, none with more than it has itself"),
    Permission.MEMBERS_WRITE: phrase("Invite and remove members and change roles, owners excepted"),
    Permission.WEBHOOKS_READ: phrase("Read webhooks and their deliveries"),
    Permission.WEBHOOKS_WRITE: phrase("Add, change and remove webhooks"),
}
LIVES = {"": "never", "30": "in 30 days", "90": "in 90 days", "365": phrase("in a year")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.KEYS_READ)
def show_keys(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.KEYS_WRITE)
    visit.confirm_first("api_keys")
    form = visit.request.POST
    try:
        made = create_api_key(
            tenant_id=visit.tenant_id,
            name=form.get("name", ""),
            scopes=form.getlist("scopes"),
            is_test=form.get("mode") == "test",
            expires_at=_expiry(form.get("life", "")),
            actor=visit.actor,
            giver=_giver(visit),
        )
    except RapportError as error:
        return _render(visit, error=error)
    return _render(visit, made=made)


def _expiry(days: str) -> datetime | None:
    if days not in LIVES:
        raise InvalidRequest(gettext("Choose from the list when the key is over."), param="life")
    return timezone.now() + timedelta(days=int(days)) if days else None


@never_cache
@require_POST
@page(Permission.KEYS_WRITE)
def act_on_key(visit: Visit, key: str, action: str) -> HttpResponse:
    key_id = asked_id(Prefix.API_KEY, key)
    if action == "revoke":  # at once: whoever revokes is in a hurry, and nothing is handed out
        revoke_api_key(tenant_id=visit.tenant_id, key_id=key_id, actor=visit.actor)
        messages.success(visit.request, gettext("Revoked. Calls with this key are refused from now on."))
        return redirect("api_keys")
    visit.confirm_first("api_keys")
    try:
        made = rotate_api_key(tenant_id=visit.tenant_id, key_id=key_id, actor=visit.actor, giver=_giver(visit))
    except InvalidApiKey as error:
        return _render(visit, error=error)
    return _render(visit, made=made)


def _giver(visit: Visit) -> Giver:
    return Giver(scopes_for(visit.membership.role), visit.actor.id, visit.membership.role)


def _render(visit: Visit, *, made: NewApiKey | None = None, error: RapportError | None = None) -> HttpResponse:
    form = visit.request.POST
    context = {
        "section": "api_keys",
        "keys": [(key, sorted(key.scopes)) for key in list_api_keys(visit.tenant_id)],
        "can_write_keys": visit.may(Permission.KEYS_WRITE),
        "is_trusted": signed_in_lately(visit.request),
        "sign_in_again": confirm_address(reverse("api_keys")),
        "scopes": [(scope, WORDS[scope]) for scope in scopes_for(visit.membership.role)],
        "lives": LIVES.items(),
        "made": made,
        "error": error,
        "form": {"name": form.get("name", ""), "scopes": form.getlist("scopes")} if error else {},
        "public_url": get_config().public_url,
        "rotation_hours": ROTATION_HOURS,
    }
    return visit.render("pages/api_keys.html", context, status=error.status if error else 200)
