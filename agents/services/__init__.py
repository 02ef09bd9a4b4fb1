"""Writes about agents and conversations; each is one use case, one transaction, with its audit row or its event."""

from agents.services.agents import AgentChanges, create_agent, update_agent
from agents.services.conversations import PostedMessage, post_message, start_conversation

__all__ = ["AgentChanges", "PostedMessage", "create_agent", "post_message", "start_conversation", "update_agent"]
