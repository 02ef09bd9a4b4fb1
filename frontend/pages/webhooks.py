"""Webhooks: where the company's own systems are told what happens, how each does, and what it was told."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.page import Visit, asked_id, page
from frontend.phrases import phrase
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission
from tenants.webhooks.catalogue import ALL, CATALOGUE
from tenants.webhooks.endpoints import (
    ROTATION_HOURS,
    NewWebhook,
    WebhookChanges,
    create_webhook,
    delete_webhook,
    rotate_secret,
    send_test_event,
    update_webhook,
)
from tenants.webhooks.log import (
    Day,
    WebhookView,
    attempts_by_day,
    get_delivery,
    get_webhook,
    list_deliveries,
    list_webhooks,
    waiting_count,
)
from tenants.webhooks.models import DeliveryState
from tenants.webhooks.resending import resend_delivery

PAGE_SIZE = 30
STATES = (("", phrase("All")), *((state.value, state.label) for state in DeliveryState))
_HIGH, _WIDE = 28.0, 7.0  # of the picture, and of a day in it


@dataclass(frozen=True, slots=True)
class Bar:
    """A day in the picture: what was taken stands on what was refused."""

    x: float
    taken_y: float
    taken: float
    refused_y: float
    refused: float


@dataclass(frozen=True, slots=True)
class Picture:
    bars: tuple[Bar, ...]
    words: str
    share: float | None  # of all attempts those that were taken


def picture_of(days: list[Day]) -> Picture:
    """Two weeks of attempts in a box of 98 × 28."""
    highest = max([day.taken + day.refused for day in days] + [1])
    taken, refused = sum(day.taken for day in days), sum(day.refused for day in days)
    words = gettext("%(taken)s attempts of %(all)s were taken in %(days)s days") % {
        "taken": taken,
        "all": taken + refused,
        "days": len(days),
    }
    bars = tuple(_bar(place, day, highest) for place, day in enumerate(days))
    return Picture(bars, words, taken / (taken + refused) if taken + refused else None)


def _bar(place: int, day: Day, highest: int) -> Bar:
    refused, taken = _HIGH * day.refused / highest, _HIGH * day.taken / highest
    return Bar(place * _WIDE + 1, _HIGH - refused - taken, taken, _HIGH - refused, refused)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.WEBHOOKS_READ)
def show_webhooks(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render_all(visit)
    visit.require(Permission.WEBHOOKS_WRITE)
    form = visit.request.POST
    try:
        made = create_webhook(
            tenant_id=visit.tenant_id,
            url=form.get("url", ""),
            description=form.get("description", ""),
            event_types=form.getlist("event_types"),
            actor=visit.actor,
        )
    except RapportError as error:
        return _render_all(visit, error)
    return _render_one(visit, made.id, made=made)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.WEBHOOKS_READ)
def show_webhook(visit: Visit, webhook: str) -> HttpResponse:
    webhook_id, form = asked_id(Prefix.WEBHOOK, webhook), visit.request.POST
    if visit.request.method != "POST":
        return _render_one(visit, webhook_id)
    visit.require(Permission.WEBHOOKS_WRITE)
    changes = WebhookChanges(form.get("url", ""), form.get("description", ""), form.getlist("event_types"))
    get_webhook(tenant_id=visit.tenant_id, webhook_id=webhook_id)  # another company's is not found, whatever is sent
    try:
        update_webhook(tenant_id=visit.tenant_id, webhook_id=webhook_id, changes=changes, actor=visit.actor)
    except RapportError as error:
        return _render_one(visit, webhook_id, error=error)
    messages.success(visit.request, gettext("Saved."))
    return redirect("webhook", webhook=webhook)


@never_cache
@require_POST
@page(Permission.WEBHOOKS_WRITE)
def act_on_webhook(visit: Visit, webhook: str, action: str) -> HttpResponse:
    webhook_id = asked_id(Prefix.WEBHOOK, webhook)
    if action == "rotate":
        made = rotate_secret(tenant_id=visit.tenant_id, webhook_id=webhook_id, actor=visit.actor)
        return _render_one(visit, webhook_id, made=made)
    if action == "remove":
        delete_webhook(tenant_id=visit.tenant_id, webhook_id=webhook_id, actor=visit.actor)
        messages.success(visit.request, gettext("Removed. Nothing is sent there any more."))
        return redirect("webhooks")
    if action == "test":
        send_test_event(tenant_id=visit.tenant_id, webhook_id=webhook_id, actor=visit.actor)
        messages.success(visit.request, gettext("A test event is on its way."))
    else:
        _switch(visit, webhook_id, is_on=action == "enable")
    return redirect("webhook", webhook=webhook)


def _switch(visit: Visit, webhook_id: UUID, *, is_on: bool) -> None:
    changes = WebhookChanges(is_enabled=is_on)
    update_webhook(tenant_id=visit.tenant_id, webhook_id=webhook_id, changes=changes, actor=visit.actor)
    words = (
        gettext("Switched on. It is told what happens from now on.")
        if is_on
        else gettext("Switched off. Nothing is sent there.")
    )
    messages.success(visit.request, words)


@require_safe
@page(Permission.WEBHOOKS_READ)
def show_delivery(visit: Visit, webhook: str, delivery: str) -> HttpResponse:
    webhook_id, delivery_id = asked_id(Prefix.WEBHOOK, webhook), asked_id(Prefix.DELIVERY, delivery)
    found, attempts = get_delivery(tenant_id=visit.tenant_id, webhook_id=webhook_id, delivery_id=delivery_id)
    endpoint = get_webhook(tenant_id=visit.tenant_id, webhook_id=webhook_id)
    return visit.render(
        "pages/webhooks/delivery.html",
        {
            "section": "webhooks",
            "webhook": endpoint,
            "delivery": found,
            "attempts": attempts,
            "body": json.dumps(json.loads(found.body), indent=2),
            "can_write_webhooks": visit.may(Permission.WEBHOOKS_WRITE),
            "trail": [(gettext("Webhooks"), "/webhooks/"), (_name_of(endpoint), f"/webhooks/{webhook}/")],
        },
    )


def _name_of(found: WebhookView) -> str:
    """Its description, else the server."""
    return found.description or urlsplit(found.url).netloc


@require_POST
@page(Permission.WEBHOOKS_WRITE)
def act_on_delivery(visit: Visit, webhook: str, delivery: str, action: str) -> HttpResponse:
    """The only action is to send it again."""
    resend_delivery(
        tenant_id=visit.tenant_id,
        webhook_id=asked_id(Prefix.WEBHOOK, webhook),
        delivery_id=asked_id(Prefix.DELIVERY, delivery),
        actor=visit.actor,
    )
    messages.success(visit.request, gettext("It is sent again, with the same webhook-id."))
    return redirect("webhook", webhook=webhook)


def _render_all(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    rows = list_webhooks(tenant_id=visit.tenant_id)
    days = attempts_by_day(tenant_id=visit.tenant_id, webhook_ids=[row.id for row in rows])
    form = visit.request.POST
    context = {
        **_editing(visit, error),
        "webhooks": [(row, _name_of(row), picture_of(days[row.id])) for row in rows],
        "form": {
            "url": form.get("url", ""),
            "description": form.get("description", ""),
            "event_types": form.getlist("event_types") if error else [ALL],
        },
    }
    return visit.render("pages/webhooks/index.html", context, status=error.status if error else 200)


def _render_one(
    visit: Visit, webhook_id: UUID, *, made: NewWebhook | None = None, error: RapportError | None = None
) -> HttpResponse:
    found = get_webhook(tenant_id=visit.tenant_id, webhook_id=webhook_id)
    query, form = visit.request.GET, visit.request.POST
    state = query.get("state", "") if query.get("state", "") in DeliveryState.values else ""
    before = asked_id(Prefix.DELIVERY, query["before"]) if query.get("before") else None
    rows = list_deliveries(
        tenant_id=visit.tenant_id, webhook_id=webhook_id, state=state, limit=PAGE_SIZE + 1, before=before
    )
    days = attempts_by_day(tenant_id=visit.tenant_id, webhook_ids=[webhook_id])[webhook_id]
    context = {
        **_editing(visit, error),
        "webhook": found,
        "name": _name_of(found),
        "made": made,
        "picture": picture_of(days),
        "waiting": waiting_count(tenant_id=visit.tenant_id, webhook_id=webhook_id),
        "deliveries": rows[:PAGE_SIZE],
        "older": encode(Prefix.DELIVERY, rows[PAGE_SIZE - 1].id) if len(rows) > PAGE_SIZE else "",
        "is_first": before is None,
        "state": state,
        "states": STATES,
        "rotation_hours": ROTATION_HOURS,
        "form": _entered(form) if error else _stored(found),
    }
    return visit.render("pages/webhooks/one.html", context, status=error.status if error else 200)


def _entered(form: Any) -> dict[str, object]:
    return {
        "url": form.get("url", ""),
        "description": form.get("description", ""),
        "event_types": form.getlist("event_types"),
    }


def _stored(found: WebhookView) -> dict[str, object]:
    return {"url": found.url, "description": found.description, "event_types": found.event_types}


def _editing(visit: Visit, error: RapportError | None) -> dict[str, object]:
    """What the editor needs on both pages: all types by noun."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in CATALOGUE:
        groups.setdefault(each.noun, []).append((each.name, each.meaning))
    return {
        "section": "webhooks",
        "error": error,
        "groups": [(f"{noun}.*", _plain(noun), types) for noun, types in groups.items()],
        "can_write_webhooks": visit.may(Permission.WEBHOOKS_WRITE),
    }


def _plain(noun: str) -> str:
    """ "api_key" → "API key"."""
    words = noun.replace(".", " ").replace("_", " ").capitalize()
    return gettext(words.replace("Api ", "API "))
