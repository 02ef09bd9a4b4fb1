"""The tables of what answers, one module per idea."""

from agents.models.cache import CachedAnswer
from agents.models.configuration import Agent
from agents.models.conversations import Conversation, Message, MessageRole, Turn, TurnState
from agents.models.memory import Episode, Fact, FactSource
from agents.models.tracing import Span, Trace

__all__ = [
    "Agent",
    "CachedAnswer",
    "Conversation",
    "Episode",
    "Fact",
    "FactSource",
    "Message",
    "MessageRole",
    "Span",
    "Trace",
    "Turn",
    "TurnState",
]
