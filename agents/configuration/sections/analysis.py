"""What is read from a telephone call when it is over: values by name, and whether it was a success."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from agents.configuration.section import Section

Kind = Literal["text", "number", "yes_no", "date", "choice"]


class WantedValue(Section):
    """`about`: what it is, in words for the model; `choices`: of kind "choice" alone."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,38}[a-z0-9]$")]
    kind: Kind = "text"
    about: Annotated[str, Field(max_length=200)] = ""
    choices: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _choices_go_with_the_kind(self) -> "WantedValue":
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError('Choices are what the kind "choice" has, and no other kind has any.')
        return self


class Analysis(Section):
    """`success`: when a call was one, in words for the model; "" asks nothing. Where there are no values either, no
    model reads the call."""

    values: Annotated[tuple[WantedValue, ...], Field(max_length=20)] = ()
    success: Annotated[str, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _names_each_once(self) -> "Analysis":
        names = [each.name for each in self.values]
        if len(names) != len(set(names)):
            raise ValueError("Two values have the same name.")
        return self

    @property
    def is_wanted(self) -> bool:
        return bool(self.values or self.success.strip())
