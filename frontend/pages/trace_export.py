"""Traces to your collector: where a company's traces are sent, what is sent with them, and how that goes."""

from typing import get_args

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agents.errors import InvalidTraceExport
from agents.selectors import get_trace, list_traces
from agents.selectors.trace_export import find_trace_export
from agents.services.trace_export import ExportSettings, remove_trace_export, set_trace_export, try_trace_export
from agents.tracing import names
from frontend.confirming import confirm_address, signed_in_lately
from frontend.page import Visit, page
from frontend.phrases import phrase
from rapport.errors import NotFound, RapportError
from tenants.permissions import Permission

_WORDS = {
    "messages": phrase("What contacts asked and agents answered"),
    "documents": phrase("Titles of the passages that were found"),
    "tools": phrase("What tools were given and gave back"),
    "memory": phrase("Kinds of facts that were remembered"),
}
KINDS = tuple((kind, _WORDS[kind]) for kind in get_args(names.Kind))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.WEBHOOKS_READ)
def show_trace_export(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    _require(visit)
    visit.confirm_first("trace_export")
    try:
        settings = _read(visit)
        if settings.content:
            visit.require(Permission.CONVERSATIONS_READ)
        set_trace_export(tenant_id=visit.tenant_id, settings=settings, actor=visit.actor)
    except InvalidTraceExport as error:
        return _render(visit, error)
    messages.success(visit.request, gettext("Saved. Traces of the next answers are sent there."))
    return redirect("trace_export")


@never_cache
@require_POST
@page(Permission.WEBHOOKS_READ)
def act_on_trace_export(visit: Visit, action: str) -> HttpResponse:
    _require(visit)
    if find_trace_export(tenant_id=visit.tenant_id) is None:
        raise NotFound(gettext("No collector is set up."))
    if action == "remove":
        remove_trace_export(tenant_id=visit.tenant_id, actor=visit.actor)
        messages.success(visit.request, gettext("Removed. Nothing is sent any more."))
        return redirect("trace_export")
    newest = list_traces(tenant_id=visit.tenant_id, limit=1)
    if not newest:
        messages.error(visit.request, gettext("There is no trace yet. Ask an agent something, then try again."))
        return redirect("trace_export")
    trace = get_trace(tenant_id=visit.tenant_id, trace_id=newest[0].id)
    sent = try_trace_export(tenant_id=visit.tenant_id, trace=trace, actor=visit.actor)
    if sent.error:
        messages.error(visit.request, gettext("Your collector did not take it: %(error)s.") % {"error": sent.error})
    else:
        messages.success(
            visit.request, gettext("Your collector took a trace of %(number)s spans.") % {"number": len(trace.spans)}
        )
    return redirect("trace_export")


def _require(visit: Visit) -> None:
    visit.require(Permission.WEBHOOKS_WRITE)
    visit.require(Permission.TRACES_READ)


def _read(visit: Visit) -> ExportSettings:
    form = visit.request.POST
    entered = form.get("headers", "").strip()
    headers = _headers(entered) if entered or "forget_headers" in form else None
    return ExportSettings(form.get("endpoint", ""), headers, form.getlist("content"), form.get("is_enabled") == "on")


def _headers(text: str) -> dict[str, str]:
    """One on each line, as `Name: value`."""
    lines = [line for line in text.splitlines() if line.strip()]
    pairs = [line.partition(":") for line in lines]
    if any(not colon for _, colon, _ in pairs):
        raise InvalidTraceExport(gettext("Write each header on a line of its own, as Name: value."), param="headers")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _render(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    form, export = visit.request.POST, find_trace_export(tenant_id=visit.tenant_id)
    chosen = form.getlist("content") if error else export.content if export else ()
    context = {
        "section": "trace_export",
        "export": export,
        "endpoint": form.get("endpoint", "") if error else export.endpoint if export else "",
        "is_enabled": form.get("is_enabled") == "on" if error else export is None or export.is_enabled,
        "kinds": [(kind, words, kind in chosen) for kind, words in KINDS],
        "can_write": visit.may(Permission.WEBHOOKS_WRITE) and visit.may(Permission.TRACES_READ),
        "can_send_content": visit.may(Permission.CONVERSATIONS_READ),
        "is_trusted": signed_in_lately(visit.request),
        "sign_in_again": confirm_address(reverse("trace_export")),
        "error": error,
    }
    return visit.render("pages/traces/export.html", context, status=error.status if error else 200)
