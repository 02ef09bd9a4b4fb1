"""What can go wrong with agents, conversations and turns. Messages say what to do and never repeat what was said."""

from rapport.errors import InvalidRequest, NotFound, RapportError


class AgentNotFound(NotFound):
    code = "agent_not_found"


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class TurnNotFound(NotFound):
    code = "turn_not_found"


class TraceNotFound(NotFound):
    code = "trace_not_found"


class FactNotFound(NotFound):
    code = "memory_not_found"


class InvalidAgent(InvalidRequest):
    code = "invalid_agent"


class EmptyMessage(InvalidRequest):
    code = "message_empty"


class MessageTooLong(InvalidRequest):
    code = "message_too_long"


class ConversationFull(InvalidRequest):
    """A conversation holds so many messages and no more; the contact starts a new one."""

    code = "conversation_full"


class ModelNotFound(NotFound):
    """What a call named as its model is none of the company's agents."""

    code = "model_not_found"


class TurnFailed(RapportError):
    """Every attempt at the answer failed; asking again is asking anew."""

    code = "turn_failed"
    status = 502


class TurnTimedOut(RapportError):
    code = "turn_timed_out"
    status = 504
