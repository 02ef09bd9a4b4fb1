"""Whether a question that was answered before is answered from what is kept."""

from typing import Annotated, Literal

from pydantic import Field

from agents.configuration.section import Section


class Cache(Section):
    """`mode` "off": nothing is looked up; "shadow": like questions are counted, the same ones are answered; "on": like
    questions are answered too, while the upper bound of false hits is under `most_false_hits`."""

    mode: Literal["off", "shadow", "on"] = "shadow"
    most_false_hits: Annotated[float, Field(gt=0, le=0.2, allow_inf_nan=False)] = 0.01
