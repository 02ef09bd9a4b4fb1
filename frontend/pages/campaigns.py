"""Campaigns: the list, and one with its script, its contacts, and how far it is, renewed while it runs."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.channels.phone.campaigns.adding import (
    LONGEST_FILE,
    Added,
    add_members,
    rows_of_csv,
    rows_of_filter,
)
from agents.channels.phone.campaigns.checking import check_campaign
from agents.channels.phone.campaigns.retrying import DEFAULT, retries_json
from agents.channels.phone.campaigns.running import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from agents.channels.phone.campaigns.writing import CampaignSettings, change_campaign, create_campaign
from agents.errors import InvalidCampaign
from agents.models import CampaignState
from agents.selectors.campaigns import (
    GROUPS,
    CampaignView,
    MemberView,
    count_members,
    get_campaign,
    get_progress,
    list_campaigns,
    list_members,
)
from agents.selectors.phone import list_phone_numbers
from frontend.campaign_words import (
    DAYS,
    GROUP_WORDS,
    OUTCOMES,
    PAUSES,
    REASONS,
    REPEATED,
    STATES,
    TONES,
    left_out,
    parts_of,
)
from frontend.live import live_at
from frontend.page import Visit, asked_id, page
from frontend.spreadsheet import csv_response
from ingestion.contacts.selectors import Wanted
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 50
COLUMNS = ("contact", "name", "phone", "state", "outcome", "reason", "attempts", "next_at", "call", "conversation")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CONVERSATIONS_READ)
def show_campaigns(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _list(visit)
    visit.require(Permission.CONVERSATIONS_WRITE)
    try:
        made = create_campaign(tenant_id=visit.tenant_id, settings=_read(visit), actor=visit.actor)
    except RapportError as error:
        return _list(visit, error)
    messages.success(visit.request, gettext("The draft is made. Now add contacts."))
    return redirect("campaign", encode(Prefix.CAMPAIGN, made))


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_campaign(visit: Visit, campaign: str) -> HttpResponse:
    return _one(visit, asked_id(Prefix.CAMPAIGN, campaign))


@require_POST
@page(Permission.CONVERSATIONS_WRITE)
def act_on_campaign(visit: Visit, campaign: str, action: str) -> HttpResponse:
    campaign_id = asked_id(Prefix.CAMPAIGN, campaign)
    get_campaign(tenant_id=visit.tenant_id, campaign_id=campaign_id)  # others' are not there, whatever is wrong besides
    of_it: dict[str, Any] = {"tenant_id": visit.tenant_id, "campaign_id": campaign_id, "actor": visit.actor}
    try:
        if action == "add":
            added = _add(visit, campaign_id)
            return _one(visit, campaign_id, added=added)
        said = _do(visit, action, of_it)
    except RapportError as error:
        return _one(visit, campaign_id, error=error, action=action)
    messages.success(visit.request, said)
    return redirect("campaign", campaign)


def _do(visit: Visit, action: str, of_it: dict[str, Any]) -> str:
    if action == "start":
        start_campaign(**of_it, calls=_number(visit.request, "calls", 0))
        return gettext("The campaign runs. Its calls appear here as they are made.")
    if action == "pause":
        pause_campaign(**of_it)
        return gettext("Paused: nobody is dialled any more. Calls under way end by themselves.")
    if action == "resume":
        resume_campaign(**of_it)
        return gettext("The campaign goes on.")
    if action == "cancel":
        cancel_campaign(**of_it)
        return gettext("The campaign is over. Calls under way end by themselves.")
    before = get_campaign(tenant_id=of_it["tenant_id"], campaign_id=of_it["campaign_id"])
    change_campaign(**of_it, settings=_read(visit, before))
    return gettext("Saved.")


@require_safe
@page(Permission.CONVERSATIONS_READ)
def export_campaign(visit: Visit, campaign: str) -> HttpResponseBase:
    """All of its contacts, in the order in which they came, written as they are read."""
    campaign_id = asked_id(Prefix.CAMPAIGN, campaign)
    get_campaign(tenant_id=visit.tenant_id, campaign_id=campaign_id)
    group = _group(visit)
    names = [each for each in _variables(visit, campaign_id) if each not in COLUMNS]
    rows = (_cells(each, names) for each in _all(visit.tenant_id, campaign_id, group))
    return csv_response(f"campaign-{timezone.localdate():%Y-%m-%d}", (*COLUMNS, *names), rows)


def _variables(visit: Visit, campaign_id: UUID) -> list[str]:
    """Names of the first ones': a campaign's contacts mostly have the same."""
    rows = list_members(tenant_id=visit.tenant_id, campaign_id=campaign_id, limit=500)
    return list(dict.fromkeys(name for row in rows for name in row.variables))


def _all(tenant_id: UUID, campaign_id: UUID, group: str) -> Iterator[MemberView]:
    after: UUID | None = None
    while rows := list_members(tenant_id=tenant_id, campaign_id=campaign_id, group=group, limit=500, after=after):
        yield from rows
        after = rows[-1].id


def _cells(row: MemberView, names: list[str]) -> list[object]:
    return [
        encode(Prefix.CONTACT, row.contact_id),
        row.contact_name,
        row.phone,
        row.state,
        row.outcome,
        row.reason,
        row.attempts,
        row.next_at,
        encode(Prefix.CALL, row.call_id) if row.call_id else "",
        encode(Prefix.CONVERSATION, row.conversation_id) if row.conversation_id else "",
        *(row.variables.get(each, "") for each in names),
    ]


def _add(visit: Visit, campaign_id: UUID) -> Added:
    file = visit.request.FILES.get("file")
    if file is None:
        rows = rows_of_filter(tenant_id=visit.tenant_id, wanted=Wanted(text=visit.request.POST.get("text", "")))
    else:
        try:
            rows = rows_of_csv(file.read(LONGEST_FILE + 1).decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise InvalidCampaign(gettext("Save the table as CSV in UTF-8."), param="csv") from None
    return add_members(tenant_id=visit.tenant_id, campaign_id=campaign_id, rows=rows, actor=visit.actor)


def _read(visit: Visit, before: CampaignView | None = None) -> CampaignSettings:
    """What the form says. Several windows are written by the API, and kept."""
    form, request = visit.request.POST, visit.request
    windows: list[object] = [*before.windows] if before and len(before.windows) > 1 else _window(request)
    return CampaignSettings(
        name=form.get("name", ""),
        number_id=asked_id(Prefix.PHONE_NUMBER, form.get("number", "")),
        opening=form.get("opening", ""),
        instructions=form.get("instructions", ""),
        windows=windows,
        retries={
            outcome: {
                "times": _number(request, f"{outcome}-times", -1),
                "after_minutes": _number(request, f"{outcome}-minutes", -1),
            }
            for outcome, _ in REPEATED
        },
        starts_at=_moment(visit, "starts_at"),
        ends_at=_moment(visit, "ends_at"),
        most_at_once=_number(request, "most_at_once", 0),
        calls_per_minute=_number(request, "calls_per_minute", 0),
    )


def _window(request: HttpRequest) -> list[object]:
    days = sorted(int(each) for each in set(request.POST.getlist("day")) if each in "1234567" and each)
    return [{"days": days, "from": request.POST.get("from", ""), "until": request.POST.get("until", "")}]


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def _moment(visit: Visit, name: str) -> datetime | None:
    """By the company's clock. Raises InvalidCampaign."""
    text = visit.request.POST.get(name, "").strip()
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise InvalidCampaign(gettext("Enter a day and a time."), param=name)
    return found.replace(tzinfo=ZoneInfo(visit.tenant.time_zone)) if found and found.tzinfo is None else found


def _list(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    before = visit.request.GET.get("before", "")
    last, live = asked_id(Prefix.CAMPAIGN, before) if before else None, live_at(visit)
    rows = list_campaigns(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=last)
    counts = count_members(tenant_id=visit.tenant_id, campaign_ids=[each.id for each in rows])
    context = {
        **live,
        **_form(visit, error),
        "section": "campaigns",
        "campaigns": [_row(each, counts[each.id]) for each in rows[:PAGE_SIZE]],
        "older": encode(Prefix.CAMPAIGN, rows[PAGE_SIZE - 1].id) if len(rows) > PAGE_SIZE else "",
        "form": _posted(visit.request) if error else _defaults(),
    }
    return visit.render("pages/campaigns/index.html", context, status=error.status if error else 200)


def _row(view: CampaignView, counts: Mapping[str, int]) -> dict[str, object]:
    label, tone = STATES[view.state]
    return {
        "view": view,
        "id": encode(Prefix.CAMPAIGN, view.id),
        "label": label,
        "tone": tone,
        "reached": counts.get("reached", 0),
        "total": sum(counts.values()),
        "parts": parts_of(counts),
    }


def _one(
    visit: Visit,
    campaign_id: UUID,
    *,
    error: RapportError | None = None,
    action: str = "",
    added: Added | None = None,
) -> HttpResponse:
    """`action`: what the error is about; `added`: what became of rows that just came."""
    live, view = live_at(visit), get_campaign(tenant_id=visit.tenant_id, campaign_id=campaign_id)
    group, public = _group(visit), encode(Prefix.CAMPAIGN, campaign_id)
    last = visit.request.GET.get("after", "")
    after = asked_id(Prefix.CAMPAIGN_MEMBER, last) if last else None
    rows = list_members(
        tenant_id=visit.tenant_id, campaign_id=campaign_id, group=group, limit=PAGE_SIZE + 1, after=after
    )
    progress = get_progress(tenant_id=visit.tenant_id, campaign_id=campaign_id)
    is_draft = view.state == CampaignState.DRAFT
    check = check_campaign(tenant_id=visit.tenant_id, campaign_id=campaign_id) if is_draft else None
    context = {
        **live,
        **_form(visit, error if action == "change" else None),
        **_row(view, {each: getattr(progress, each) for each in GROUPS}),
        "progress": progress,
        "section": "campaigns",
        "is_draft": is_draft,
        "is_over": view.state in (CampaignState.FINISHED, CampaignState.CANCELLED),
        "pause": PAUSES.get(view.pause_reason, view.pause_reason),
        "check": check,
        "left_out": left_out(check.left_out) if check else [],
        "added": added,
        "refusal": error if error and action != "change" else None,
        "form": _posted(visit.request) if error and action == "change" else _as_form(view),
        "live_url": visit.request.get_full_path()
        if visit.request.method == "GET"
        else reverse("campaign", args=[public]),
        "is_changed": action == "change",
        "has_several_windows": len(view.windows) > 1,
        "members": [_member(each) for each in rows[:PAGE_SIZE]],
        "groups": [("", gettext("All")), *((each, GROUP_WORDS[each]) for each in GROUPS)],
        "group": group,
        "next": encode(Prefix.CAMPAIGN_MEMBER, rows[PAGE_SIZE - 1].id) if len(rows) > PAGE_SIZE else "",
    }
    return visit.render("pages/campaigns/one.html", context, status=error.status if error else 200)


def _group(visit: Visit) -> str:
    group = visit.request.GET.get("group", "")
    return group if group in GROUPS else ""


def _member(row: MemberView) -> dict[str, object]:
    shown = row.state if row.state != "done" else row.outcome or "not_called"
    return {
        "view": row,
        "contact": encode(Prefix.CONTACT, row.contact_id),
        "call": encode(Prefix.CALL, row.call_id) if row.call_id else "",
        "label": OUTCOMES.get(shown, shown),
        "tone": TONES.get(shown, ""),
        "last": OUTCOMES.get(row.outcome, "") if row.state == "waiting" and row.outcome else "",
        "reason": REASONS.get(row.reason, row.reason),
    }


def _form(visit: Visit, error: RapportError | None) -> dict[str, object]:
    numbers = [each for each in list_phone_numbers(tenant_id=visit.tenant_id) if each.can_call]
    return {
        "numbers": [(encode(Prefix.PHONE_NUMBER, each.id), f"{each.number} · {each.agent_name}") for each in numbers],
        "days": DAYS,
        "repeated": REPEATED,
        "error": error,
        "can_write": visit.may(Permission.CONVERSATIONS_WRITE),
        "zone": visit.tenant.time_zone,
    }


def _as_form(view: CampaignView) -> dict[str, object]:
    """What is kept, as the form would say it."""
    window = view.windows[0] if view.windows else {"days": [], "from": "08:00", "until": "21:00"}
    return {
        "name": view.name,
        "number": encode(Prefix.PHONE_NUMBER, view.number_id) if view.number_id else "",
        "opening": view.opening,
        "instructions": view.instructions,
        "days": window["days"] or [1, 2, 3, 4, 5, 6, 7],
        "from": window["from"],
        "until": window["until"],
        "starts_at": _written(view.starts_at),
        "ends_at": _written(view.ends_at),
        "most_at_once": view.most_at_once,
        "calls_per_minute": view.calls_per_minute,
        **{
            f"{outcome}-{name}": 0 if name == "times" else 60
            for outcome, _ in REPEATED
            for name in ("times", "minutes")
        },
        **{f"{outcome}-{name}": value for outcome, rule in view.retries.items() for name, value in _rule(rule)},
    }


def _posted(request: HttpRequest) -> dict[str, object]:
    return {**request.POST.dict(), "days": [int(each) for each in request.POST.getlist("day") if each.isdigit()]}


def _defaults() -> dict[str, object]:
    """Of a new one: on weekdays, and tried again as is usual."""
    retries = retries_json(DEFAULT)
    return {
        "days": [1, 2, 3, 4, 5],
        "from": "09:00",
        "until": "18:00",
        "most_at_once": 3,
        "calls_per_minute": 20,
        **{f"{outcome}-{name}": value for outcome, rule in retries.items() for name, value in _rule(rule)},
    }


def _rule(rule: dict[str, int]) -> list[tuple[str, int]]:
    return [("times", rule["times"]), ("minutes", rule["after_minutes"])]


def _written(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" if moment else ""
