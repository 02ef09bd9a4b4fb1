"""Recording a turn's steps in memory: monotonic microseconds, nested spans, tokens and costs. It writes nothing."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agents.tracing import names
from billing.prices import TokenCounts, cost_of
from billing.usage import UsageFact
from rapport.errors import RapportError
from rapport.ids import new_id

_current: ContextVar["OpenSpan | None"] = ContextVar("rapport_span", default=None)


def current_span() -> "OpenSpan | None":
    """The step that is running, or None outside a trace."""
    return _current.get()


@dataclass(slots=True, eq=False)
class OpenSpan:
    """A step while it runs. `attributes` are JSON: names from `agents.tracing.names`."""

    id: UUID
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
    """One turn's spans and what it used. Not shared between threads."""

    def __init__(self, *, clock_us: Callable[[], int] = lambda: time.perf_counter_ns() // 1000) -> None:
        self.id = new_id()
        self.spans: list[OpenSpan] = []
        self.usage: list[UsageFact] = []
        self.first_token_us: int | None = None
        self._clock_us = clock_us
        self._started_us = clock_us()

    def elapsed_us(self) -> int:
        """Microseconds since the recorder was made."""
        return self._clock_us() - self._started_us

    def mark_first_token(self) -> None:
        if self.first_token_us is None:
            self.first_token_us = self.elapsed_us()

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, object] | None = None, *, label: str = "") -> Iterator[OpenSpan]:
        """A step around the `with` body, child of the open one. An error leaves its code on the span and goes on."""
        parent = _current.get()
        span = OpenSpan(
            id=new_id(),
            parent_id=parent.id if parent in self.spans and parent else None,  # not another trace's
            sequence=len(self.spans) + 1,
            name=name,
            start_us=self.elapsed_us(),
            attributes={names.OPERATION: name, **({names.LABEL: label} if label else {}), **(attributes or {})},
        )
        self.spans.append(span)
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

    def use(self, span: OpenSpan, *, step: str, model: str, tokens: TokenCounts, **counts: int) -> None:
        """Note what a call used: on its span with its cost, and as the fact that billing will be told."""
        cost = cost_of(model, tokens)
        span.tokens, span.cost_micros, span.currency = tokens, cost.micros, cost.currency
        for name, value in _usage_attributes(tokens).items():
            span.set(name, value)
        span.set(names.COST_MICROS, cost.micros)
        span.set(names.COST_CURRENCY, cost.currency)
        span.set(names.PRICE_VERSION, cost.version)
        self.usage.append(UsageFact(step, model, tokens, cost.version, counts))


def total_input(tokens: TokenCounts) -> int:
    """Everything a call read, cached or not, embedded or not."""
    return tokens.input + tokens.cached_input + tokens.cache_write + tokens.embedding


def total_output(tokens: TokenCounts) -> int:
    return tokens.output + tokens.reasoning


def _usage_attributes(tokens: TokenCounts) -> dict[str, int]:
    named = {
        names.INPUT_TOKENS: total_input(tokens),
        names.CACHE_READ_TOKENS: tokens.cached_input,
        names.CACHE_CREATION_TOKENS: tokens.cache_write,
        names.OUTPUT_TOKENS: total_output(tokens),
        names.REASONING_TOKENS: tokens.reasoning,
    }
    always = {names.INPUT_TOKENS, names.OUTPUT_TOKENS}
    return {name: count for name, count in named.items() if count or name in always}
