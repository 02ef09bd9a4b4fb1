"""Health: whether the parts are up, what waits, and what failed for good, to be tried again or given up."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.page import Visit, page
from frontend.phrases import phrase
from ingestion.projections.report import last_comparison
from ingestion.reembedding.report import view_embedding
from rapport.breakers.breakers import BreakerView
from rapport.breakers.registry import get_breakers
from rapport.config import get_config
from rapport.errors import NotFound, Unavailable
from rapport.events.failed import Which, failed_kinds, list_failed
from rapport.events.selectors import count_inbox, events_health, list_inbox
from rapport.health import check_health
from tenants.failed_events import drop_failed_events, replay_failed_events
from tenants.permissions import Permission

_WAITING_SHOWN = 6
_FAILED_SHOWN = 50
WORK = {
    "answer-turns": phrase("Answering a message"),
    "remember-turns": phrase("Remembering what was said"),
    "bill-turns": phrase("Counting an answer's cost"),
    "bill-documents": phrase("Counting a document's cost"),
    "ingest-documents": phrase("Reading a document"),
    "crawl-sources": phrase("Reading a website"),
}


@require_safe
@page(Permission.TRACES_READ)
def show_health(visit: Visit) -> HttpResponse:
    asked = visit.request.GET
    which = Which(asked.get("subscription", ""), asked.get("code", ""))
    dead = list_failed(tenant_id=visit.tenant_id, which=which, limit=_FAILED_SHOWN + 1)
    kinds = failed_kinds(tenant_id=visit.tenant_id)
    return visit.render(
        "pages/health.html",
        {
            "section": "health",
            "parts": check_health(),
            "breakers": _breakers(visit),
            "counts": count_inbox(tenant_id=visit.tenant_id),
            "comparison": last_comparison(tenant_id=visit.tenant_id),
            "embedding": view_embedding(tenant_id=visit.tenant_id),
            "which": which,
            "kinds": [(kind, _work(kind.subscription), _query(kind.subscription, kind.code)) for kind in kinds],
            "dead": [(row, _work(row.subscription)) for row in dead[:_FAILED_SHOWN]],
            "has_more_dead": len(dead) > _FAILED_SHOWN,
            "waiting": [
                (row, _work(row.subscription))
                for row in list_inbox(tenant_id=visit.tenant_id, states=("pending",), limit=_WAITING_SHOWN)
            ],
            # Sums over all companies are the operator's: on one machine that is whoever looks at this page.
            "events": events_health() if get_config().is_embedded else None,
        },
    )


def _breakers(visit: Visit) -> list[tuple[str, BreakerView]]:
    """(model, its breaker) of the operator's models and of the company's own that have failed lately."""
    try:
        found = [
            breaker for owner in ("platform", str(visit.tenant_id)) for breaker in get_breakers().list(f"llm:{owner}:")
        ]
    except Unavailable:  # the store is one of the parts above
        return []
    return [(breaker.name.split(":", 3)[3], breaker) for breaker in found]


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def replay(visit: Visit) -> HttpResponse:
    """Try failed events again: the form's `id`, else all that match its filter."""
    number = replay_failed_events(tenant_id=visit.tenant_id, which=_which(visit), actor=visit.actor)
    messages.success(
        visit.request,
        ngettext("%(number)s event is being tried again.", "%(number)s events are being tried again.", number)
        % {"number": number},
    )
    return redirect(_back(visit))


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def drop(visit: Visit) -> HttpResponse:
    """Give failed events up, so that what waits behind them goes on: chosen as above."""
    number = drop_failed_events(tenant_id=visit.tenant_id, which=_which(visit), actor=visit.actor)
    messages.success(
        visit.request,
        ngettext(
            "%(number)s event is given up; what waited behind goes on.",
            "%(number)s events are given up; what waited behind goes on.",
            number,
        )
        % {"number": number},
    )
    return redirect(_back(visit))


def _which(visit: Visit) -> Which:
    sent = visit.request.POST
    number = sent.get("id", "")
    if number and not (number.isdecimal() and len(number) < 19):
        raise NotFound(gettext("There is no such failed event; it may have been tried again already."))
    return Which(sent.get("subscription", ""), sent.get("code", ""), rows=(int(number),) if number else ())


def _back(visit: Visit) -> str:
    """To the same kind while there are more of it, else to all."""
    sent = visit.request.POST
    which = Which(sent.get("subscription", ""), sent.get("code", ""))
    is_left = which != Which() and list_failed(tenant_id=visit.tenant_id, which=which, limit=1)
    return reverse("health") + (_query(which.subscription, which.code) if is_left else "")


def _query(subscription: str, code: str) -> str:
    return "?" + urlencode({"subscription": subscription, "code": code})


def _work(subscription: str) -> str:
    return WORK.get(subscription, subscription)
