"""What providers publish, from genai-prices: a table that comes with the package, and changes only with its version.

Nothing is fetched. Reading the table takes a while and memory, so it is read when the first price is asked for.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from billing.models import Meter
from billing.price import MILLION, Price

PROVIDERS = {"openai": "openai", "anthropic": "anthropic", "gcp.gemini": "google", "google": "google"}
_NAMES = {
    Meter.INPUT_TOKENS: "input_mtok",
    Meter.CACHED_INPUT_TOKENS: "cache_read_mtok",
    Meter.CACHE_WRITE_TOKENS: "cache_write_mtok",
    Meter.CACHE_WRITE_1H_TOKENS: "cache_write_1h_mtok",
    Meter.OUTPUT_TOKENS: "output_mtok",
    Meter.AUDIO_INPUT_TOKENS: "input_audio_mtok",
    Meter.AUDIO_OUTPUT_TOKENS: "output_audio_mtok",
}


def published_price(provider: str, model: str, *, reading: int = 0) -> Price | None:
    """For a call that reads so many tokens: some models cost more beyond a limit. None for what nobody publishes."""
    rates = _rates(PROVIDERS.get(provider, ""), model)
    if rates is None:
        return None
    version, by_meter = rates
    chosen = {
        meter: max((step for step in steps if step[0] <= max(0, reading)), default=steps[0])[1]
        for meter, steps in by_meter.items()
    }
    return Price(model, version, "USD", chosen)


@lru_cache(maxsize=1024)
def _rates(provider: str, model: str) -> tuple[str, dict[Meter, tuple[tuple[int, int], ...]]] | None:
    """(version, for each class its (from so many tokens read, micro-units per million)); the price of today."""
    if not provider:
        return None
    from genai_prices import Usage, __version__, calc_price

    try:
        found = calc_price(Usage(input_tokens=1, output_tokens=1), model, provider_id=provider)
    except LookupError:
        return None
    steps = {meter: _steps(getattr(found.model_price, name, None)) for meter, name in _NAMES.items()}
    return f"genai-prices-{__version__}", {meter: each for meter, each in steps.items() if each}


def _steps(price: Any) -> tuple[tuple[int, int], ...]:
    if price is None:
        return ()
    if isinstance(price, Decimal):
        return ((0, _micros(price)),)
    # a tier holds from the first token after its start
    return ((0, _micros(price.base)), *((tier.start + 1, _micros(tier.price)) for tier in price.tiers))


def _micros(dollars: Decimal) -> int:
    return int((dollars * MILLION).to_integral_value(ROUND_HALF_UP))
