"""The audit log: who did what, when; searched by who, what, to what and when; as CSV."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from frontend.audit_words import actor_names, lines_of, name_of, sentence_of
from frontend.page import Visit, asked_id, page
from frontend.phrases import phrase
from frontend.spreadsheet import csv_response
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.audit_log import AuditFilter, AuditView, iterate_audit, list_actions, list_audit
from tenants.permissions import Permission
from tenants.selectors import list_members

PAGE_SIZE = 50
COLUMNS = ("id", "at", "actor", "who", "action", "what", "subject", "details", "before", "after")
FIELDS = ("actor", "action", "subject", "since", "until")
OTHERS = (
    ("system", "Rapport"),
    ("agent", phrase("Agents")),
    ("visitor", phrase("Visitors")),
    ("key", phrase("API keys")),
)


@require_safe
@page(Permission.AUDIT_READ, in_one_scope=True)
def show_audit(visit: Visit) -> HttpResponse:
    query = visit.request.GET
    form = {name: query.get(name, "").strip() for name in FIELDS}
    which, error = _read(form)
    before = asked_id(Prefix.AUDIT, query["before"]) if query.get("before") else None
    rows = [] if error else _rows(visit, which, before)
    return visit.render(
        "pages/audit.html", _context(visit, form, rows, error, before), status=error.status if error else 200
    )


def _rows(visit: Visit, which: AuditFilter, before: UUID | None) -> list[AuditView]:
    return list_audit(tenant_id=visit.tenant_id, which=which, limit=PAGE_SIZE + 1, before=before)


def _context(
    visit: Visit, form: dict[str, str], rows: list[AuditView], error: InvalidRequest | None, before: UUID | None
) -> dict[str, Any]:
    asked = {name: value for name, value in form.items() if value}
    return {
        "section": "audit",
        "lines": lines_of(visit.tenant_id, rows[:PAGE_SIZE]),
        "form": form,
        "error": error,
        "is_asked": bool(asked),
        "is_first": before is None,
        "newest": _address(asked),
        "older": _address({**asked, "before": encode(Prefix.AUDIT, rows[PAGE_SIZE - 1].id)})
        if len(rows) > PAGE_SIZE
        else "",
        "csv_query": urlencode(asked),
        "people": [(encode(Prefix.USER, each.user_id), each.email) for each in list_members(visit.tenant_id)],
        "others": OTHERS,
        "actions": [(each, sentence_of(each)) for each in list_actions(tenant_id=visit.tenant_id)],
    }


def _address(asked: dict[str, str]) -> str:
    return f"?{urlencode(asked)}"


@require_safe
@page(Permission.AUDIT_READ)
def export_audit(visit: Visit) -> HttpResponseBase:
    """All that the filters match, newest first, written as it is read."""
    which, error = _read(_form(visit.request.GET))
    if error:
        raise error
    names = actor_names(visit.tenant_id)
    entries = iterate_audit(tenant_id=visit.tenant_id, which=which)
    rows = (_cells(each, names) for each in entries)
    return csv_response(f"audit-{visit.tenant.slug}-{timezone.localdate():%Y-%m-%d}", COLUMNS, rows)


def _form(query: QueryDict) -> dict[str, str]:
    return {name: query.get(name, "").strip() for name in FIELDS}


def _cells(entry: AuditView, names: dict[str, str]) -> list[object]:
    import json

    facts = [json.dumps(each) if each else "" for each in (entry.details, entry.before, entry.after)]
    return [
        encode(Prefix.AUDIT, entry.id),
        entry.at,
        entry.actor,
        name_of(entry.actor, names),
        entry.action,
        sentence_of(entry.action),
        entry.subject,
        *facts,
    ]


def _read(form: dict[str, str]) -> tuple[AuditFilter, InvalidRequest | None]:
    """Days are the company's own, and `until` is the last day that counts."""
    try:
        since, until = _day(form["since"], "since"), _day(form["until"], "until")
    except InvalidRequest as error:
        return AuditFilter(), error
    actor, action, subject = (form[name].replace("\x00", "") for name in ("actor", "action", "subject"))
    return AuditFilter(actor, action, subject, since, until + timedelta(days=1) if until else None), None


def _day(text: str, param: str) -> datetime | None:
    """When that day begins, in the zone of the page. Raises InvalidRequest."""
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and (day is None or not 1970 <= day.year <= 9000):
        raise InvalidRequest(gettext("Write the day as 2026-11-26."), param=param)
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
