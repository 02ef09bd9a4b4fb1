"""Names of what this app emits. Payloads carry ids and numbers only.

`TURN_REQUESTED` data: turn_id, conversation_id. `TURN_COMPLETED` data: see `agents.runtime.completed`.
"""

from rapport.events.topics import declare_topic

TURNS = declare_topic("agents.turns").name
TURNS_COMPLETED = declare_topic("agents.turns.completed").name

TURN_REQUESTED = "rapport.agents.turn.requested.v1"
TURN_COMPLETED = "rapport.agents.turn.completed.v1"
