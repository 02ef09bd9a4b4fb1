"""What models do for a turn beside its answer: in its trace, with its money, and never in the answer's place."""

from agents.llm.gateway import Choice
from agents.llm.routing import Task
from agents.llm.tasks import Desk
from agents.runtime.affording import check_aside
from agents.runtime.steps import Run
from rapport.database import give_connection_back


def desk_of(run: Run) -> Desk:
    context = run.context

    def choose(task: Task) -> list[Choice]:
        found = run.parts.task_choices(task, tenant_id=context.tenant_id, models=context.agent.config.models)
        give_connection_back()
        return list(found)

    return Desk(run.recorder, run.parts.gateway, choose, lambda attempt: check_aside(attempt, context, run.recorder))
