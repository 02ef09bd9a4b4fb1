"""Calls: the list, and one as it went: both sides over time, what was heard and what not, how fast and for how much."""

from django.http import HttpResponse
from django.utils.formats import localize
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.channels.phone.recording.keeping import get_recording
from agents.channels.phone.story import get_call_story
from agents.models import CallState
from agents.selectors.campaigns import campaign_of_call
from agents.selectors.phone import CallFilter, get_transfer, list_calls
from agents.selectors.summaries import summary_of_conversation
from billing.components import cost_components
from frontend.call_timeline import clock, timeline_of
from frontend.call_words import call_row, transfer_row
from frontend.live import live_at
from frontend.page import Visit, asked_id, page
from frontend.pages.usage import STEPS
from frontend.phrases import phrase
from frontend.waveform import waveform_of
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 40
STATES = (("", phrase("All")), (CallState.TALKING, phrase("Under way")), (CallState.ENDED, phrase("Over")))


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_calls(visit: Visit) -> HttpResponse:
    query, live = visit.request.GET, live_at(visit)
    before = asked_id(Prefix.CALL, query["before"]) if query.get("before") else None
    state = query.get("state", "") if query.get("state") in CallState.values else ""
    rows = list_calls(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before, wanted=CallFilter(state=state))
    shown = rows[:PAGE_SIZE]
    longest = max((each.seconds or 0 for each in shown), default=0)
    return visit.render(
        "pages/calls/index.html",
        {
            **live,
            "section": "conversations",
            "calls": [call_row(each, longest) for each in shown],
            "states": STATES,
            "state": state,
            "older": encode(Prefix.CALL, shown[-1].id) if len(rows) > PAGE_SIZE else "",
            "is_first": before is None,
        },
    )


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_call(visit: Visit, call: str) -> HttpResponse:
    live = live_at(visit)
    story = get_call_story(
        tenant_id=visit.tenant_id,
        call_id=asked_id(Prefix.CALL, call),
        with_unheard=visit.may(Permission.TRACES_READ),
    )
    components = cost_components(tenant_id=visit.tenant_id, conversation_id=story.call.conversation_id)
    analysis = story.call.analysis
    campaign = campaign_of_call(tenant_id=visit.tenant_id, call_id=story.call.id)
    transfer = get_transfer(tenant_id=visit.tenant_id, call_id=story.call.id)
    recording = get_recording(tenant_id=visit.tenant_id, call_id=story.call.id)
    waits = sorted(each.answer_ms for each in story.lines if each.answer_ms is not None)
    return visit.render(
        "pages/calls/one.html",
        {
            **live,
            "section": "conversations",
            "story": story,
            "row": call_row(story.call, 0),
            "lines": [(each, clock(each.at_ms)) for each in story.lines],
            "timeline": timeline_of(story),
            "recording": waveform_of(recording) if recording else None,
            "may_listen": visit.may(Permission.CALLS_LISTEN),
            "summary": summary_of_conversation(tenant_id=visit.tenant_id, conversation_id=story.call.conversation_id),
            "analysis": analysis,
            "values": [(name, _value(value)) for name, value in analysis.values.items()] if analysis else [],
            "campaign": (encode(Prefix.CAMPAIGN, campaign[0]), campaign[1]) if campaign else None,
            "transfer": transfer_row(transfer) if transfer else None,
            "components": components,
            "steps": STEPS,
            "cost": sum(each.cost_micros for each in components),
            "median_ms": waits[len(waits) // 2] if waits else None,
            "slowest_ms": waits[-1] if waits else None,
            "is_moving": story.call.state != CallState.ENDED,
        },
    )


def _value(value: str | float | bool | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return value if isinstance(value, str) else str(localize(value))
