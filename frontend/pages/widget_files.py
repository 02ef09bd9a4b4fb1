"""Files that visitors of a widget may send: whether, which kinds, how large and how many."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agents.attachments.kinds import KINDS
from frontend.page import Visit, page
from frontend.pages.own_key import own_key
from frontend.phrases import phrase
from rapport.errors import RapportError
from tenants.attachments import MOST_FILES, MOST_MEGABYTES, AttachmentRules, set_attachment_rules
from tenants.permissions import Permission
from tenants.selectors import WidgetKeyView

WORDS = {
    "png": phrase("PNG pictures and screenshots"),
    "jpeg": phrase("JPEG pictures and photos"),
    "webp": phrase("WebP pictures"),
    "gif": phrase("GIF pictures"),
    "pdf": phrase("PDF documents"),
    "text": phrase("Plain text"),
    "csv": phrase("CSV tables"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_files(visit: Visit, widget_key: str) -> HttpResponse:
    if visit.request.method != "POST":
        key = own_key(visit, widget_key)
        return _render(visit, key, key.attachments.kinds, f"{key.attachments.megabytes}", f"{key.attachments.most}")
    visit.require(Permission.AGENTS_WRITE)
    key, form = own_key(visit, widget_key), visit.request.POST
    kinds, megabytes, most = form.getlist("kinds"), form.get("megabytes", ""), form.get("most", "")
    rules = AttachmentRules(tuple(kinds), _number(megabytes), _number(most))
    try:
        set_attachment_rules(tenant_id=visit.tenant_id, key_id=key.id, rules=rules, actor=visit.actor)
    except RapportError as error:
        return _render(visit, key, kinds, megabytes, most, error=error)
    said = gettext("Saved. Chats that are opened from now on take these files.") if kinds else ""
    messages.success(visit.request, said or gettext("Saved. The chat takes no files."))
    return redirect("widget_files", widget_key=widget_key)


def _number(text: str) -> int:
    """0, which is refused, for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _render(
    visit: Visit,
    key: WidgetKeyView,
    kinds: Sequence[str],
    megabytes: str,
    most: str,
    *,
    error: RapportError | None = None,
) -> HttpResponse:
    context = {
        "section": "widget",
        "key": key,
        "kinds": [(each, WORDS[each], " ".join(KINDS[each].suffixes), each in kinds) for each in KINDS],
        "megabytes": megabytes,
        "most": most,
        "most_megabytes": MOST_MEGABYTES,
        "most_files": MOST_FILES,
        "is_on": bool(key.attachments.kinds),
        "error": error,
    }
    return visit.render("pages/widget_files.html", context, status=error.status if error else 200)
