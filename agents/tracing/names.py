"""Every name that traces use, in one place: OpenTelemetry's GenAI conventions, and ours under `rapport.`.

Source: open-telemetry/semantic-conventions-genai v0.1.0, still "development": only this module may change with it, and
each trace keeps the version that its names are of. What people wrote is in attributes of CONTENT only: they are shown
and sent to nobody who has not asked for them and may see them.
"""

from typing import Literal

SCHEMA_VERSION = "genai-0.1.0"  # kept with every trace

# Spans: the operation's name.
INVOKE_AGENT = "invoke_agent"
CHAT = "chat"
EMBEDDINGS = "embeddings"
RETRIEVAL = "retrieval"
SEARCH_MEMORY = "search_memory"
CREATE_MEMORY = "create_memory"
EXECUTE_TOOL = "execute_tool"
GUARD = "rapport.guard"
CACHE = "rapport.cache"
GROUNDING = "rapport.grounding"

# Attributes.
OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
AGENT_ID = "gen_ai.agent.id"
AGENT_NAME = "gen_ai.agent.name"
AGENT_VERSION = "gen_ai.agent.version"
CONVERSATION_ID = "gen_ai.conversation.id"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
REQUEST_STREAM = "gen_ai.request.stream"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons"
TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"  # seconds
DATA_SOURCE_ID = "gen_ai.data_source.id"
INPUT_MESSAGES = "gen_ai.input.messages"  # of a trace that is sent: [{"role", "parts": [{"type", "content"}]}]
OUTPUT_MESSAGES = "gen_ai.output.messages"
QUERY_TEXT = "gen_ai.retrieval.query.text"
DOCUMENTS = "gen_ai.retrieval.documents"
TOP_K = "gen_ai.retrieval.top_k"
MEMORY_RECORD_COUNT = "gen_ai.memory.record.count"
TOOL_NAME = "gen_ai.tool.name"
TOOL_TYPE = "gen_ai.tool.type"  # "function", "extension" (of an MCP server) or "datastore"
TOOL_CALL_ID = "gen_ai.tool.call.id"
TOOL_ARGUMENTS = "gen_ai.tool.call.arguments"
TOOL_RESULT = "gen_ai.tool.call.result"
EVALUATION_NAME = "gen_ai.evaluation.name"
EVALUATION_SCORE = "gen_ai.evaluation.score.value"
EVALUATION_LABEL = "gen_ai.evaluation.score.label"
ERROR_TYPE = "error.type"
INPUT_TOKENS = "gen_ai.usage.input_tokens"  # all of them, cached ones too, as the convention has it
CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens"
CACHE_CREATION_TOKENS = "gen_ai.usage.cache_creation.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"  # reasoning included
REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"
PROMPT_DIGEST = "rapport.prompt.sha256"  # of what the agent is told: instructions and blocks
PROMPT_PARTS = "rapport.prompt.parts"  # [{"prompt", "version", "label"}]: those of the registry
EXPERIMENT_ID = "rapport.experiment.id"
USAGE_COST = "gen_ai.usage.cost"  # in units of the currency; no convention is agreed on yet, this is what is read
OPERATION_COST = "operation.cost"
COST_MICROS = "rapport.cost.micros"
COST_CURRENCY = "rapport.cost.currency"
PRICE_VERSION = "rapport.cost.price_version"

LABEL = "rapport.label"
OUTCOME = "rapport.outcome"
GUARD_CHARACTERS = "rapport.guard.characters"
ATTEMPT = "rapport.attempt"
IS_EARLIER = "rapport.attempt.is_earlier"  # of an attempt at the turn that failed before this one
WAITED_US = "rapport.waited_us"  # from the message's arrival to the turn's start
CACHE_MODE = "rapport.cache.mode"  # "off", "shadow" or "on", as the agent's configuration has it
CACHE_OUTCOME = "rapport.cache.outcome"  # "hit", "shadow" (found, and not given), "miss" or "skipped"
CACHE_FOUND = "rapport.cache.found"  # "exact", "like" or "nothing"
CACHE_CONFIDENCE = "rapport.cache.confidence"
CACHE_SAVED_MICROS = "rapport.cache.saved_micros"  # what making the answer again would have cost today
CACHE_TURN_ID = "rapport.cache.turn_id"
FAILED_ARMS = "rapport.retrieval.failed_arms"  # ["arm: code"]: what could not be asked
ARMS_MS = "rapport.retrieval.arms_ms"  # [{"arm", "ms", "found"}]
BEGUN_EARLY_US = (
    "rapport.retrieval.begun_early_us"  # before this step, while it was not sure that the question is whole
)
REFUSED = "rapport.retrieval.refused"  # why a further search was not made
MANIFEST = "rapport.context.manifest"  # see agents.runtime.manifest
TOOL_RUN_ID = "rapport.tool.run_id"
TOOL_OUTCOME = "rapport.tool.outcome"  # a state of agents.models.ToolRun
TOOL_REUSED = "rapport.tool.reused"  # an earlier attempt of the turn had called it already
TOOL_VERDICT = "rapport.tool.verdict"  # what the rules said of the call: see agents.tools.policy
FACTS = "rapport.memory.facts"
HOPS = "rapport.memory.hops"  # kinds of relations that a question goes over
MEMORY_USED = "rapport.memory.used"  # ids, nothing else: what the answer was given, or says
SUMMARIES = "rapport.memory.summaries"  # ids of those that the answer is made of
EPISODES = "rapport.memory.episodes"  # what was found of earlier conversations: ids, times, ranks
MEMORY_SEARCHED = "rapport.memory.searched"  # among how many turns
DROPPED = "rapport.context.dropped"  # what did not fit into the model's window
USAGE_ESTIMATED = "rapport.usage.estimated"  # the provider did not say what it counted
CONFIDENCE = "rapport.confidence"
UNSUPPORTED = "rapport.grounding.unsupported"
CHECKED_CLAIMS = "rapport.grounding.checked"
CONTAINMENT = "rapport.grounding.containment"  # part of the claims that stand in what is cited
COVERAGE = "rapport.grounding.coverage"  # part of the sentences that carry a citation
SENTENCES = "rapport.grounding.sentences"  # each with how it stands
CONTRADICTED = "rapport.grounding.contradicted"  # what other documents say against the answer
WHOLE_ANSWER = "rapport.answer.whole"  # on the phone: what was written, however much of it was heard
HANDOFF_REASON = "rapport.handoff.reason"

Kind = Literal["messages", "documents", "tools", "memory"]
# What people wrote, what stands in documents, what tools were given and told: by what it is part of.
CONTENT: dict[str, Kind] = {
    INPUT_MESSAGES: "messages",
    OUTPUT_MESSAGES: "messages",
    QUERY_TEXT: "messages",
    SENTENCES: "messages",
    UNSUPPORTED: "messages",
    WHOLE_ANSWER: "messages",
    CONTRADICTED: "messages",
    DOCUMENTS: "documents",
    MANIFEST: "documents",
    TOOL_ARGUMENTS: "tools",
    TOOL_RESULT: "tools",
    FACTS: "memory",
    EPISODES: "memory",
    SUMMARIES: "memory",
}
