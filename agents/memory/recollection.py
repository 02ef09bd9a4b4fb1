"""Recall: what the contact said before that this question asks for. Reads facts only, no model, at most one query."""

from uuid import UUID

from agents.memory.recalled import Remembered


def recall(*, tenant_id: UUID, contact_id: UUID, question: str, limit: int = 3) -> list[Remembered]:
    """Open facts of the contact that the question asks for, best first; empty when it asks for none.

    Opens its own tenant scope. Each `sentence` answers like a passage: give it to the model with origin "memory".
    """
    return []


def known_name(*, tenant_id: UUID, contact_id: UUID) -> str:
    """What the contact asked to be called, or ""."""
    return ""
