"""Reads about agents, conversations, traces and memory, as frozen dataclasses. Each opens its tenant's scope itself."""

from agents.selectors.activity import ActivityDay, activity_by_day
from agents.selectors.agents import AgentView, get_agent, list_agents
from agents.selectors.conversations import (
    CitationView,
    ConversationView,
    MessageView,
    TurnView,
    get_conversation,
    get_turn,
    latest_conversation_id,
    list_conversations,
    list_messages,
    list_turns,
)
from agents.selectors.memory import FactSourceView, FactView, list_facts
from agents.selectors.traces import SpanView, TraceView, get_trace, get_trace_of_turn, list_traces

__all__ = [
    "ActivityDay",
    "AgentView",
    "CitationView",
    "ConversationView",
    "FactSourceView",
    "FactView",
    "MessageView",
    "SpanView",
    "TraceView",
    "TurnView",
    "activity_by_day",
    "get_agent",
    "get_conversation",
    "get_trace",
    "get_trace_of_turn",
    "get_turn",
    "latest_conversation_id",
    "list_agents",
    "list_conversations",
    "list_facts",
    "list_messages",
    "list_traces",
    "list_turns",
]
