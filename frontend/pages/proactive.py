"""What a widget says by itself: the rules, with the bubble as visitors see it beside them."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agents.selectors import list_agents
from frontend.page import Visit, page
from frontend.pages.own_key import own_key
from rapport.errors import InvalidRequest, RapportError
from tenants.permissions import Permission
from tenants.proactive import (
    DEFAULT_HOURS,
    MAX_RULES,
    MAX_TEXT,
    ProactiveMessages,
    ProactiveRule,
    set_proactive_messages,
)
from tenants.selectors import WidgetKeyView

_WORDS = ("text", "url", "event", "id")
_NUMBERS = ("seconds", "scroll")
_DIGITS = 6


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_proactive(visit: Visit, widget_key: str) -> HttpResponse:
    if visit.request.method != "POST":
        key = own_key(visit, widget_key)
        return _render(visit, key, [_as_typed(rule) for rule in key.proactive.rules], f"{key.proactive.hours}")
    visit.require(Permission.AGENTS_WRITE)
    key, form = own_key(visit, widget_key), visit.request.POST
    typed = _typed(form)
    try:
        wanted = ProactiveMessages(
            tuple(_read(each, at) for at, each in enumerate(typed, start=1)),
            _number(form.get("hours", "") or f"{DEFAULT_HOURS}", "hours"),
        )
        set_proactive_messages(tenant_id=visit.tenant_id, key_id=key.id, wanted=wanted, actor=visit.actor)
    except RapportError as error:
        return _render(visit, key, typed, form.get("hours", ""), error=error)
    messages.success(visit.request, gettext("Saved. Your website shows it within five minutes."))
    return redirect("proactive", widget_key=widget_key)


def _typed(form: QueryDict) -> list[dict[str, str]]:
    """Row by row as the browser sent them; a row without anything said is none."""
    columns = {name: form.getlist(name)[: MAX_RULES + 1] for name in (*_WORDS, *_NUMBERS)}
    rows = [
        {name: values[at] if at < len(values) else "" for name, values in columns.items()}
        for at in range(len(columns["text"]))
    ]
    return [row for row in rows if any(row[name].strip() for name in ("text", "url", "event", *_NUMBERS))]


def _as_typed(rule: ProactiveRule) -> dict[str, str]:
    words = {name: getattr(rule, name) for name in _WORDS}
    return words | {name: f"{getattr(rule, name) or ''}" for name in _NUMBERS}


def _read(row: dict[str, str], at: int) -> ProactiveRule:
    numbers = {name: _number(row[name] or "0", f"{name}-{at}") for name in _NUMBERS}
    return ProactiveRule(text=row["text"], url=row["url"], event=row["event"], id=row["id"], **numbers)


def _number(text: str, param: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise InvalidRequest(gettext("Write a whole number."), param=param)
    return int(text)


def _render(
    visit: Visit, key: WidgetKeyView, rows: list[dict[str, str]], hours: str, *, error: RapportError | None = None
) -> HttpResponse:
    agents = {each.id: each for each in list_agents(tenant_id=visit.tenant_id)}
    agent = agents.get(key.agent_id)
    free = (
        [dict.fromkeys((*_WORDS, *_NUMBERS), "")]
        if len(rows) < MAX_RULES and visit.may(Permission.AGENTS_WRITE)
        else []
    )
    context = {
        "section": "widget",
        "key": key,
        "color": agent.config.appearance.color if agent else "",
        "rows": [*rows, *free],
        "hours": hours,
        "most": MAX_RULES,
        "longest": MAX_TEXT,
        "error": error,
    }
    return visit.render("pages/proactive.html", context, status=error.status if error else 200)
