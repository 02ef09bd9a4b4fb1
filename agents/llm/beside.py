"""A model's work for one conversation aside from its answers: within the budgets of its agent and company, with rows in
the ledger and a trace of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from agents.llm.bearing import budget_of
from agents.llm.choosing import choose_models
from agents.llm.gateway import Gateway
from agents.llm.paying import Tab
from agents.llm.tasks import Desk
from agents.models import Conversation
from agents.selectors.agents import AgentView
from agents.tracing.otlp.queueing import queue_export
from agents.tracing.recorder import TraceRecorder
from agents.tracing.writing import TraceSubject, write_trace
from billing.budgets import AgentBudget
from billing.services import UsageSubject
from tenants.privacy.suppression import Standing, standing_of


@dataclass(frozen=True)
class Beside:
    """`recorder` has the prices, and its spans are the trace. `budget`: who bears it, if not who bears answers."""

    conversation: Conversation
    agent: AgentView
    recorder: TraceRecorder
    budget: AgentBudget | None = None

    @property
    def tenant_id(self) -> UUID:
        return self.conversation.tenant_id

    def desk(self, gateway: Gateway) -> Desk:
        models = self.agent.config.models
        return Desk(
            self.recorder,
            gateway,
            lambda task: choose_models(tenant_id=self.tenant_id, models=models, task=task),
            self.tab.check,
        )

    @cached_property
    def tab(self) -> Tab:
        return Tab(self.tenant_id, self.recorder, self.budget or budget_of(self.agent, self.conversation))

    def pay(self) -> None:
        """What was spent, whatever came of it. In the open scope and transaction."""
        self.tab.pay(UsageSubject(self.agent.id, self.conversation.id))

    def settle(self, outcome: str, started_at: datetime, standing: Standing) -> Conversation | None:
        """What was spent, whatever came of it, and the trace. In the open scope and transaction; gives the
        conversation, held. None when some of what was read is erased meanwhile: `standing` is the contact's, before it
        was read."""
        row = Conversation.objects.select_for_update().filter(id=self.conversation.id).first()
        self.pay()
        if row is None or standing_of(row.contact_id) != standing:
            return None
        self.keep_trace(outcome, started_at)
        return row

    @property
    def model(self) -> str:
        """Which did it: the last that was asked; "" where none was."""
        return next((fact.model for fact in reversed(self.recorder.usage) if fact.model), "")

    def keep_trace(self, outcome: str, started_at: datetime) -> None:
        """In the open scope and transaction, for a contact that is not erased."""
        row, agent, recorder = self.conversation, self.agent, self.recorder
        subject = TraceSubject(recorder.id, row.id, agent.id, agent.version, row.contact_id)
        trace_id = write_trace(recorder, subject, outcome=outcome, started_at=started_at)
        queue_export(turn_id=recorder.id, trace_id=trace_id)
