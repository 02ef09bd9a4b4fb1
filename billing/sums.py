"""What some of the ledger comes to, as charts and tables show it."""

from dataclasses import dataclass

from billing.models import Meter

READ = frozenset(
    {
        Meter.INPUT_TOKENS.value,
        Meter.CACHED_INPUT_TOKENS.value,
        Meter.CACHE_WRITE_TOKENS.value,
        Meter.CACHE_WRITE_1H_TOKENS.value,
        Meter.AUDIO_INPUT_TOKENS.value,
    }
)
WRITTEN = frozenset({Meter.OUTPUT_TOKENS.value, Meter.REASONING_TOKENS.value, Meter.AUDIO_OUTPUT_TOKENS.value})
EMBEDDED = Meter.EMBEDDING_TOKENS.value


@dataclass(frozen=True, slots=True)
class UsageSum:
    """Sums over some of the ledger. Tokens of all classes are in `input_tokens` (read) or `output_tokens` (written).

    `unpriced_tokens` are those of models nobody has priced: counted above, and not in the cost.
    """

    cost_micros: int = 0
    currency: str = "USD"
    input_tokens: int = 0
    output_tokens: int = 0
    embedding_tokens: int = 0
    messages: int = 0
    conversations: int = 0
    unpriced_tokens: int = 0

    def __add__(self, other: "UsageSum") -> "UsageSum":
        return UsageSum(
            self.cost_micros + other.cost_micros,
            self.currency,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.embedding_tokens + other.embedding_tokens,
            self.messages + other.messages,
            self.conversations + other.conversations,
            self.unpriced_tokens + other.unpriced_tokens,
        )
