"""What a token costs: our own table, the operator's setting, and what providers publish; ledger rows keep the version.

Amounts are integers in micro-units (millionths of the currency's unit) per million tokens. A cost is rounded half up to
a whole micro-unit once per token class of a call, and sums are sums of those: a trace and the ledger never differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from operator import add, attrgetter

from billing.models import Meter
from billing.price import MILLION, Price
from billing.published import published_price
from rapport.config import Config, get_config

UNPRICED = "unpriced"  # nobody wrote a price down: the cost is 0, and shown as such
INCLUDED = "included"  # counted, and never priced


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens of one call in disjoint classes: no token is counted in two of them."""

    input: int = 0
    cached_input: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0
    embedding: int = 0
    cache_write_1h: int = 0
    audio_input: int = 0
    audio_output: int = 0

    def __post_init__(self) -> None:
        if min(_counts_of(self)) < 0:
            raise ValueError("Token counts are never negative.")

    def __add__(self, other: "TokenCounts") -> "TokenCounts":
        return TokenCounts(*map(add, _counts_of(self), _counts_of(other)))

    @property
    def total_input(self) -> int:
        """Everything that a call read, cached or not, heard or embedded."""
        return sum(
            (self.input, self.cached_input, self.cache_write, self.cache_write_1h, self.audio_input, self.embedding)
        )

    @property
    def total_output(self) -> int:
        return self.output + self.reasoning + self.audio_output

    def by_meter(self) -> dict[Meter, int]:
        """Only what was used."""
        return {meter: count for meter, count in zip(_METERS, _counts_of(self), strict=True) if count}


_CLASSES = tuple(each.name for each in fields(TokenCounts))
_METERS = tuple(Meter(f"{name}_tokens") for name in _CLASSES)
_counts_of: Callable[[TokenCounts], tuple[int, ...]] = attrgetter(*_CLASSES)


@dataclass(frozen=True, slots=True)
class Cost:
    """`version` names the price; UNPRICED with 0 micros when there is none for the model. `by_meter` adds up to it."""

    micros: int
    currency: str
    version: str
    by_meter: Mapping[Meter, int] = field(default_factory=dict)


def _computing(rate: int) -> dict[Meter, int]:
    return dict.fromkeys((Meter.INPUT_TOKENS, Meter.OUTPUT_TOKENS, Meter.EMBEDDING_TOKENS), rate)


# The built-in models run on the operator's own machine. Their price stands for its computing, so that costs can be
# compared; see docs/traces-and-costs.md. Newest first: the first match is the current price.
PRICES: tuple[Price, ...] = (
    Price("builtin-", "2026-11-computing", "USD", _computing(20_000)),
    Price("minilm-", "2026-11-computing", "USD", _computing(10_000)),
)


def _configured_price(config: Config) -> tuple[Price, ...]:
    """What the operator says that the model at LLM_URL costs. Its version changes with it: old rows stay told apart."""
    rates = (config.llm_input_price, config.llm_output_price)
    if not config.llm_model_name or not any(rates):
        return ()
    meters = dict(zip((Meter.INPUT_TOKENS, Meter.OUTPUT_TOKENS), rates, strict=True))
    return (Price(config.llm_model_name, f"settings-{rates[0]}-{rates[1]}"[:40], "USD", meters),)


def find_price(model: str, *, version: str = "", provider: str = "", reading: int = 0) -> Price | None:
    """The current price, or the one of `version`; of a call that read so many tokens. None when the model has none.

    What the operator has set goes before what is published; published prices are those of `provider`.
    """
    rows = (row for row in (*PRICES, *_configured_price(get_config())) if model.startswith(row.model))
    own = next((row for row in rows if version in ("", row.version)), None)
    if own is not None or not provider:
        return own
    published = published_price(provider, model, reading=reading)
    return published if published is not None and version in ("", published.version) else None


def price_meter(price: Price, meter: Meter, quantity: int) -> int:
    """Micro-units, rounded half up. A class without its own price costs what its plain class costs.

    Raises ValueError for a negative quantity.
    """
    if quantity < 0:
        raise ValueError("A quantity is never negative.")
    plain = {
        Meter.CACHED_INPUT_TOKENS: Meter.INPUT_TOKENS,
        Meter.CACHE_WRITE_TOKENS: Meter.INPUT_TOKENS,
        Meter.CACHE_WRITE_1H_TOKENS: Meter.INPUT_TOKENS,
        Meter.AUDIO_INPUT_TOKENS: Meter.INPUT_TOKENS,
        Meter.AUDIO_OUTPUT_TOKENS: Meter.OUTPUT_TOKENS,
        Meter.REASONING_TOKENS: Meter.OUTPUT_TOKENS,
    }
    rate = price.per_million.get(meter, price.per_million.get(plain.get(meter, meter), 0))
    return (2 * quantity * rate + MILLION) // (2 * MILLION)


def cost_micros(model: str, meter: Meter, quantity: int) -> int:
    """Micro-units of so much of one meter; 0 for a model without a price. Raises ValueError for a negative quantity."""
    price = find_price(model)
    return price_meter(price, meter, quantity) if price else 0


def cost_at(price: Price, tokens: TokenCounts) -> Cost:
    """The sum of the classes of one call, each rounded half up."""
    by_meter = {meter: price_meter(price, meter, quantity) for meter, quantity in tokens.by_meter().items()}
    return Cost(sum(by_meter.values()), price.currency, price.version, by_meter)


def cost_of(model: str, tokens: TokenCounts, *, version: str = "", provider: str = "") -> Cost:
    """What one call costs by everybody's price; a company's own are in `billing.own_prices`."""
    price = find_price(model, version=version, provider=provider, reading=tokens.total_input)
    return Cost(0, "USD", UNPRICED) if price is None else cost_at(price, tokens)
