"""When people of the company are there, day by day, with what visitors read in the widget beside it.

The hours are the agent's: every widget of the agent says the same, and so do hand-offs.
"""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import ValidationError

from agents.configuration.sections.handoff import Handoff
from agents.inbox.hours import coming_spans, is_open, zone_of
from agents.selectors import get_agent
from agents.services import AgentChanges, update_agent
from frontend.formats import format_date
from frontend.page import Visit, page
from frontend.pages.own_key import own_key
from frontend.phrases import phrase
from frontend.said import said
from rapport.errors import InvalidRequest, RapportError
from tenants.company import time_zones
from tenants.permissions import Permission
from tenants.selectors import WidgetKeyView, get_tenant

DAYS = (
    ("mon", phrase("Monday")),
    ("tue", phrase("Tuesday")),
    ("wed", phrase("Wednesday")),
    ("thu", phrase("Thursday")),
    ("fri", phrase("Friday")),
    ("sat", phrase("Saturday")),
    ("sun", phrase("Sunday")),
)
_TWICE = 2  # spans of a day on the page: before and after lunch
Form = dict[str, object]


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_office_hours(visit: Visit, widget_key: str) -> HttpResponse:
    if visit.request.method != "POST":
        key = own_key(visit, widget_key)
        return _render(visit, key, _handoff_of(visit, key))
    visit.require(Permission.AGENTS_WRITE)
    key = own_key(visit, widget_key)
    try:
        wanted = _read(visit.request.POST)
        update_agent(
            tenant_id=visit.tenant_id,
            agent_id=key.agent_id,
            changes=AgentChanges(config={"handoff": wanted}),
            actor=visit.actor,
            note=gettext("Office hours"),
        )
    except RapportError as error:
        return _render(visit, key, _handoff_of(visit, key), error=error)
    messages.success(visit.request, gettext("Saved. Widgets that are opened from now on say so."))
    return redirect("office_hours", widget_key=widget_key)


@require_POST
@page(Permission.AGENTS_READ)
def preview_office_hours(visit: Visit, widget_key: str) -> HttpResponse:
    """What visitors would read with what is typed, kept nowhere."""
    key = own_key(visit, widget_key)
    agent = get_agent(tenant_id=visit.tenant_id, agent_id=key.agent_id)
    try:
        typed = Handoff.model_validate(_read(visit.request.POST), strict=False)
    except RapportError as error:
        return visit.render("pages/office_hours_preview.html", {"error": said(error.message)})
    except ValidationError as error:
        return visit.render(
            "pages/office_hours_preview.html", {"error": said(error.errors()[0]["msg"].removeprefix("Value error, "))}
        )
    return visit.render("pages/office_hours_preview.html", {"agent": agent, **_shown(visit, typed)})


def _read(form: QueryDict) -> Form:
    """The part of the agent's section that the page knows. Raises InvalidRequest."""
    hours = [span for day, _ in DAYS for at in range(1, _TWICE + 1) for span in _span(form, day, at)]
    if form.get("limited") == "on" and not hours:
        raise InvalidRequest(
            gettext("Name the hours of one day at least, or choose that somebody is always there."), param="mon-1"
        )
    return {
        "office_hours": hours if form.get("limited") == "on" else [],
        "closed_on": form.get("closed_on", "").replace(",", " ").split(),
        "time_zone": form.get("time_zone", ""),
        "fallback_email": form.get("fallback_email", "").strip(),
    }


def _span(form: QueryDict, day: str, at: int) -> list[dict[str, str]]:
    opens, closes = form.get(f"{day}-opens-{at}", ""), form.get(f"{day}-closes-{at}", "")
    if not (opens or closes):
        return []
    closes = "24:00" if closes == "00:00" else closes  # a browser's field knows no other midnight
    if not (opens and closes and opens < closes):
        raise InvalidRequest(gettext("It closes later than it opens. Write both times, or none."), param=f"{day}-{at}")
    return [{"day": day, "opens": opens, "closes": closes}]


def _handoff_of(visit: Visit, key: WidgetKeyView) -> Handoff:
    return get_agent(tenant_id=visit.tenant_id, agent_id=key.agent_id).config.handoff


def _typed_of(handoff: Handoff) -> dict[str, str]:
    typed: dict[str, str] = {}
    for day, _ in DAYS:
        spans = sorted((each.opens, each.closes) for each in handoff.office_hours if each.day == day)
        for at, (opens, closes) in enumerate(spans[:_TWICE], start=1):
            typed |= {f"{day}-opens-{at}": opens, f"{day}-closes-{at}": "00:00" if closes == "24:00" else closes}
    return typed


def _shown(visit: Visit, handoff: Handoff) -> Form:
    """What the widget says now, and the next time that this changes, in the hours' own zone."""
    company_zone, now = get_tenant(visit.tenant_id).time_zone, timezone.now()
    spans = coming_spans(handoff, company_zone=company_zone, now=now)
    is_there = is_open(handoff, company_zone=company_zone, now=now)
    changes = (spans[0].ends if is_there else spans[0].begins) if spans else None
    zone = zone_of(handoff, company_zone)
    return {
        "has_hours": bool(handoff.office_hours),
        "is_there": is_there,
        "changes_at": format_date(changes.astimezone(zone), "j M, H:i") if changes else "",
        "zone": zone.key,
    }


def _render(visit: Visit, key: WidgetKeyView, handoff: Handoff, *, error: RapportError | None = None) -> HttpResponse:
    form: Mapping[str, str] = visit.request.POST if error else _typed_of(handoff)
    is_limited = form.get("limited") == "on" if error else bool(handoff.office_hours)
    rows = [
        (day, name, [(at, form.get(f"{day}-opens-{at}", ""), form.get(f"{day}-closes-{at}", "")) for at in (1, 2)])
        for day, name in DAYS
    ]
    context = {
        "section": "widget",
        "key": key,
        "agent": get_agent(tenant_id=visit.tenant_id, agent_id=key.agent_id),
        "days": rows,
        "is_limited": is_limited,
        "closed_on": form.get("closed_on", "") if error else "\n".join(handoff.closed_on),
        "time_zone": form.get("time_zone", "") if error else handoff.time_zone,
        "fallback_email": form.get("fallback_email", "") if error else handoff.fallback_email,
        "company_zone": get_tenant(visit.tenant_id).time_zone,
        "zones": sorted(time_zones()),
        "wrong": error,
        **_shown(visit, handoff),
    }
    return visit.render("pages/office_hours.html", context, status=error.status if error else 200)
