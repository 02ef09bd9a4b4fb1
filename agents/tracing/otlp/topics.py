"""Names of what the export emits. Payloads are ids."""

from rapport.events.topics import declare_topic

TRACES = declare_topic("agents.traces").name  # key: the turn
TRACE_FINISHED = "rapport.agents.trace.finished.v1"  # {turn_id, trace_id}
SUBSCRIPTION = "export-traces"
