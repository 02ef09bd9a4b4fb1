"""The first minutes: naming the company, and "add what your agent should know"."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from frontend.forms import CompanyForm
from frontend.onboarding import found_company
from frontend.page import Visit, page, signed_in_id
from frontend.pages.members import own_addresses
from ingestion.selectors import count_knowledge, list_documents, list_sources
from rapport.config import get_config
from tenants.members import invitations_to
from tenants.permissions import Permission
from tenants.web import current_membership


@login_required
def name_company(request: HttpRequest) -> HttpResponse:
    """For a person who has no company: invited ones, and those whose sign-up came by another way."""
    if current_membership(request) is not None:
        return redirect("home")
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found_company(user_id=signed_in_id(request), name=form.cleaned_data["company"])
        return redirect("welcome")
    context = {"form": form, "invitations": invitations_to(own_addresses(request))}
    return render(request, "pages/name_company.html", context)


@require_safe
@page(Permission.KNOWLEDGE_READ)
def welcome(visit: Visit) -> HttpResponse:
    """Three steps to a first answer; what was added shows its progress here."""
    counts = count_knowledge(tenant_id=visit.tenant_id)
    documents = list_documents(tenant_id=visit.tenant_id, limit=8)
    context = {
        "section": "home",
        "counts": counts,
        "documents": documents,
        "is_moving": counts.waiting > 0 or any(each.is_busy for each in list_sources(tenant_id=visit.tenant_id)),
        "max_bytes": get_config().max_upload_bytes,
    }
    return visit.render("pages/welcome.html", context)
