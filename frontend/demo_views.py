"""The demo customer's page: a help centre with the widget's one line of HTML on it, as a customer would put it there.

It stands for somebody else's site. It is for trying things on this machine; a real customer's page knows only the
public address and the key.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.selectors import get_agent
from frontend.demo.company import EMAIL
from rapport.config import get_config
from tenants.errors import UnknownWidgetKey
from tenants.models import User
from tenants.selectors import find_widget_key, get_tenant, list_memberships, list_widget_keys


@dataclass(frozen=True, slots=True)
class Customer:
    """Whose site the page plays."""

    name: str
    key: str
    questions: tuple[str, ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page. `?key=rp_pk_…` makes it another company's (whose key has to allow this page's origin)."""
    customer = _find_customer(request.GET.get("key") or _demo_key())
    app = get_config().public_url
    response = render(request, "demo_site/home.html", {"customer": customer, "app": app})
    # As strict as a careful customer's: the widget has to work under it.
    response["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' {app}; frame-src {app}; object-src 'none'; base-uri 'none'"
    )
    return response


def _find_customer(key: str) -> Customer | None:
    try:
        found = find_widget_key(key)
    except UnknownWidgetKey:
        return None
    agent = get_agent(tenant_id=found.tenant_id, agent_id=found.agent_id)
    return Customer(get_tenant(found.tenant_id).name, found.key, agent.suggested_questions)


def _demo_key() -> str:
    """The demo company's publishable key, "" before there is a demo company."""
    user = User.objects.filter(email=EMAIL).first()
    memberships = list_memberships(user.pk) if user else []
    keys = list_widget_keys(memberships[0].tenant.id) if memberships else []
    return keys[0].key if keys else ""
