"""What an answer must keep to, what becomes of one that does not, and what a model is not shown."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from agents.configuration.section import Section
from agents.masking.patterns import BadPattern, compile_own


class PersonalPattern(Section):
    """What the company wants masked besides: `name` as its placeholders show it, and an RE2 expression."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,18}[a-z]$")]
    pattern: Annotated[str, Field(min_length=1, max_length=200)]

    @field_validator("pattern")
    @classmethod
    def _can_be_searched_for(cls, pattern: str) -> str:
        try:
            compile_own(pattern)
        except BadPattern as problem:
            raise ValueError(str(problem)) from problem
        return pattern


class Guardrails(Section):
    """`minimum_grounding`: the part of an answer's claims that must stand in what it cites, 0 to 1."""

    minimum_grounding: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.7
    below: Literal["say_unknown", "hand_off"] = "say_unknown"
    mask_personal_data: bool = False
    personal_patterns: Annotated[tuple[PersonalPattern, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> "Guardrails":
        names = [each.name for each in self.personal_patterns]
        if len(names) != len(set(names)):
            raise ValueError("Two patterns have the same name.")
        return self
