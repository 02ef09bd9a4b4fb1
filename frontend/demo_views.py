"""The demo customer's page: a help centre with the widget's one line of HTML on it, as a customer would put it there.

It stands for somebody else's site: it knows the product only by the public address and a publishable key.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend.demo.company import EMAIL
from rapport.config import get_config
from tenants.keys import is_well_formed
from tenants.models import User
from tenants.selectors import list_memberships, list_widget_keys

QUESTIONS = (
    ("Getting started", "How do I start Rapport on my machine?", "From nothing to a first answer in minutes."),
    ("Knowledge", "Which file types can I upload?", "Documents, websites, and what they turn into."),
    ("The widget", "How do I embed the widget?", "One line of HTML, and which sites may carry it."),
    ("Costs", "How is a conversation's cost worked out?", "Tokens, prices, and what each step spent."),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page. `?key=rp_pk_…` shows another company's widget on it (its key has to allow this page's origin)."""
    wanted = request.GET.get("key", "")
    key = wanted if is_well_formed(wanted) else _demo_key()
    app = get_config().public_url
    response = render(request, "demo_site/home.html", {"key": key, "app": app, "questions": QUESTIONS})
    # As strict as a careful customer's: the widget has to work under it.
    response["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' {app}; frame-src {app}; object-src 'none'; base-uri 'none'"
    )
    return response


def _demo_key() -> str:
    """The demo company's publishable key, "" before there is a demo company."""
    user = User.objects.filter(email=EMAIL).first()
    memberships = list_memberships(user.pk) if user else []
    keys = list_widget_keys(memberships[0].tenant.id) if memberships else []
    return keys[0].key if keys else ""
