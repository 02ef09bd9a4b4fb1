"""Where the agent looks, and how much of what it finds the model gets."""

from typing import Annotated, Literal

from pydantic import Field

from agents.configuration.section import Section

Weight = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
SourceId = Annotated[str, Field(pattern=r"^src_[0-9a-z]{26}$")]


class Arms(Section):
    """How much each way of searching counts when their lists are fused; 0 leaves it out."""

    words: Weight = 1.0
    dense: Weight = 1.0
    graph: Weight = 1.0


class Knowledge(Section):
    """`sources` empty: all of the company's."""

    sources: Annotated[tuple[SourceId, ...], Field(max_length=200)] = ()
    passages: Annotated[int, Field(ge=1, le=50)] = 10
    context_tokens: Annotated[int, Field(ge=200, le=200_000)] = 6000
    arms: Arms = Arms()
    reranker: Literal["none", "api", "model"] = "none"
    query_rewriting: bool = True
