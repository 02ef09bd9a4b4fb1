"""Writes about agents, prompts and conversations; each one use case, one transaction, an audit row or event."""

from agents.experiments.arms import Arm
from agents.services.agents import AgentChanges, create_agent, update_agent
from agents.services.conversations import PostedMessage, post_message, start_conversation
from agents.services.drafts import discard_draft, replace_draft
from agents.services.experiments import start_experiment, stop_experiment
from agents.services.files import export_agent, import_agent
from agents.services.prompts import add_prompt_version, archive_prompt, create_prompt, move_label, remove_label
from agents.services.versions import make_candidate, publish_agent, roll_back_agent

__all__ = [
    "AgentChanges",
    "Arm",
    "PostedMessage",
    "add_prompt_version",
    "archive_prompt",
    "create_agent",
    "create_prompt",
    "discard_draft",
    "export_agent",
    "import_agent",
    "make_candidate",
    "move_label",
    "post_message",
    "publish_agent",
    "remove_label",
    "replace_draft",
    "roll_back_agent",
    "start_conversation",
    "start_experiment",
    "stop_experiment",
    "update_agent",
]
