"""One document: its text with its passages, opened at the cited one; how its ingest went."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.page import Visit, asked_id, page
from frontend.passages import Asked, cut_text, find_quote, window_around
from ingestion.models import IngestStage
from ingestion.selectors import DocumentDetail, get_document_detail, get_source, list_versions
from rapport.errors import NotFound
from rapport.ids import Prefix
from tenants.permissions import Permission

STAGES = ("parsing", "chunking", "embedding", "storing", "verifying")
_LONGEST_SHOWN = 200_000  # characters: about a hundred pages; of a longer text the part around what was asked for


@dataclass(frozen=True, slots=True)
class StageBar:
    label: str
    milliseconds: float
    percent: float


@require_safe
@page(Permission.KNOWLEDGE_READ)
def show_document(visit: Visit, document: str) -> HttpResponse:
    """Opens at `?chunk=chk_…`; `&from=…&to=…` marks characters of the text. `?quote=…` finds the place by its words."""
    document_id = asked_id(Prefix.DOCUMENT, document)
    detail = get_document_detail(tenant_id=visit.tenant_id, document_id=document_id)
    asked = _asked(visit, detail)
    begin, end = window_around(asked, detail.passages, size=_LONGEST_SHOWN, whole=len(detail.text))
    return visit.render(
        "pages/knowledge/document.html",
        {
            "section": "knowledge",
            "document": detail.document,
            "detail": detail,
            "source": get_source(tenant_id=visit.tenant_id, source_id=detail.document.source_id),
            "pieces": cut_text(detail.text[:end], detail.passages, asked, begin=begin),
            "is_cut_before": begin > 0,
            "is_cut_after": end < len(detail.text),
            "asked": asked,
            "stages": _stages(detail),
            "versions": list_versions(tenant_id=visit.tenant_id, document_id=document_id),
        },
    )


def _asked(visit: Visit, detail: DocumentDetail) -> Asked:
    query = visit.request.GET
    if query.get("quote"):
        return find_quote(detail.text, detail.passages, query["quote"])
    try:
        passage_id = asked_id(Prefix.CHUNK, query["chunk"]) if query.get("chunk") else None
    except NotFound:
        passage_id = None  # the document itself is still worth showing
    start, end = query.get("from", ""), query.get("to", "")
    if start.isdecimal() and end.isdecimal() and len(start + end) < 20:
        return Asked(passage_id, int(start), int(end))
    return Asked(passage_id)


def _stages(detail: DocumentDetail) -> list[StageBar]:
    slowest = max([*detail.timings_ms.values(), 1])
    names = [*(each for each in STAGES if each in detail.timings_ms), *sorted(set(detail.timings_ms) - set(STAGES))]
    labels = {str(value): str(label) for value, label in IngestStage.choices}
    return [
        StageBar(labels.get(name, name.capitalize()), detail.timings_ms[name], 100 * detail.timings_ms[name] / slowest)
        for name in names
    ]
