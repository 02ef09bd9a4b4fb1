"""The inbox: which conversations want a person, one of them with what was said, and beside it what is known.

Parts of it come again by themselves (`?part=`): the list and the conversation, when something changed.
"""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.feedback.selectors import ratings_by
from agents.inbox import state
from agents.inbox.canned import CannedReplyView, fill_in, list_canned_replies
from agents.inbox.notes import add_note, list_notes
from agents.inbox.presence import note_presence, who_is_there
from agents.inbox.replies import post_reply
from agents.inbox.selectors import FILTERS, count_waiting, list_inbox
from agents.inbox.suggesting import latest_suggestion, suggest_answer
from agents.selectors import ConversationView, get_conversation, list_messages, list_turns
from agents.selectors.summaries import summary_of_conversation
from frontend.live import live_at
from frontend.page import Visit, asked_id, page, signed_in_id
from frontend.pages.conversations import transcript_of
from frontend.phrases import phrase
from frontend.said import said
from frontend.sources import citation_href
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.selectors import MemberView, list_members

LIST_SIZE, MOST_LISTED = 40, 400
_MOST_MESSAGES = 2000
REASONS = {
    "asked": phrase("asked for a person"),
    "low_grounding": phrase("the agent was not sure"),
    "tool_failure": phrase("a tool failed"),
    "budget": phrase("the budget is spent"),
    "phrase": phrase("said a phrase of a rule"),
    "topic": phrase("a topic for people"),
    "staff": phrase("handed over by a colleague"),
}


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_inbox(visit: Visit) -> HttpResponse:
    return visit.render("pages/inbox/index.html", {**live_at(visit), **_list(visit)})


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_inbox_list(visit: Visit) -> HttpResponse:
    """The list alone, which asks for itself again."""
    at = visit.request.GET.get("at", "")
    return visit.render("pages/inbox/list.html", _list(visit, asked_id(Prefix.CONVERSATION, at) if at else None))


def _list(visit: Visit, current: UUID | None = None) -> dict[str, object]:
    asked = visit.request.GET.get("show", "")
    which = asked if asked in FILTERS else "open"
    member_id = signed_in_id(visit.request)
    size = _size(visit.request.GET.get("rows", ""))
    rows = list_inbox(tenant_id=visit.tenant_id, which=which, member_id=member_id, limit=size + 1)
    is_cut = len(rows) > size
    return {
        "section": "inbox",
        "rows": rows[:size],
        "kept": _list_query(which, size),
        "more": _list_query(which, size + LIST_SIZE) if is_cut and size < MOST_LISTED else "",
        "is_cut": is_cut,
        "show": which,
        "filters": FILTERS.items(),
        "waiting": count_waiting(tenant_id=visit.tenant_id),
        "current": current,
        "reasons": REASONS,
    }


def _size(asked: str) -> int:
    """How many rows are listed."""
    return min(max(int(asked), LIST_SIZE), MOST_LISTED) if asked.isdecimal() and len(asked) < 9 else LIST_SIZE


def _list_query(which: str, size: int) -> str:
    return urlencode({"show": which, **({"rows": size} if size > LIST_SIZE else {})})


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_inbox_conversation(visit: Visit, conversation: str) -> HttpResponse:
    live = live_at(visit)
    found = _found(visit, conversation)
    may_write = visit.may(Permission.INBOX_WRITE)
    if may_write:
        _note_presence(visit, found.id, is_typing=False)
    members = list_members(visit.tenant_id) if may_write and found.state != "closed" else []
    context = {
        **live,
        **_list(visit, found.id),
        **_thread(visit, found),
        "notes": list_notes(tenant_id=visit.tenant_id, conversation_id=found.id),
        "members": [each for each in members if state.may_answer(each.role)],
    }
    if not found.handoff_summary:
        context["summary"] = summary_of_conversation(tenant_id=visit.tenant_id, conversation_id=found.id)
    if may_write and context["is_mine"] and found.state == "human":
        context |= {**_suggestion(visit, found), "canned": _canned(visit, found, members)}
    return visit.render("pages/inbox/one.html", context)


def _canned(visit: Visit, found: ConversationView, members: list[MemberView]) -> list[tuple[CannedReplyView, str]]:
    """Each with what it says here."""
    me = next((each.name for each in members if each.user_id == signed_in_id(visit.request)), "")
    values = {"contact.name": found.contact_name, "agent.name": found.agent_name, "me.name": me}
    return [(each, fill_in(each.text, values)) for each in list_canned_replies(tenant_id=visit.tenant_id)]


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_inbox_thread(visit: Visit, conversation: str) -> HttpResponse:
    """What was said, alone, which asks for itself again. That it is asked for means that somebody looks."""
    found = _found(visit, conversation)
    if visit.may(Permission.INBOX_WRITE):
        _note_presence(visit, found.id, is_typing="typing" in visit.request.GET)
    return visit.render("pages/inbox/thread.html", _thread(visit, found))


def _thread(visit: Visit, found: ConversationView) -> dict[str, object]:
    turns = list_turns(tenant_id=visit.tenant_id, conversation_id=found.id, with_sums=False)
    said = list_messages(tenant_id=visit.tenant_id, conversation_id=found.id, limit=_MOST_MESSAGES)
    me = signed_in_id(visit.request)
    there = who_is_there(tenant_id=visit.tenant_id, conversation_id=found.id)
    return {
        "conversation": found,
        "transcript": transcript_of(said, turns),
        "rated": ratings_by(tenant_id=visit.tenant_id, conversation_id=found.id, rater_id=me),
        "back": reverse("inbox_conversation", args=[encode(Prefix.CONVERSATION, found.id)]),
        "is_answering": any(not turn.is_finished for turn in turns),
        "is_mine": found.assignee_id == me,
        "others": [each for each in there if each.member_id != me],
        "may_answer": visit.may(Permission.INBOX_WRITE),
        "reason": REASONS.get(found.handoff_reason, found.handoff_reason),
    }


def _found(visit: Visit, conversation: str) -> ConversationView:
    return get_conversation(tenant_id=visit.tenant_id, conversation_id=asked_id(Prefix.CONVERSATION, conversation))


def _note_presence(visit: Visit, conversation_id: UUID, *, is_typing: bool) -> None:
    note_presence(
        tenant_id=visit.tenant_id,
        conversation_id=conversation_id,
        member_id=signed_in_id(visit.request),
        is_typing=is_typing,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.INBOX_WRITE)
def show_suggestion(visit: Visit, conversation: str) -> HttpResponse:
    """What the agent would answer, alone; asked for when a colleague begins to write, it asks for itself again."""
    found, problem = _found(visit, conversation), ""
    if visit.request.method == "POST":
        try:
            suggest_answer(tenant_id=visit.tenant_id, conversation_id=found.id, actor=visit.actor)
        except RapportError as error:
            problem = said(error.message)
    context = {"conversation": found, "problem": problem, **_suggestion(visit, found)}
    return visit.render("pages/inbox/suggestion.html", context)


def _suggestion(visit: Visit, found: ConversationView) -> dict[str, object]:
    suggestion = latest_suggestion(tenant_id=visit.tenant_id, conversation_id=found.id)
    sources = [(each, citation_href(each)) for each in suggestion.citations] if suggestion else []
    return {"suggestion": suggestion, "sources": sources}


@require_POST
@page(Permission.INBOX_WRITE)
def act_on_inbox(visit: Visit, conversation: str, action: str) -> HttpResponse:
    """A step of the conversation, an answer or a note; then back to it."""
    found = _found(visit, conversation)
    try:
        _ACTIONS[action](visit, found.id, visit.actor)
    except RapportError as error:
        messages.error(visit.request, said(error.message))
    return redirect("inbox_conversation", conversation)


def _take(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    me = signed_in_id(visit.request)
    state.take_over(tenant_id=visit.tenant_id, conversation_id=conversation_id, member_id=me, actor=actor)


def _give(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    state.give_back(tenant_id=visit.tenant_id, conversation_id=conversation_id, actor=actor)


def _close(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    state.close(tenant_id=visit.tenant_id, conversation_id=conversation_id, actor=actor)


def _reopen(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    state.reopen(tenant_id=visit.tenant_id, conversation_id=conversation_id, actor=actor)


def _assign(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    """The form's member; "" for nobody."""
    chosen = visit.request.POST.get("member", "")
    member_id = asked_id(Prefix.USER, chosen) if chosen else None
    state.assign(tenant_id=visit.tenant_id, conversation_id=conversation_id, member_id=member_id, actor=actor)


def _reply(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    form = visit.request.POST
    post_reply(
        tenant_id=visit.tenant_id,
        conversation_id=conversation_id,
        member_id=signed_in_id(visit.request),
        text=form.get("text", ""),
        actor=actor,
        idempotency_key=form.get("key", "")[:80],
    )


def _note(visit: Visit, conversation_id: UUID, actor: Actor) -> None:
    text = visit.request.POST.get("text", "")
    add_note(tenant_id=visit.tenant_id, conversation_id=conversation_id, text=text, actor=actor)


_ACTIONS: dict[str, Callable[[Visit, UUID, Actor], None]] = {
    "take": _take,
    "give": _give,
    "close": _close,
    "reopen": _reopen,
    "assign": _assign,
    "reply": _reply,
    "note": _note,
}
