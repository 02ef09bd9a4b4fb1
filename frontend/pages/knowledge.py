"""Knowledge: sources, their documents, and how far each is.

The board is a fragment that asks again while something moves.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.live import live_at
from frontend.page import Visit, asked_id, page
from frontend.phrases import phrase
from frontend.said import said
from ingestion import selectors, services
from rapport.config import get_config
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 40
STATES = (
    ("", phrase("All")),
    ("processing", phrase("Being read")),
    ("ready", phrase("Ready")),
    ("failed", phrase("Failed")),
)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one uploaded file. `error` is a sentence for its owner, "" when it was taken."""

    name: str
    is_unchanged: bool = False
    error: str = ""


@require_safe
@page(Permission.KNOWLEDGE_READ, in_one_scope=True)
def show_knowledge(visit: Visit) -> HttpResponse:
    limit = get_config().max_upload_bytes
    return visit.render(
        "pages/knowledge/index.html", {**live_at(visit), "section": "knowledge", "max_bytes": limit, **_board(visit)}
    )


@require_safe
@page(Permission.KNOWLEDGE_READ, in_one_scope=True)
def show_board(visit: Visit) -> HttpResponse:
    """The moving part of the page, alone."""
    return visit.render("pages/knowledge/board.html", _board(visit))


def _board(visit: Visit) -> dict[str, object]:
    query = visit.request.GET
    source_id = asked_id(Prefix.SOURCE, query["source"]) if query.get("source") else None
    state, number = query.get("state", ""), _page_number(query.get("page", ""))
    sources = selectors.list_sources(tenant_id=visit.tenant_id)
    documents = selectors.list_documents(
        tenant_id=visit.tenant_id,
        source_id=source_id,
        state=state,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    counts = selectors.count_knowledge(tenant_id=visit.tenant_id)
    return {
        "sources": sources,
        "source": next((each for each in sources if each.id == source_id), None),
        "documents": documents[:PAGE_SIZE],
        "counts": counts,
        "tabs": _tabs(counts),
        "state": state,
        "number": number,
        "has_more": len(documents) > PAGE_SIZE,
        "is_moving": counts.waiting > 0 or any(each.is_busy for each in sources),
    }


def _tabs(counts: selectors.KnowledgeCounts) -> list[tuple[str, str, int]]:
    numbers = {"": counts.documents, "processing": counts.waiting, "ready": counts.ready, "failed": counts.failed}
    return [(state, label, numbers[state]) for state, label in STATES]


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def upload_files(visit: Visit) -> HttpResponse:
    """Take the files; one that is refused does not stop the others. Scripts get JSON, forms a page with messages."""
    files = visit.request.FILES.getlist("files")
    source_id = services.ensure_upload_source(tenant_id=visit.tenant_id, actor=visit.actor) if files else None
    received = [_receive(visit, source_id, file) for file in files] if source_id else []
    if "application/json" in visit.request.headers.get("Accept", ""):
        body = [{"name": each.name, "unchanged": each.is_unchanged, "error": each.error} for each in received]
        return JsonResponse({"received": body})
    _tell(visit, received)
    return redirect(visit.request.POST.get("next") or "knowledge") if _is_own_path(visit) else redirect("knowledge")


def _is_own_path(visit: Visit) -> bool:
    return visit.request.POST.get("next", "") == "/welcome/"


def _receive(visit: Visit, source_id: UUID, file: "UploadedFile[Any]") -> Received:
    name = file.name or "unnamed"
    try:
        submitted = services.submit_file(
            tenant_id=visit.tenant_id,
            actor=visit.actor,
            source_id=source_id,
            file=file,
            content_type=file.content_type or "",
        )
    except RapportError as error:
        return Received(name, error=said(error.message))
    return Received(name, is_unchanged=submitted.is_unchanged)


def _tell(visit: Visit, received: list[Received]) -> None:
    taken = sum(1 for each in received if not each.error and not each.is_unchanged)
    same = sum(1 for each in received if each.is_unchanged)
    if not received:
        messages.warning(visit.request, gettext("Choose at least one file first."))
    if taken:
        messages.success(
            visit.request,
            ngettext("%(number)s file is being read.", "%(number)s files are being read.", taken) % {"number": taken},
        )
    if same:
        messages.info(
            visit.request,
            ngettext(
                "%(number)s file was here already, unchanged.", "%(number)s files were here already, unchanged.", same
            )
            % {"number": same},
        )
    for each in received:
        if each.error:
            messages.error(visit.request, each.error)


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def add_website(visit: Visit) -> HttpResponse:
    form = visit.request.POST
    pages = form.get("max_pages", "")
    try:
        services.create_source(
            tenant_id=visit.tenant_id,
            actor=visit.actor,
            kind="website",
            name="",
            url=form.get("url", ""),
            max_pages=int(pages) if pages.isdecimal() and len(pages) < 7 else 500,
        )
    except RapportError as error:
        messages.error(visit.request, said(error.message))
    else:
        messages.success(visit.request, gettext("The website is being read; its pages appear below as they come."))
    return redirect(form["next"]) if _is_own_path(visit) else redirect("knowledge")


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def act_on_source(visit: Visit, source: str, action: str) -> HttpResponse:
    """`action`: "crawl", "retry" or "delete"."""
    source_id = asked_id(Prefix.SOURCE, source)
    selectors.get_source(tenant_id=visit.tenant_id, source_id=source_id)
    try:
        messages.success(visit.request, _do_to_source(visit, source_id, action))
    except RapportError as error:
        messages.error(visit.request, said(error.message))
    return redirect("knowledge")


def _do_to_source(visit: Visit, source_id: UUID, action: str) -> str:
    if action == "crawl":
        services.crawl_source(tenant_id=visit.tenant_id, actor=visit.actor, source_id=source_id)
        return gettext("The website is being read again; unchanged pages cost nothing.")
    if action == "retry":
        number = services.retry_failed_documents(tenant_id=visit.tenant_id, actor=visit.actor, source_id=source_id)
        return ngettext(
            "%(number)s failed document is being tried again.",
            "%(number)s failed documents are being tried again.",
            number,
        ) % {"number": number}
    services.delete_source(tenant_id=visit.tenant_id, actor=visit.actor, source_id=source_id)
    return gettext("The source and its documents are being removed from every store.")


@require_POST
@page(Permission.KNOWLEDGE_WRITE)
def act_on_document(visit: Visit, document: str, action: str) -> HttpResponse:
    """`action`: "retry" or "delete"."""
    document_id = asked_id(Prefix.DOCUMENT, document)
    act = services.retry_document if action == "retry" else services.delete_document
    try:
        act(tenant_id=visit.tenant_id, actor=visit.actor, document_id=document_id)
    except RapportError as error:
        if error.status == 404:
            raise
        messages.error(visit.request, said(error.message))
    else:
        removed = gettext("The document is being removed from every store.")
        done = gettext("The document is being tried again.") if action == "retry" else removed
        messages.success(visit.request, done)
    if action == "retry" and visit.request.POST.get("next") == "document":
        return redirect("document", encode(Prefix.DOCUMENT, document_id))
    return redirect("knowledge")
