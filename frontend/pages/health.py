"""Health: whether the parts are up, what waits, and what failed for good, to be tried again or given up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from frontend.page import Visit, page
from ingestion.projections.report import last_comparison
from rapport.config import get_config
from rapport.errors import NotFound
from rapport.events.inbox import drop_events, replay_events
from rapport.events.selectors import InboxRow, count_inbox, events_health, list_inbox
from rapport.health import check_health
from tenants.permissions import Permission

_WAITING_SHOWN = 6
WORK = {
    "answer-turns": "Answering a message",
    "remember-turns": "Remembering what was said",
    "bill-turns": "Counting an answer's cost",
    "bill-documents": "Counting a document's cost",
    "ingest-documents": "Reading a document",
    "crawl-sources": "Reading a website",
}


@require_safe
@page(Permission.TRACES_READ)
def show_health(visit: Visit) -> HttpResponse:
    dead = list_inbox(tenant_id=visit.tenant_id)
    return visit.render(
        "pages/health.html",
        {
            "section": "health",
            "parts": check_health(),
            "counts": count_inbox(tenant_id=visit.tenant_id),
            "comparison": last_comparison(tenant_id=visit.tenant_id),
            "dead": [(row, WORK.get(row.subscription, row.subscription)) for row in dead],
            "waiting": [
                (row, WORK.get(row.subscription, row.subscription))
                for row in list_inbox(tenant_id=visit.tenant_id, states=("pending",), limit=_WAITING_SHOWN)
            ],
            # Sums over all companies are the operator's: on one machine that is whoever looks at this page.
            "events": events_health() if get_config().is_embedded else None,
        },
    )


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def replay(visit: Visit) -> HttpResponse:
    """Try a failed event again: the form's `id`, else all of the company's."""
    number = replay_events(ids=[row.id for row in _chosen(visit)], tenant_id=visit.tenant_id)
    messages.success(visit.request, f"{number} {_events(number)} being tried again.")
    return redirect("health")


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def drop(visit: Visit) -> HttpResponse:
    """Give a failed event up, so that what waits behind it goes on."""
    number = drop_events(ids=[row.id for row in _chosen(visit)], tenant_id=visit.tenant_id)
    messages.success(visit.request, f"{number} {_events(number)} given up; what waited behind goes on.")
    return redirect("health")


def _chosen(visit: Visit) -> list[InboxRow]:
    dead = list_inbox(tenant_id=visit.tenant_id)
    asked = visit.request.POST.get("id", "")
    chosen = [row for row in dead if not asked or str(row.id) == asked]
    if asked and not chosen:
        raise NotFound("There is no such failed event; it may have been tried again already.")
    return chosen


def _events(number: int) -> str:
    return "event is" if number == 1 else "events are"
