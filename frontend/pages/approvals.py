"""What agents leave to people: calls of tools that wait for a word, and the tickets and callbacks they took down."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agents.tools.approvals import ApprovalView, decide_approval, list_approvals
from agents.tools.requests import close_request, list_requests
from frontend.page import Visit, asked_id, page
from rapport.ids import Prefix
from tenants.permissions import Permission

SHOWN = 50


@never_cache
@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_approvals(visit: Visit) -> HttpResponse:
    rows = list_approvals(tenant_id=visit.tenant_id, limit=SHOWN)
    reads = visit.may(Permission.TRACES_READ)
    context = {
        "section": "approvals",
        "waiting": [(each, _arguments(each)) for each in rows if each.state == "waiting"],
        "decided": [(each, _arguments(each)) for each in rows if each.state != "waiting"],
        "requests": list_requests(tenant_id=visit.tenant_id, limit=SHOWN)
        if visit.may(Permission.CONTACTS_READ)
        else [],
        "sees_arguments": reads or visit.may(Permission.CONVERSATIONS_WRITE),
        "sees_results": reads,
        "can_decide": visit.may(Permission.CONVERSATIONS_WRITE),
        "can_write_contacts": visit.may(Permission.CONTACTS_WRITE),
    }
    return visit.render("pages/approvals.html", context)


@never_cache
@require_POST
@page(Permission.CONVERSATIONS_WRITE)
def act_on_approval(visit: Visit, approval: str, action: str) -> HttpResponse:
    approval_id = asked_id(Prefix.APPROVAL, approval)
    is_agreed = action == "approve"
    decide_approval(tenant_id=visit.tenant_id, approval_id=approval_id, is_agreed=is_agreed, actor=visit.actor)
    messages.success(
        visit.request,
        gettext("Agreed. The agent goes on.") if is_agreed else gettext("Refused. The agent tells the contact."),
    )
    return redirect("approvals")


@never_cache
@require_POST
@page(Permission.CONTACTS_WRITE)
def act_on_request(visit: Visit, service_request: str, action: str) -> HttpResponse:
    """The only action is to close it."""
    request_id = asked_id(Prefix.SERVICE_REQUEST, service_request)
    close_request(tenant_id=visit.tenant_id, request_id=request_id, actor=visit.actor)
    messages.success(visit.request, gettext("Closed."))
    return redirect("approvals")


def _arguments(row: ApprovalView) -> list[tuple[str, Any]]:
    try:
        found = json.loads(row.arguments)
    except ValueError:
        return []
    return list(found.items()) if isinstance(found, dict) else []
