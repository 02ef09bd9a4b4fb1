"""A model's work for one conversation aside from its answers: within the budgets of its agent and company, with rows in
the ledger and a trace of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agents.llm.bearing import budget_of
from agents.llm.choosing import choose_models
from agents.llm.gateway import Attempt, Gateway
from agents.llm.reckoning import worst_micros
from agents.llm.tasks import Desk
from agents.models import Conversation
from agents.selectors.agents import AgentView
from agents.tracing.otlp.queueing import queue_export
from agents.tracing.recorder import TraceRecorder
from agents.tracing.writing import TraceSubject, write_trace
from billing.budgets import hold_budget, raise_hold, settle_aside
from billing.errors import BudgetExhausted
from billing.services import UsageSubject, record_usage
from tenants.context import tenant_transaction


@dataclass(frozen=True, slots=True)
class Beside:
    """`recorder` has the prices, and its spans are the trace."""

    conversation: Conversation
    agent: AgentView
    recorder: TraceRecorder

    @property
    def tenant_id(self) -> UUID:
        return self.conversation.tenant_id

    def desk(self, gateway: Gateway) -> Desk:
        models = self.agent.config.models
        return Desk(
            self.recorder,
            gateway,
            lambda task: choose_models(tenant_id=self.tenant_id, models=models, task=task),
            self._paying(),
        )

    def _paying(self) -> Callable[[Attempt], None]:
        """Kept aside under the trace's id before each attempt. The check raises BudgetExhausted."""
        tenant_id, recorder, spent = self.tenant_id, self.recorder, list[int]()

        def check(attempt: Attempt) -> None:
            spent.append(worst_micros(attempt.choice, attempt.packed.request, recorder.prices))
            if len(spent) == 1:
                with tenant_transaction(tenant_id):
                    hold_budget(turn_id=recorder.id, micros=spent[0], agent=budget_of(self.agent, self.conversation))
            elif not raise_hold(tenant_id=tenant_id, turn_id=recorder.id, micros=sum(spent)):
                raise BudgetExhausted("What is left of a budget does not pay for another attempt at this.")

        return check

    def pay(self) -> None:
        """What was spent, whatever came of it. In the open scope and transaction."""
        record_usage(
            tenant_id=self.tenant_id,
            source_event_id=self.recorder.id,
            facts=self.recorder.usage,
            subject=UsageSubject(self.agent.id, self.conversation.id),
            occurred_at=timezone.now(),
        )
        settle_aside(tenant_id=self.tenant_id, task_id=self.recorder.id, facts=self.recorder.usage)

    def keep_trace(self, outcome: str, started_at: datetime) -> None:
        """In the open scope and transaction, for a contact that is not erased."""
        row, agent, recorder = self.conversation, self.agent, self.recorder
        subject = TraceSubject(recorder.id, row.id, agent.id, agent.version, row.contact_id)
        trace_id = write_trace(recorder, subject, outcome=outcome, started_at=started_at)
        queue_export(turn_id=recorder.id, trace_id=trace_id)
