"""Who bears what a model costs in a conversation, as its agent's configuration has it."""

from agents.models import Conversation
from agents.selectors.agents import AgentView
from billing.budgets import AgentBudget


def budget_of(agent: AgentView, conversation: Conversation) -> AgentBudget:
    may = agent.config.budget
    return AgentBudget(
        agent.id,
        conversation.id,
        conversation.contact_id,
        conversation_micros=may.conversation_micros,
        contact_day_micros=may.contact_day_micros,
        month_micros=may.month_micros,
    )
