"""What the agent may spend, in millionths of a dollar. None: no limit of its own."""

from typing import Annotated

from pydantic import Field

from agents.configuration.section import Section

Micros = Annotated[int, Field(ge=0, le=10**15)]


class Budget(Section):
    turn_micros: Micros | None = None
    conversation_micros: Micros | None = None
    contact_day_micros: Micros | None = None
    month_micros: Micros | None = None  # the agent's, in a calendar month
