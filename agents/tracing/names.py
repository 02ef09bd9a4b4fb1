"""Every name that traces use, in one place: OpenTelemetry's GenAI conventions, and ours under `rapport.`.

Source: open-telemetry/semantic-conventions-genai v0.1.0, still "development": only this module may change with it.
"""

SCHEMA_VERSION = "genai-0.1.0"

# Spans: the operation's name.
INVOKE_AGENT = "invoke_agent"
CHAT = "chat"
EMBEDDINGS = "embeddings"
RETRIEVAL = "retrieval"
SEARCH_MEMORY = "search_memory"
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
RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons"
TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"  # seconds
QUERY_TEXT = "gen_ai.retrieval.query.text"
DOCUMENTS = "gen_ai.retrieval.documents"
TOP_K = "gen_ai.retrieval.top_k"
MEMORY_RECORD_COUNT = "gen_ai.memory.record.count"
EVALUATION_NAME = "gen_ai.evaluation.name"
EVALUATION_SCORE = "gen_ai.evaluation.score.value"
EVALUATION_LABEL = "gen_ai.evaluation.score.label"
ERROR_TYPE = "error.type"
INPUT_TOKENS = "gen_ai.usage.input_tokens"  # all of them, cached ones too, as the convention has it
CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens"
CACHE_CREATION_TOKENS = "gen_ai.usage.cache_creation.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"  # reasoning included
REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"
COST_MICROS = "rapport.cost.micros"
COST_CURRENCY = "rapport.cost.currency"
PRICE_VERSION = "rapport.cost.price_version"

LABEL = "rapport.label"
ATTEMPT = "rapport.attempt"
WAITED_US = "rapport.waited_us"  # from the message's arrival to the turn's start
CACHE_OUTCOME = "rapport.cache.outcome"  # "hit", "miss" or "skipped"
CACHE_TURN_ID = "rapport.cache.turn_id"
FAILED_ARMS = "rapport.retrieval.failed_arms"  # ["arm: code"]: what could not be asked
ARMS_MS = "rapport.retrieval.arms_ms"  # [{"arm", "ms", "found"}]
FACTS = "rapport.memory.facts"
CONFIDENCE = "rapport.confidence"
UNSUPPORTED = "rapport.grounding.unsupported"
CHECKED_CLAIMS = "rapport.grounding.checked"
