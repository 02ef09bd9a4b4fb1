"""The experiments of an agent: what each version's answers came to, starting one, and stopping it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from agents.selectors import get_agent
from agents.selectors.experiments import get_experiment, list_experiments
from agents.selectors.versions import list_versions
from agents.services import Arm, start_experiment, stop_experiment
from frontend.page import Visit, asked_id, page
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix
from tenants.permissions import Permission

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_experiments(visit: Visit, agent: str) -> HttpResponse:
    agent_id = asked_id(Prefix.AGENT, agent)
    if visit.request.method != "POST":
        return _render(visit, agent_id)
    visit.require(Permission.AGENTS_WRITE)
    form = visit.request.POST
    try:
        start_experiment(
            tenant_id=visit.tenant_id,
            agent_id=agent_id,
            name=form.get("name", ""),
            arms=[_arm(form.get(f"version_{place}", ""), form.get(f"percent_{place}", "")) for place in "ab"],
            actor=visit.actor,
        )
    except RapportError as error:
        return _render(visit, agent_id, error=error)
    messages.success(visit.request, gettext("The experiment runs. From now on each contact keeps its version."))
    return redirect("agent_experiments", agent)


@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_experiment(visit: Visit, agent: str, experiment: str, action: str) -> HttpResponse:
    stop_experiment(
        tenant_id=visit.tenant_id,
        experiment_id=asked_id(Prefix.EXPERIMENT, experiment),
        agent_id=asked_id(Prefix.AGENT, agent),
        actor=visit.actor,
    )
    messages.success(visit.request, gettext("Stopped. Everybody gets the published version again."))
    return redirect("agent_experiments", agent)


def _arm(version: str, percent: str) -> Arm:
    if not (version.isdigit() and percent.isdigit() and len(version) < 10 and len(percent) < 4):
        raise InvalidRequest(gettext("Choose two versions, and write their parts as whole numbers."), param="arms")
    return Arm(int(version), int(percent))


def _render(visit: Visit, agent_id: UUID, *, error: RapportError | None = None) -> HttpResponse:
    found = get_agent(tenant_id=visit.tenant_id, agent_id=agent_id)
    rows = list_experiments(tenant_id=visit.tenant_id, agent_id=agent_id, limit=SHOWN)
    shown = [get_experiment(tenant_id=visit.tenant_id, experiment_id=row.id) for row in rows]
    context = {
        "section": "agent",
        "agent": found,
        "experiments": shown,
        "is_running": any(row.is_running for row in rows),
        "versions": list_versions(tenant_id=visit.tenant_id, agent_id=agent_id, limit=50),
        "form": visit.request.POST if error else {"percent_a": "50", "percent_b": "50"},
        "error": error,
    }
    return visit.render("pages/agent/experiments.html", context, status=error.status if error else 200)
