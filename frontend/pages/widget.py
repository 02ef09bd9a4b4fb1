"""The widget: the line of HTML to copy, and the websites that may show it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agents.selectors import list_agents
from frontend.page import Visit, page
from frontend.pages.own_key import own_key
from rapport.config import get_config
from rapport.errors import RapportError
from tenants.permissions import Permission
from tenants.selectors import list_widget_keys
from tenants.services import set_allowed_origins


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_widget(visit: Visit) -> HttpResponse:
    if visit.request.method == "POST":
        visit.require(Permission.AGENTS_WRITE)
        return _save_origins(visit)
    return _render(visit)


def _save_origins(visit: Visit) -> HttpResponse:
    key = own_key(visit, visit.request.POST.get("key", ""))
    text = visit.request.POST.get("origins", "")
    origins = [line for line in text.replace(",", "\n").split() if line]
    try:
        set_allowed_origins(tenant_id=visit.tenant_id, key_id=key.id, allowed_origins=origins, actor=visit.actor)
    except RapportError as error:
        return _render(visit, error=error, refused=(key.id, text))
    messages.success(visit.request, gettext("Saved. The widget opens on these websites and no others."))
    return redirect("widget")


def _render(
    visit: Visit, *, error: RapportError | None = None, refused: tuple[UUID | None, str] = (None, "")
) -> HttpResponse:
    config = get_config()
    agents = {each.id: each for each in list_agents(tenant_id=visit.tenant_id)}
    return visit.render(
        "pages/widget.html",
        {
            "section": "widget",
            "keys": [
                (
                    each,
                    agents.get(each.agent_id),
                    refused[1] if each.id == refused[0] else "\n".join(each.allowed_origins),
                )
                for each in list_widget_keys(visit.tenant_id)
            ],
            "public_url": config.public_url,
            "demo_site": f"http://localhost:{config.demo_site_port}" if config.demo_site_port else "",
            "error": error,
        },
        status=400 if error else 200,
    )
