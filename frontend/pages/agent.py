"""The agent: what it is called, told and shown with, and a chat to try it in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agents.selectors import AgentView, get_agent, list_agents
from agents.services import AgentChanges, update_agent
from frontend.page import Visit, asked_id, page
from ingestion.selectors import count_knowledge
from rapport.errors import InvalidRequest, NotFound
from rapport.ids import Prefix, encode
from tenants.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_agent(visit: Visit, agent: str = "") -> HttpResponse:
    """Without an id: the agent that sign-up made."""
    if visit.request.method == "POST":
        visit.require(Permission.AGENTS_WRITE)
    found = _find(visit, agent)
    error: InvalidRequest | None = None
    if visit.request.method == "POST":
        try:
            update_agent(tenant_id=visit.tenant_id, agent_id=found.id, changes=_changes(visit), actor=visit.actor)
        except InvalidRequest as refused:
            error = refused
        else:
            messages.success(visit.request, "Saved. The next answer follows it.")
            return redirect("agent_by_id", encode(Prefix.AGENT, found.id))
    return visit.render(
        "pages/agent/index.html",
        {
            "section": "agent",
            "agent": found,
            "agents": list_agents(tenant_id=visit.tenant_id),
            "values": visit.request.POST if error else _values(found),
            "error": error,
            "counts": count_knowledge(tenant_id=visit.tenant_id),
        },
        status=400 if error else 200,
    )


def _find(visit: Visit, agent: str) -> AgentView:
    if agent:
        return get_agent(tenant_id=visit.tenant_id, agent_id=asked_id(Prefix.AGENT, agent))
    agents = list_agents(tenant_id=visit.tenant_id)
    if not agents:
        raise NotFound("This company has no agent.")
    return agents[0]


def _changes(visit: Visit) -> AgentChanges:
    form = visit.request.POST
    lines = form.get("suggested_questions", "").splitlines()
    return AgentChanges(
        name=form.get("name"),
        instructions=form.get("instructions"),
        greeting=form.get("greeting"),
        suggested_questions=tuple(line.strip() for line in lines if line.strip()),
        color=form.get("color"),
        model=form.get("model", "").strip(),
    )


def _values(agent: AgentView) -> dict[str, str]:
    return {
        "name": agent.name,
        "instructions": agent.instructions,
        "greeting": agent.greeting,
        "suggested_questions": "\n".join(agent.suggested_questions),
        "color": agent.color,
        "model": agent.model,
    }
