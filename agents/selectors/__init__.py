"""Reads about agents, conversations, traces and memory, as frozen dataclasses. Each opens its tenant's scope itself."""

from agents.selectors.activity import ActivityDay, activity_by_day
from agents.selectors.agents import AgentView, get_agent, list_agents
from agents.selectors.conversations import (
    CitationView,
    ConversationView,
    MessageView,
    TurnView,
    conversation_of,
    get_conversation,
    get_turn,
    latest_conversation_id,
    list_conversations,
    list_messages,
    list_runs,
    list_turns,
)
from agents.selectors.memory import (
    EpisodeView,
    FactSourceView,
    FactView,
    get_fact,
    list_episodes,
    list_facts,
    list_facts_as_of,
    list_memories,
)
from agents.selectors.memory_graph import get_memory_graph
from agents.selectors.memory_uses import Use, list_uses
from agents.selectors.traces import (
    SpanView,
    TraceView,
    WhichTraces,
    get_trace,
    get_trace_of_turn,
    list_traces,
    questions_of,
    without_content,
)

__all__ = [
    "ActivityDay",
    "AgentView",
    "CitationView",
    "ConversationView",
    "EpisodeView",
    "FactSourceView",
    "FactView",
    "MessageView",
    "SpanView",
    "TraceView",
    "TurnView",
    "Use",
    "WhichTraces",
    "activity_by_day",
    "conversation_of",
    "get_agent",
    "get_conversation",
    "get_fact",
    "get_memory_graph",
    "get_trace",
    "get_trace_of_turn",
    "get_turn",
    "latest_conversation_id",
    "list_agents",
    "list_conversations",
    "list_episodes",
    "list_facts",
    "list_facts_as_of",
    "list_memories",
    "list_messages",
    "list_runs",
    "list_traces",
    "list_turns",
    "list_uses",
    "questions_of",
    "without_content",
]
