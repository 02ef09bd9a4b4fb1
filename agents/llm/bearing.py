"""Who bears what a model costs in a conversation, as its agent's configuration has it."""

from dataclasses import replace

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


def budget_beside_contact(agent: AgentView, conversation: Conversation) -> AgentBudget:
    """Of what is done for the company alone: what the contact may spend is not touched."""
    return replace(budget_of(agent, conversation), conversation_micros=None, contact_day_micros=None)
