"""An agent's versions: the list, what differs between two, publishing, going back, and files."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from agents.configuration.files import MAX_CHARACTERS
from agents.errors import InvalidAgentFile
from agents.selectors import get_agent
from agents.selectors.agents import DRAFT
from agents.selectors.judgements import averages_by_version
from agents.selectors.versions import compare_versions, list_versions
from agents.services import (
    discard_draft,
    export_agent,
    import_agent,
    make_candidate,
    publish_agent,
    roll_back_agent,
)
from frontend.agent_words import SECTIONS as NAMES
from frontend.audit_words import actor_names, name_of
from frontend.page import Visit, asked_id, page
from frontend.pages.agent import told
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

DRAFT_WORD = "draft"
PER_PAGE = 50


@require_safe
@page(Permission.AGENTS_READ)
def show_versions(visit: Visit, agent: str) -> HttpResponse:
    agent_id = asked_id(Prefix.AGENT, agent)
    found, names = get_agent(tenant_id=visit.tenant_id, agent_id=agent_id), actor_names(visit.tenant_id)
    before = _number(visit.request.GET.get("before", "")) or None
    rows = list_versions(tenant_id=visit.tenant_id, agent_id=agent_id, limit=PER_PAGE + 1, before=before)
    numbers = [each.number for each in rows]
    judged = averages_by_version(tenant_id=visit.tenant_id, agent_id=agent_id, versions=numbers)
    context = {
        "section": "agent",
        "agent": found,
        "is_judged": bool(judged),
        "versions": [(each, name_of(each.actor, names), judged.get(each.number)) for each in rows[:PER_PAGE]],
        "older": rows[PER_PAGE - 1].number if len(rows) > PER_PAGE else None,
        "changes": len(compare_versions(tenant_id=visit.tenant_id, agent_id=agent_id, before=None, after=DRAFT)),
    }
    return visit.render("pages/agent/versions.html", context)


@require_safe
@page(Permission.AGENTS_READ)
def show_difference(visit: Visit, agent: str) -> HttpResponse:
    """`?from=1&to=draft`; without them from what is published to the draft."""
    agent_id = asked_id(Prefix.AGENT, agent)
    before, after = (_asked(visit, name) for name in ("from", "to"))
    after = DRAFT if after is None and before is None else after
    changes = compare_versions(tenant_id=visit.tenant_id, agent_id=agent_id, before=before, after=after)
    found = get_agent(tenant_id=visit.tenant_id, agent_id=agent_id)
    sections = {name: [each for each in changes if each.section == key] for key, name in NAMES.items()}
    context = {
        "section": "agent",
        "agent": found,
        "before": found.version if before is None else before,
        "after": found.version if after is None else after,
        "versions": list_versions(tenant_id=visit.tenant_id, agent_id=agent_id, limit=PER_PAGE),
        "sections": [(name, part) for name, part in sections.items() if part],
        "count": len(changes),
    }
    return visit.render("pages/agent/difference.html", context)


@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_agent(visit: Visit, agent: str, action: str) -> HttpResponse:
    agent_id = asked_id(Prefix.AGENT, agent)
    try:
        messages.success(visit.request, _do(visit, agent_id, action))
    except InvalidRequest as error:
        messages.error(visit.request, told(error))
    return redirect("agent_versions", agent)


def _do(visit: Visit, agent_id: UUID, action: str) -> str:
    """What to say of it."""
    form, who = visit.request.POST, {"tenant_id": visit.tenant_id, "agent_id": agent_id}
    note = form.get("note", "")
    if action == "discard":
        discard_draft(**who, actor=visit.actor)
        return gettext("The draft is what is published again.")
    if action == "keep":
        number = make_candidate(**who, actor=visit.actor, note=note)
        return gettext("Kept as version %(number)s. Try it, or let it answer some contacts in an experiment.") % {
            "number": number
        }
    if action == "publish":
        number = publish_agent(**who, actor=visit.actor, note=note)
    else:
        number = roll_back_agent(**who, number=_number(form.get("version", "")), actor=visit.actor, note=note)
    return gettext("Version %(number)s is published. The next answer follows it.") % {"number": number}


@require_safe
@page(Permission.AGENTS_READ)
def download_agent(visit: Visit, agent: str) -> HttpResponse:
    agent_id = asked_id(Prefix.AGENT, agent)
    version = _asked(visit, "version")
    text = export_agent(tenant_id=visit.tenant_id, agent_id=agent_id, version=version)
    name = slugify(get_agent(tenant_id=visit.tenant_id, agent_id=agent_id).name) or "agent"
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer


@require_POST
@page(Permission.AGENTS_WRITE)
def upload_agent(visit: Visit) -> HttpResponse:
    """A file becomes a new agent, or the draft of the one that the form names."""
    file, into = visit.request.FILES.get("file"), visit.request.POST.get("into", "")
    agent_id = asked_id(Prefix.AGENT, into) if into else None
    try:
        if file is None:
            raise InvalidRequest(gettext("Choose a file."), param="file")
        text = file.read(4 * MAX_CHARACTERS + 1).decode("utf-8", errors="replace")
        made = import_agent(tenant_id=visit.tenant_id, text=text, actor=visit.actor, agent_id=agent_id)
    except RapportError as error:
        problems = error.problems if isinstance(error, InvalidAgentFile) else ((error.param or "", error.message),)
        context = {"section": "agent", "problems": problems, "name": getattr(file, "name", ""), "into": into}
        return visit.render("pages/agent/refused_file.html", context, status=error.status)
    messages.success(
        visit.request, gettext("The file is in the draft.") if agent_id else gettext("The agent is made and published.")
    )
    return redirect("agent_by_id", encode(Prefix.AGENT, made))


def _asked(visit: Visit, name: str) -> int | None:
    text = visit.request.GET.get(name, "")
    return DRAFT if text == DRAFT_WORD else _number(text) or None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
