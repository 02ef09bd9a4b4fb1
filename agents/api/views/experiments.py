"""`/v1/agents/{id}/experiments`: versions that answer side by side."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.once import made, make_once
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.experiments import ExperimentLineSerializer, ExperimentRequest, ExperimentSerializer
from agents.api.serializers.fields import page_of
from agents.selectors import get_agent
from agents.selectors.experiments import get_experiment, list_experiments
from agents.services import Arm, start_experiment, stop_experiment
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

AGENT_ID, EXPERIMENT_ID = path_id("agent_id", "agt"), path_id("experiment_id", "xpt")


class Experiments(APIView):
    @extend_schema(
        operation_id="list_experiments",
        parameters=[AGENT_ID, *PAGE],
        responses={200: page_of(ExperimentLineSerializer), **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """The agent's experiments, newest first."""
        staff, limit = staff_of(request, Permission.AGENTS_READ), read_limit(request)
        rows = list_experiments(
            tenant_id=staff.tenant_id,
            agent_id=decode(Prefix.AGENT, agent_id),
            limit=limit + 1,
            before=read_id_cursor(request),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: ExperimentLineSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="start_experiment",
        parameters=[AGENT_ID, IDEMPOTENCY_KEY],
        request=ExperimentRequest,
        responses={201: ExperimentSerializer, **errors(400, 401, 403, 404, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request, agent_id: str) -> Response:
        """Let versions answer side by side: each contact gets one of them, always the same. While it runs nothing else
        is published."""
        staff, agent = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.AGENT, agent_id)
        get_agent(tenant_id=staff.tenant_id, agent_id=agent)
        body = ExperimentRequest(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        arms = [Arm(each["version"], each["percent"]) for each in given["arms"]]
        experiment, is_replay = make_once(
            request,
            staff,
            f"start_experiment:{agent}",
            content=given,
            make=lambda: start_experiment(
                tenant_id=staff.tenant_id, agent_id=agent, name=given["name"], arms=arms, actor=staff.actor
            ),
        )
        found = get_experiment(tenant_id=staff.tenant_id, experiment_id=experiment)
        return made(ExperimentSerializer(found).data, is_replay=is_replay)


class OneExperiment(APIView):
    @extend_schema(
        operation_id="get_experiment",
        parameters=[AGENT_ID, EXPERIMENT_ID],
        responses={200: ExperimentSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str, experiment_id: str) -> Response:
        """An experiment, with what became of each version's answers."""
        staff = staff_of(request, Permission.AGENTS_READ)
        found = get_experiment(
            tenant_id=staff.tenant_id,
            experiment_id=decode(Prefix.EXPERIMENT, experiment_id),
            agent_id=decode(Prefix.AGENT, agent_id),
        )
        return Response(ExperimentSerializer(found).data)


class StopExperiment(APIView):
    @extend_schema(
        operation_id="stop_experiment",
        parameters=[AGENT_ID, EXPERIMENT_ID],
        request=None,
        responses={200: ExperimentSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request, agent_id: str, experiment_id: str) -> Response:
        """Everybody gets the published version again."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        agent, experiment = decode(Prefix.AGENT, agent_id), decode(Prefix.EXPERIMENT, experiment_id)
        stop_experiment(tenant_id=staff.tenant_id, experiment_id=experiment, agent_id=agent, actor=staff.actor)
        found = get_experiment(tenant_id=staff.tenant_id, experiment_id=experiment)
        return Response(ExperimentSerializer(found).data)
