"""Which part of its answers a language model judges afterwards, and what that may cost."""

from typing import Annotated

from pydantic import Field

from agents.configuration.section import Section
from agents.configuration.sections.budget import Micros


class Judging(Section):
    """0 per cent: none. What a day's budget does not bear any more is not judged."""

    share_percent: Annotated[int, Field(ge=0, le=100)] = 0
    day_micros: Micros = 1_000_000  # in the company's day
