"""Replies that are written often: the page to keep them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from agents.inbox.canned import VARIABLES, delete_canned_reply, list_canned_replies, save_canned_reply
from frontend.page import Visit, asked_id, page
from rapport.errors import RapportError
from rapport.ids import Prefix
from tenants.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CONVERSATIONS_READ)
def show_canned_replies(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.INBOX_WRITE)
    form = visit.request.POST
    reply_id = asked_id(Prefix.CANNED_REPLY, form["reply"]) if form.get("reply") else None
    try:
        save_canned_reply(
            tenant_id=visit.tenant_id,
            name=form.get("name", ""),
            text=form.get("text", ""),
            actor=visit.actor,
            reply_id=reply_id,
        )
    except RapportError as error:
        return _render(visit, error)
    messages.success(visit.request, gettext("Kept."))
    return redirect("canned_replies")


@require_POST
@page(Permission.INBOX_WRITE)
def act_on_canned_reply(visit: Visit, reply: str, action: str) -> HttpResponse:
    reply_id = asked_id(Prefix.CANNED_REPLY, reply)
    delete_canned_reply(tenant_id=visit.tenant_id, reply_id=reply_id, actor=visit.actor)
    messages.success(visit.request, gettext("Removed."))
    return redirect("canned_replies")


def _render(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    form = visit.request.POST
    context = {
        "section": "inbox",
        "replies": list_canned_replies(tenant_id=visit.tenant_id),
        "may_answer": visit.may(Permission.INBOX_WRITE),
        "variables": [f"{{{{{each}}}}}" for each in VARIABLES],
        "error": error,
        "form": {"name": form.get("name", ""), "text": form.get("text", "")} if error else {},
    }
    return visit.render("pages/inbox/canned.html", context, status=error.status if error else 200)
