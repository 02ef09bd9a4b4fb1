"""The prompt registry: prompts, their versions, and where the labels are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.configuration.comparing import compare_texts
from agents.selectors.prompts import PromptView, get_prompt, list_prompts
from agents.services import add_prompt_version, archive_prompt, create_prompt, move_label, remove_label
from frontend.audit_words import actor_names, name_of
from frontend.page import Visit, asked_id, page
from rapport.errors import Conflict, InvalidRequest, RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_prompts(visit: Visit) -> HttpResponse:
    error: RapportError | None = None
    form = visit.request.POST
    if visit.request.method == "POST":
        visit.require(Permission.AGENTS_WRITE)
        try:
            made = create_prompt(
                tenant_id=visit.tenant_id, name=form.get("name", ""), text=form.get("text", ""), actor=visit.actor
            )
        except RapportError as refused:
            error = refused
        else:
            return redirect("prompt", encode(Prefix.PROMPT, made))
    context = {
        "section": "prompts",
        "prompts": list_prompts(tenant_id=visit.tenant_id, is_archived="archived" in visit.request.GET),
        "is_archive": "archived" in visit.request.GET,
        "form": form if error else {},
        "error": error,
    }
    return visit.render("pages/prompts/index.html", context, status=error.status if error else 200)


@require_safe
@page(Permission.AGENTS_READ)
def show_prompt(visit: Visit, prompt: str) -> HttpResponse:
    return _render(visit, get_prompt(tenant_id=visit.tenant_id, prompt_id=asked_id(Prefix.PROMPT, prompt)))


@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_prompt(visit: Visit, prompt: str, action: str) -> HttpResponse:
    """add: a version; move and remove: a label; archive and restore: the prompt."""
    found = get_prompt(tenant_id=visit.tenant_id, prompt_id=asked_id(Prefix.PROMPT, prompt))
    try:
        messages.success(visit.request, _do(visit, found, action))
    except (InvalidRequest, Conflict) as error:
        return _render(visit, found, error=error)
    return redirect("prompt", prompt)


def _do(visit: Visit, prompt: PromptView, action: str) -> str:
    if action in {"archive", "restore"}:
        is_archived = action == "archive"
        archive_prompt(tenant_id=visit.tenant_id, prompt_id=prompt.id, is_archived=is_archived, actor=visit.actor)
        return (gettext("%(name)s was put away.") if is_archived else gettext("%(name)s is in the list again.")) % {
            "name": prompt.name
        }
    form, label = visit.request.POST, visit.request.POST.get("label", "").strip()
    if action == "add":
        text, note = form.get("text", ""), form.get("note", "")
        number = add_prompt_version(
            tenant_id=visit.tenant_id, prompt_id=prompt.id, text=text, note=note, actor=visit.actor
        )
        return gettext("Version %(number)s is there. Put a label on it, and whoever refers to the label follows.") % {
            "number": number
        }
    if action == "remove":
        remove_label(tenant_id=visit.tenant_id, prompt_id=prompt.id, label=label, actor=visit.actor)
        return gettext("The label %(label)s is gone.") % {"label": label}
    number_text = form.get("version", "")
    if not (number_text.isdigit() and len(number_text) < 10):
        raise InvalidRequest(gettext("Choose a version."), param="version")
    move_label(tenant_id=visit.tenant_id, prompt_id=prompt.id, label=label, number=int(number_text), actor=visit.actor)
    return gettext("The label %(label)s is on version %(number)s now. The next answer follows it.") % {
        "label": label,
        "number": number_text,
    }


def _render(visit: Visit, prompt: PromptView, *, error: RapportError | None = None) -> HttpResponse:
    names = actor_names(visit.tenant_id)
    earlier = [*(each.text for each in prompt.versions[1:]), ""]
    rows = [
        (each, name_of(each.actor, names), compare_texts(before, each.text) if before else ())
        for each, before in zip(prompt.versions, earlier, strict=True)
    ]
    form = visit.request.POST if error else {"text": prompt.versions[0].text}
    context = {"section": "prompts", "prompt": prompt, "rows": rows, "form": form, "error": error}
    return visit.render("pages/prompts/one.html", context, status=error.status if error else 200)
