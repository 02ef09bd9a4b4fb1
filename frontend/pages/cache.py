"""What an agent's cache came to: how often it would have been wrong, what it saved, and what it answered."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agents.cache.board import CacheBoard, get_board, list_lookups
from agents.cache.reporting import report_wrong_answer
from agents.experiments.intervals import checks_needed
from agents.selectors import get_agent
from frontend.cost_charts import day_start
from frontend.formats import format_date
from frontend.page import Visit, asked_id, page
from rapport.ids import Prefix
from tenants.permissions import Permission

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Gauge:
    """The share of false answers as a picture: places in per cent of its width. `shown`: rate,
    bounds, what is allowed and the right end as percentages to read."""

    shown: tuple[str, str, str, str, str]
    low: float
    width: float
    point: float | None
    limit: float


@never_cache
@require_safe
@page(Permission.AGENTS_READ)
def show_cache(visit: Visit, agent: str) -> HttpResponse:
    """Texts of contacts are for those who may read conversations."""
    agent_id = asked_id(Prefix.AGENT, agent)
    board = get_board(tenant_id=visit.tenant_id, agent_id=agent_id)
    sees_people = visit.may(Permission.CONVERSATIONS_READ)
    rows = list_lookups(tenant_id=visit.tenant_id, agent_id=agent_id, limit=SHOWN) if sees_people else []
    context = {
        "section": "agent",
        "agent": get_agent(tenant_id=visit.tenant_id, agent_id=agent_id),
        "board": board,
        "gauge": _gauge(board),
        "needed": max(0, checks_needed(board.false_hits, board.most_false_hits) - board.checked),
        "hits": board.exact + board.like,
        "chart": _chart(visit, board),
        "rows": [(format_date(each.day, "d M"), each.exact, each.like) for each in reversed(board.days)],
        "lookups": rows,
        "sees_people": sees_people,
        "can_report": visit.may(Permission.AGENTS_WRITE),
    }
    return visit.render("pages/agent/cache.html", context)


@never_cache
@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_lookup(visit: Visit, agent: str, lookup: str, action: str) -> HttpResponse:
    """The only action is to say that its answer was wrong."""
    visit.require(Permission.CONVERSATIONS_READ)
    agent_id, lookup_id = asked_id(Prefix.AGENT, agent), asked_id(Prefix.LOOKUP, lookup)
    report_wrong_answer(tenant_id=visit.tenant_id, agent_id=agent_id, lookup_id=lookup_id, actor=visit.actor)
    messages.success(visit.request, gettext("Taken out, and counted as wrong."))
    return redirect("agent_cache", agent)


def _gauge(board: CacheBoard) -> Gauge:
    """Three times what is allowed fits in, or the whole interval where that is wider."""
    top = min(1.0, max(3 * board.most_false_hits, 1.1 * board.upper))
    low, high = 100 * board.lower / top, 100 * board.upper / top
    point = None if board.false_hit_rate is None else 100 * board.false_hit_rate / top
    shown = [f"{100 * each:.2f}" for each in (board.false_hit_rate or 0, board.lower, board.upper)]
    ends = [f"{100 * each:.3g}" for each in (board.most_false_hits, top)]
    return Gauge(
        (shown[0], shown[1], shown[2], ends[0], ends[1]),
        round(low, 2),
        round(high - low, 2),
        point,
        round(100 * board.most_false_hits / top, 2),
    )


def _chart(visit: Visit, board: CacheBoard) -> dict[str, object]:
    return {
        "times": [day_start(each.day, visit.tenant.time_zone) for each in board.days],
        "kind": "bars",
        "zone": visit.tenant.time_zone,
        "series": [
            {"label": gettext("The same question"), "values": [each.exact for each in board.days]},
            {"label": gettext("A question like it"), "values": [each.like for each in board.days]},
        ],
    }
