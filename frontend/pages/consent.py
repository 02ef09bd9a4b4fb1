"""What visitors of a widget agree to first: the company's words, beside how they stand in the chat."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agents.selectors import get_agent
from frontend.page import Visit, page
from frontend.pages.own_key import own_key
from rapport.errors import RapportError
from tenants.consent import MAX_LINK, MAX_TEXT, ConsentText, set_consent_text
from tenants.permissions import Permission
from tenants.selectors import WidgetKeyView

_NONE = ConsentText("", "", 0)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_consent(visit: Visit, widget_key: str) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit, own_key(visit, widget_key))
    visit.require(Permission.AGENTS_WRITE)
    key, form = own_key(visit, widget_key), visit.request.POST
    try:
        text, link = form.get("text", ""), form.get("link", "")
        set_consent_text(tenant_id=visit.tenant_id, key_id=key.id, text=text, link=link, actor=visit.actor)
    except RapportError as error:
        return _render(visit, key, error=error)
    messages.success(visit.request, gettext("Saved. Whoever has not agreed to these words is asked at once."))
    return redirect("widget_consent", widget_key=widget_key)


def _render(visit: Visit, key: WidgetKeyView, *, error: RapportError | None = None) -> HttpResponse:
    asked, form = key.consent or _NONE, visit.request.POST
    context = {
        "section": "widget",
        "key": key,
        "agent": get_agent(tenant_id=visit.tenant_id, agent_id=key.agent_id),
        "text": form.get("text", "") if error else asked.text,
        "link": form.get("link", "") if error else asked.link,
        "version": asked.version,
        "longest": MAX_TEXT,
        "longest_link": MAX_LINK,
        "error": error,
    }
    return visit.render("pages/consent.html", context, status=error.status if error else 200)
