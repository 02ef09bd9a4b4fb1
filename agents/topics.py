"""Names of what this app emits. Payloads carry ids and numbers only.

`TURN_REQUESTED` data: turn_id, conversation_id.
`CONVERSATION_WAITS`, `CONVERSATION_ANSWERED` (by a person, and not read yet), `CONVERSATION_CLOSED` and
`CONVERSATION_HANDED_OFF` data: conversation_id.
`TURN_COMPLETED` data: see `agents.runtime.finishing`.
`CALL_REQUESTED` data: call_id.
`CAMPAIGN_MOVED` data: campaign_id; it may be possible to go on with it.
`CALL_COUNTED` data: call_id, conversation_id, agent_id, line, seconds, occurred_at; once for a call that was taken up.
`SPEECH_COUNTED` data: call_id, conversation_id, agent_id, recogniser, heard_seconds, voice, spoken_characters,
occurred_at; once for each line of a call in which others listened or spoke.
`TURN_TO_JUDGE` data: turn_id; its answer is of the part that a model may judge. It is told to nobody else: most agents
have none judged.
`CALL_TO_ANALYSE` data: call_id; it is over, and its agent asks for something to be read from it.
`CALL_RECORDED` data: call_id, number_id, recording_id; the carrier has a recording of it.
`MEMORY_CHANGED` data: contact_id; its facts or conversations changed otherwise than by a turn.
"""

from rapport.events.topics import declare_topic

TURNS = declare_topic("agents.turns").name
TURNS_COMPLETED = declare_topic("agents.turns.completed").name
CONVERSATIONS = declare_topic("agents.conversations").name
OUTGOING_CALLS = declare_topic("agents.calls.outgoing").name
CAMPAIGNS = declare_topic("agents.campaigns").name
CALLS = declare_topic("agents.calls").name
MEMORY = declare_topic("agents.memory").name

TURN_REQUESTED = "rapport.agents.turn.requested.v1"
CONVERSATION_WAITS = "rapport.agents.conversation.waits.v1"
CONVERSATION_ANSWERED = "rapport.agents.conversation.answered.v1"
CONVERSATION_CLOSED = "rapport.agents.conversation.closed.v1"
CONVERSATION_HANDED_OFF = "rapport.agents.conversation.handed_off.v1"
TURN_COMPLETED = "rapport.agents.turn.completed.v1"
TURN_TO_JUDGE = "rapport.agents.turn.to_judge.v1"
CALL_REQUESTED = "rapport.agents.call.requested.v1"
CAMPAIGN_MOVED = "rapport.agents.campaign.moved.v1"
CALL_COUNTED = "rapport.agents.call.counted.v1"
SPEECH_COUNTED = "rapport.agents.call.speech_counted.v1"
CALL_TO_ANALYSE = "rapport.agents.call.to_analyse.v1"
CALL_RECORDED = "rapport.agents.call.recorded.v1"
MEMORY_CHANGED = "rapport.agents.memory.changed.v1"
