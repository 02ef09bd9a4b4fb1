"""What a model's work aside from answers may spend: kept aside before each attempt, paid in the end in any case."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from agents.llm.gateway import Attempt
from agents.llm.reckoning import worst_micros
from agents.tracing.recorder import TraceRecorder
from billing.budgets import AgentBudget, settle_aside
from billing.errors import BudgetExhausted, PaymentOverdue
from billing.reserving import reserve_task
from billing.services import UsageSubject, record_usage


@dataclass(slots=True)
class Tab:
    """Of one task, under its trace's id. `agent`: whose budgets bear it beside the company's. `is_refused`: an attempt
    was not made because nobody may pay for it now."""

    tenant_id: UUID
    recorder: TraceRecorder
    agent: AgentBudget | None = None
    micros: int = 0  # what the attempts by now could cost at worst
    attempts: int = 0
    is_refused: bool = False

    def check(self, attempt: Attempt) -> None:
        """Raises BudgetExhausted, PaymentOverdue."""
        needed = self.micros + worst_micros(attempt.choice, attempt.packed.request, self.recorder.prices)
        try:
            reserve_task(
                tenant_id=self.tenant_id,
                task_id=self.recorder.id,
                micros=needed,
                is_first=not self.attempts,
                agent=self.agent,
            )
        except (BudgetExhausted, PaymentOverdue):
            self.is_refused = True
            raise
        self.micros, self.attempts = needed, self.attempts + 1

    def pay(self, subject: UsageSubject) -> None:
        """In the open scope and transaction."""
        record_usage(
            tenant_id=self.tenant_id,
            source_event_id=self.recorder.id,
            facts=self.recorder.usage,
            subject=subject,
            occurred_at=timezone.now(),
        )
        settle_aside(tenant_id=self.tenant_id, task_id=self.recorder.id, facts=self.recorder.usage)
