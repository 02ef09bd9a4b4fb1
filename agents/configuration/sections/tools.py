"""Which tools the agent may use, and how each is set for it. What a tool can do, and its secrets, are not said here."""

import re
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from agents.configuration.section import Section, Slug

_SECRET = re.compile(r"secret|password|passwd|token|api_?key|credential|authorization", re.IGNORECASE)


class ToolReference(Section):
    """`tool` is its name; `settings` are that tool's own, checked by it."""

    tool: Slug
    settings: dict[str, Any] = {}

    @field_validator("settings")
    @classmethod
    def _holds_no_secret(cls, settings: dict[str, Any]) -> dict[str, Any]:
        if any(_SECRET.search(name) for name in settings):
            raise ValueError("A secret has no place here: it would be shown and exported. Keep it with the tool.")
        return settings


class Tools(Section):
    """`max_rounds`: how often one answer may call tools and read what came back; then it answers with what it has."""

    max_rounds: Annotated[int, Field(ge=1, le=12)] = 4
    use: Annotated[tuple[ToolReference, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> "Tools":
        names = [each.tool for each in self.use]
        if len(names) != len(set(names)):
            raise ValueError("A tool is named twice.")
        return self
