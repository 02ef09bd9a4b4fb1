"""Privacy: bringing out what is held of a contact or of the company, erasing a contact, and the receipts of that.

Whoever does one of these has signed in lately. The board is a fragment that asks again while something moves.
"""

import json
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agents.selectors import conversation_of
from frontend.page import Visit, asked_id, page
from ingestion.contacts.selectors import get_contact
from rapport.ids import Prefix, encode
from tenants.permissions import Permission
from tenants.privacy.erasure import request_erasure
from tenants.privacy.errors import ErasureNotFound
from tenants.privacy.exporting import KEPT, open_export, request_export
from tenants.privacy.models import ErasureKind
from tenants.privacy.parts import find_part, request_part_erasure
from tenants.privacy.receipts import verify
from tenants.privacy.selectors import get_erasure, get_export, list_erasures, list_exports

PAGE_SIZE = 50
READS_ALL = (Permission.CONTACTS_READ, Permission.CONVERSATIONS_READ, Permission.TRACES_READ)


@require_safe
@page(Permission.CONTACTS_READ)
def show_privacy(visit: Visit) -> HttpResponse:
    return visit.render("pages/privacy/index.html", {"section": "privacy", **_board(visit)})


@require_safe
@page(Permission.CONTACTS_READ)
def show_board(visit: Visit) -> HttpResponse:
    """The moving part of the page, alone."""
    return visit.render("pages/privacy/board.html", _board(visit))


def _board(visit: Visit) -> dict[str, object]:
    text = visit.request.GET.get("before", "")
    before = asked_id(Prefix.ERASURE, text) if text else None
    rows = list_erasures(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before)
    may_export = visit.may(Permission.COMPANY_EXPORT)
    exports = list_exports(tenant_id=visit.tenant_id, contact_id=None) if may_export else []
    under_way = [each for each in rows[:PAGE_SIZE] if not each.is_done]
    return {
        "under_way": under_way,
        "receipts": [each for each in rows[:PAGE_SIZE] if each.is_done],
        "has_more": len(rows) > PAGE_SIZE,
        "is_first": before is None,
        "exports": exports,
        "may_export": may_export,
        "kept_days": KEPT.days,
        "is_moving": any(each.state != "stuck" for each in under_way) or any(each.is_under_way for each in exports),
    }


@require_safe
@page(Permission.CONTACTS_READ)
def show_erasure(visit: Visit, erasure: str) -> HttpResponse:
    found = get_erasure(tenant_id=visit.tenant_id, erasure_id=asked_id(Prefix.ERASURE, erasure))
    finding = verify(found.receipt).value if found.is_done else ""
    return visit.render("pages/privacy/one.html", {"section": "privacy", "erasure": found, "finding": finding})


@require_safe
@page(Permission.CONTACTS_READ)
def show_progress(visit: Visit, erasure: str) -> HttpResponse:
    """The moving part of the page; at the end the whole page comes, with what was found of the receipt."""
    found = get_erasure(tenant_id=visit.tenant_id, erasure_id=asked_id(Prefix.ERASURE, erasure))
    answer = visit.render("pages/privacy/progress.html", {"erasure": found})
    if found.is_done:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@page(Permission.CONTACTS_READ)
def download_receipt(visit: Visit, erasure: str) -> HttpResponse:
    found = get_erasure(tenant_id=visit.tenant_id, erasure_id=asked_id(Prefix.ERASURE, erasure))
    if not found.is_done:
        raise ErasureNotFound(gettext("There is no receipt yet."))
    text = json.dumps(found.receipt, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{encode(Prefix.ERASURE, found.id)}.json"'
    return response


@never_cache
@require_POST
@page(Permission.CONTACTS_ERASE)
def erase_contact(visit: Visit, contact: str) -> HttpResponse:
    contact_id = asked_id(Prefix.CONTACT, contact)
    get_contact(tenant_id=visit.tenant_id, contact_id=contact_id)
    visit.confirm_first("contact", contact)
    erasure_id = request_erasure(tenant_id=visit.tenant_id, contact_id=contact_id, actor=visit.actor)
    messages.success(visit.request, gettext("Being erased. The receipt is here as soon as every store counts zero."))
    return redirect("erasure", encode(Prefix.ERASURE, erasure_id))


@never_cache
@require_POST
@page(Permission.CONTACTS_ERASE)
def erase_conversation(visit: Visit, conversation: str) -> HttpResponse:
    return _erase_part(visit, ErasureKind.CONVERSATION, asked_id(Prefix.CONVERSATION, conversation), conversation)


@never_cache
@require_POST
@page(Permission.CONTACTS_ERASE)
def erase_message(visit: Visit, message: str) -> HttpResponse:
    message_id = asked_id(Prefix.MESSAGE, message)
    found = conversation_of(tenant_id=visit.tenant_id, message_id=message_id)
    return _erase_part(visit, ErasureKind.MESSAGE, message_id, encode(Prefix.CONVERSATION, found))


def _erase_part(visit: Visit, kind: ErasureKind, part_id: UUID, conversation: str) -> HttpResponse:
    find_part(tenant_id=visit.tenant_id, kind=kind, part_id=part_id)
    visit.confirm_first("conversation", conversation)
    erasure_id = request_part_erasure(tenant_id=visit.tenant_id, kind=kind, part_id=part_id, actor=visit.actor)
    messages.success(visit.request, gettext("Being erased. The receipt is here as soon as every store counts zero."))
    return redirect("erasure", encode(Prefix.ERASURE, erasure_id))


@never_cache
@require_POST
@page(Permission.CONTACTS_READ)
def export_contact(visit: Visit, contact: str) -> HttpResponse:
    _require_all(visit)
    contact_id = asked_id(Prefix.CONTACT, contact)
    get_contact(tenant_id=visit.tenant_id, contact_id=contact_id)
    visit.confirm_first("contact", contact)
    request_export(tenant_id=visit.tenant_id, contact_id=contact_id, actor=visit.actor)
    messages.success(visit.request, gettext("The archive is being made. It is on this page in a moment."))
    return redirect("contact", contact)


def _require_all(visit: Visit) -> None:
    """Who brings out all that is held of a contact may read all of it."""
    for permission in READS_ALL:
        visit.require(permission)


def exports_of_contact(visit: Visit, contact_id: UUID) -> dict[str, object]:
    """For the contact's page, and for the part of it that asks again."""
    exports = list_exports(tenant_id=visit.tenant_id, contact_id=contact_id)
    return {
        "contact_id": contact_id,
        "exports": exports,
        "may_export": all(visit.may(each) for each in READS_ALL),
        "is_moving": any(each.is_under_way for each in exports),
        "kept_days": KEPT.days,
    }


def data_of_contact(visit: Visit, contact_id: UUID) -> dict[str, object]:
    """For the contact's page: what may be done with the person's data, and what is being done."""
    latest = list_erasures(tenant_id=visit.tenant_id, contact_id=contact_id, limit=1)
    return {
        **exports_of_contact(visit, contact_id),
        "may_erase": visit.may(Permission.CONTACTS_ERASE),
        "erasure": next((each for each in latest if not each.is_done), None),
    }


@require_safe
@page(Permission.CONTACTS_READ)
def show_contact_exports(visit: Visit, contact: str) -> HttpResponse:
    """The moving part of a contact's page, alone."""
    contact_id = asked_id(Prefix.CONTACT, contact)
    get_contact(tenant_id=visit.tenant_id, contact_id=contact_id)
    return visit.render("pages/privacy/exports.html", exports_of_contact(visit, contact_id))


@never_cache
@require_POST
@page(Permission.COMPANY_EXPORT)
def export_company(visit: Visit) -> HttpResponse:
    visit.confirm_first("privacy")
    request_export(tenant_id=visit.tenant_id, contact_id=None, actor=visit.actor)
    messages.success(visit.request, gettext("The archive is being made. It is here as soon as it is whole."))
    return redirect("privacy")


@never_cache
@require_safe
@page(Permission.CONTACTS_READ)
def download_export(visit: Visit, export: str) -> HttpResponseBase:
    found = get_export(tenant_id=visit.tenant_id, export_id=asked_id(Prefix.EXPORT, export))
    visit.require(Permission.COMPANY_EXPORT) if found.contact_id is None else _require_all(visit)
    path = open_export(tenant_id=visit.tenant_id, export_id=found.id)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{export}.zip", content_type="application/zip")
