"""What a call, or the first call of a turn, could cost at worst: reckoned before anything is spent. Pure functions."""

import json
from collections.abc import Iterable

from agents.configuration import AgentConfig
from agents.llm.gateway import Choice
from agents.llm.port import ChatRequest
from agents.llm.prompt import prompt_of
from agents.llm.sizes import BYTES_PER_TOKEN, estimate_tokens
from billing.own_prices import CompanyPrices
from billing.prices import TokenCounts
from ingestion.embedding.port import SPECIAL_TOKENS

MAX_OUTPUT_TOKENS = 1024
HISTORY_CHARACTERS = 8_000
TIMES_EMBEDDED = 3  # a question: for the answers that are kept, the past, and the knowledge
RULES_TOKENS = 1_500  # what the product itself says to a model, with memory and a few tools


def worst_micros(choice: Choice, request: ChatRequest, prices: CompanyPrices) -> int:
    """All of the input read for the first time, or written to the cache where that costs more, and every token of the
    output that the call allows."""
    return _dearest(prices, choice.name, choice.provider, worst_input(request), request.max_output_tokens)


def worst_input(request: ChatRequest) -> int:
    """Tokens. The estimate is within a fifth of what providers count, and a quarter is added to it."""
    prompt = prompt_of(request)
    sent = json.dumps([*prompt.messages, *request.tools], ensure_ascii=False, default=str)
    return _with_a_quarter(estimate_tokens(prompt.system, sent))


def worst_of_first_call(
    config: AgentConfig,
    question: str,
    prices: CompanyPrices,
    models: Iterable[tuple[str, str]],
    embedders: Iterable[str] = (),
) -> int:
    """By the dearest of `models`, (name, provider): whichever answers, it is not more; and with what the question's
    vectors cost by the dearest of `embedders`, whose call comes before it. What a turn needs beyond that
    (further rounds, other attempts, longer prompts) is kept aside before each of those calls."""
    told = (config.prompt.instructions, *(block.text for block in config.prompt.blocks))
    said = estimate_tokens(question, *told) + HISTORY_CHARACTERS // BYTES_PER_TOKEN
    read = _with_a_quarter(config.knowledge.context_tokens + RULES_TOKENS + said)
    embedded = TokenCounts(embedding=TIMES_EMBEDDED * (len(question.encode()) + SPECIAL_TOKENS))
    vectors = max((prices.cost_of(each, embedded).micros for each in embedders), default=0)
    dearest = (_dearest(prices, name, provider, read, MAX_OUTPUT_TOKENS) for name, provider in models)
    return vectors + max(dearest, default=0)


def _dearest(prices: CompanyPrices, model: str, provider: str, read: int, written: int) -> int:
    worst = (TokenCounts(input=read, output=written), TokenCounts(cache_write=read, output=written))
    return max(prices.cost_of(model, tokens, provider=provider).micros for tokens in worst)


def _with_a_quarter(tokens: int) -> int:
    return -(-5 * tokens // 4)
