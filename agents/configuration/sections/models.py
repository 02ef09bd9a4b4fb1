"""Which models do which task, and what their routing should look for."""

from typing import Annotated, Literal

from pydantic import Field

from agents.configuration.section import Line, Section

ModelName = Annotated[Line, Field(max_length=120)]
"""A model's name; "" is the platform's default."""
Chain = Annotated[tuple[ModelName, ...], Field(min_length=1, max_length=6)]
"""The first one is asked; the next one when it cannot answer."""


class Routing(Section):
    """What a model must have, cost and take. None and "" ask for nothing."""

    capability: Literal["any", "basic", "standard", "strong"] = "any"
    most_cost_micros: Annotated[int, Field(ge=0)] | None = None  # of one answer
    most_latency_ms: Annotated[int, Field(ge=1)] | None = None  # to the first token
    region: Annotated[Line, Field(max_length=40)] = ""


class Models(Section):
    """A chain for each task."""

    answer: Chain = ("",)
    classify: Chain = ("",)
    extract: Chain = ("",)
    summarise: Chain = ("",)
    judge: Chain = ("",)
    routing: Routing = Routing()
    effort: Literal["", "low", "medium", "high"] = ""
    prompt_caching: bool = True
    compaction: bool = False  # by the provider, where it can: long conversations are summarised on its side
