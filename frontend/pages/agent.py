"""The agent's editor: one section at a time into the draft, the draft beside what is published, and a chat to try any
version in.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agents.configuration import AgentConfig, read_document, to_document
from agents.errors import InvalidAgent
from agents.llm.choosing import list_models
from agents.selectors import AgentView, get_agent, list_agents
from agents.selectors.agents import DRAFT
from agents.selectors.versions import compare_versions, list_versions
from agents.services import publish_agent, replace_draft
from frontend.agent_form import SECTIONS, fields_of, is_about, read_section
from frontend.agent_words import SECTIONS as NAMES
from frontend.page import Visit, asked_id, page
from frontend.said import said
from ingestion.selectors import count_knowledge
from rapport.errors import NotFound, RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

VERSIONS_TO_TRY = 20


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_agent(visit: Visit, agent: str = "") -> HttpResponse:
    """Without an id: the agent that sign-up made."""
    if visit.request.method == "POST":  # before the look: who may not write is not told what there is
        visit.require(Permission.AGENTS_WRITE)
    found = find_agent(visit, agent)
    section = asked_section(visit)
    if visit.request.method != "POST":
        return _render(visit, found, section)
    draft = get_agent(tenant_id=visit.tenant_id, agent_id=found.id, version=DRAFT)
    try:
        changed = {**to_document(draft.config), section: read_section(section, visit.request.POST)}
        config = read_document(changed)
    except InvalidAgent as error:
        return _render(visit, found, section, error=error)
    replace_draft(tenant_id=visit.tenant_id, agent_id=found.id, config=config, actor=visit.actor)
    if "publish" in visit.request.POST:
        return _publish(visit, found, section)
    messages.success(visit.request, gettext("Saved in the draft. Nobody is answered by it before it is published."))
    return redirect(_address(found, section))


def _publish(visit: Visit, agent: AgentView, section: str) -> HttpResponse:
    try:
        number = publish_agent(tenant_id=visit.tenant_id, agent_id=agent.id, actor=visit.actor)
    except RapportError as error:
        messages.error(visit.request, gettext("Saved in the draft, but not published. %(why)s") % {"why": told(error)})
    else:
        messages.success(
            visit.request, gettext("Version %(number)s is published. The next answer follows it.") % {"number": number}
        )
    return redirect(_address(agent, section))


def find_agent(visit: Visit, agent: str) -> AgentView:
    if agent:
        return get_agent(tenant_id=visit.tenant_id, agent_id=asked_id(Prefix.AGENT, agent))
    agents = list_agents(tenant_id=visit.tenant_id)
    if not agents:
        raise NotFound(gettext("This company has no agent."))
    return agents[0]


def asked_section(visit: Visit) -> str:
    asked = visit.request.GET.get("section", "")
    return asked if asked in SECTIONS else next(iter(SECTIONS))


def told(error: RapportError) -> str:
    """With the place, where it has one."""
    return f"{error.param}: {said(error.message)}" if error.param and "." in error.param else said(error.message)


def _address(agent: AgentView, section: str) -> str:
    return f"{reverse('agent_by_id', args=[encode(Prefix.AGENT, agent.id)])}?section={section}"


def _render(visit: Visit, agent: AgentView, section: str, *, error: InvalidAgent | None = None) -> HttpResponse:
    tenant_id, agent_id = visit.tenant_id, agent.id
    draft = get_agent(tenant_id=tenant_id, agent_id=agent_id, version=DRAFT)
    fields = fields_of(draft.config, section, form=visit.request.POST if error else None, error=error)
    context: dict[str, Any] = {
        "section": "agent",
        "agent": agent,
        "agents": list_agents(tenant_id=visit.tenant_id),
        "part": section,
        "parts": _parts(draft.config, agent.config),
        "fields": fields,
        "error": error if error and not is_about(error, fields) else None,
        "changes": len(compare_versions(tenant_id=tenant_id, agent_id=agent_id, before=None, after=DRAFT)),
        "versions": list_versions(tenant_id=tenant_id, agent_id=agent_id, limit=VERSIONS_TO_TRY),
        "offers": list_models(tenant_id=tenant_id) if section == "models" else [],
        "counts": count_knowledge(tenant_id=visit.tenant_id),
    }
    return visit.render("pages/agent/index.html", context, status=400 if error else 200)


def _parts(draft: AgentConfig, published: AgentConfig) -> list[tuple[str, str, bool]]:
    """(section, what it is called, does the draft differ in it)."""
    return [
        (each, NAMES.get(each, each.capitalize()), getattr(draft, each) != getattr(published, each))
        for each in SECTIONS
    ]
