"""Recording a turn's steps in memory: monotonic microseconds, nested spans, tokens and costs. It writes nothing."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agents.tracing import names
from billing.own_prices import CompanyPrices
from billing.prices import TokenCounts
from billing.usage import UsageFact
from rapport.errors import RapportError
from rapport.ids import new_id

_current: ContextVar["OpenSpan | None"] = ContextVar("rapport_span", default=None)


def current_span() -> "OpenSpan | None":
    """The step that is running, or None outside a trace."""
    return _current.get()


class Untraced(RuntimeError):
    """A model was asked outside a span of a tenant's trace: a programming error, never shown to users."""


def require_chat_span() -> "OpenSpan":
    """The span of the call that is about to be made: what no tenant's trace will hold is not asked. Raises Untraced."""
    span = current_span()
    if span is None or span.name != names.CHAT:
        raise Untraced(
            "A chat model is asked inside `recorder.span(names.CHAT)` of a tenant's trace, and nowhere else."
        )
    return span


@dataclass(slots=True, eq=False)
class OpenSpan:
    """A step while it runs. `attributes` are JSON: names from `agents.tracing.names`."""

    id: UUID
    tenant_id: UUID
    parent_id: UUID | None
    sequence: int
    name: str
    start_us: int
    attributes: dict[str, Any]
    duration_us: int = 0
    status: str = "ok"
    tokens: TokenCounts = field(default_factory=TokenCounts)
    cost_micros: int = 0
    currency: str = "USD"

    def set(self, name: str, value: object) -> None:
        self.attributes[name] = value


class TraceRecorder:
    """The spans of one turn, or of one side task, of a tenant, and what they used. Not shared between threads."""

    def __init__(
        self,
        tenant_id: UUID,
        *,
        clock_us: Callable[[], int] = lambda: time.perf_counter_ns() // 1000,
        prices: CompanyPrices | None = None,
        redact: Callable[[Any], Any] | None = None,
    ) -> None:
        """`redact`: what becomes of content before it is written."""
        self.id = new_id()
        self.tenant_id = tenant_id
        self.prices = prices or CompanyPrices()
        self.spans: list[OpenSpan] = []
        self.usage: list[UsageFact] = []
        self.first_token_us: int | None = None
        self._clock_us, self._redact = clock_us, redact
        self._started_us = clock_us()

    def elapsed_us(self) -> int:
        """Microseconds since the recorder was made."""
        return self._clock_us() - self._started_us

    def kept(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """A span's attributes as they are written."""
        if self._redact is None:
            return dict(attributes)
        return {name: self._redact(value) if name in names.CONTENT else value for name, value in attributes.items()}

    def mark_first_token(self) -> None:
        if self.first_token_us is None:
            self.first_token_us = self.elapsed_us()

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, object] | None = None, *, label: str = "") -> Iterator[OpenSpan]:
        """A step around the `with` body, child of the open one. An error leaves its code on the span and goes on."""
        span = self._begin(name, attributes or {}, label)
        token = _current.set(span)
        try:
            yield span
        except Exception as error:
            span.status = "error"
            span.set(names.ERROR_TYPE, error.code if isinstance(error, RapportError) else type(error).__name__)
            raise
        finally:
            _current.reset(token)
            span.duration_us = self.elapsed_us() - span.start_us

    def note_part(self, name: str, *, start_us: int, duration_us: int, label: str = "") -> OpenSpan:
        """A step that is over, child of the open one: where its time was measured elsewhere."""
        span = self._begin(name, {}, label)
        span.start_us, span.duration_us = start_us, duration_us
        return span

    def _begin(self, name: str, attributes: Mapping[str, object], label: str) -> OpenSpan:
        parent = _current.get()
        span = OpenSpan(
            id=new_id(),
            tenant_id=self.tenant_id,
            parent_id=parent.id if parent in self.spans and parent else None,  # not another trace's
            sequence=len(self.spans) + 1,
            name=name,
            start_us=self.elapsed_us(),
            attributes={names.OPERATION: name, **({names.LABEL: label} if label else {}), **attributes},
        )
        self.spans.append(span)
        return span

    def use(
        self,
        span: OpenSpan,
        *,
        step: str,
        model: str,
        tokens: TokenCounts,
        provider: str = "",
        is_own: bool = False,
        **counts: int,
    ) -> None:
        """Note what a call used: on its span with its cost, and as the fact that billing will be told. `provider`: by
        whose published prices, where the operator has set none. `is_own`: the company pays its provider itself."""
        cost = self.prices.cost_of(model, tokens, provider=provider)
        span.tokens, span.cost_micros, span.currency = tokens, cost.micros, cost.currency
        for name, value in _usage_attributes(tokens).items():
            span.set(name, value)
        span.set(names.COST_MICROS, cost.micros)
        span.set(names.COST_CURRENCY, cost.currency)
        span.set(names.PRICE_VERSION, cost.version)
        costs = {meter.value: micros for meter, micros in cost.by_meter.items()}
        self.usage.append(UsageFact(step, model, tokens, cost.version, counts, costs, is_own))

    def count(self, step: str, **counts: int) -> None:
        """Note what is no call of a model, and costs nothing by itself."""
        self.usage.append(UsageFact(step, "", TokenCounts(), counts=counts, costs={}))


def _usage_attributes(tokens: TokenCounts) -> dict[str, int]:
    named = {
        names.INPUT_TOKENS: tokens.total_input,
        names.CACHE_READ_TOKENS: tokens.cached_input,
        names.CACHE_CREATION_TOKENS: tokens.cache_write + tokens.cache_write_1h,
        names.OUTPUT_TOKENS: tokens.total_output,
        names.REASONING_TOKENS: tokens.reasoning,
    }
    always = {names.INPUT_TOKENS, names.OUTPUT_TOKENS}
    return {name: count for name, count in named.items() if count or name in always}
