"""What the agent is told: its own instructions, then blocks in their order, each a text or a prompt of the registry.

`{{ name }}` in a registry's prompt is replaced by a block's variable; which ones a prompt needs is known by the
registry (`agents.prompts`), which checks it before a version is published.
"""

from typing import Annotated

from pydantic import Field, model_validator

from agents.configuration.section import Line, Section, Slug, Text

MAX_INSTRUCTIONS = 8000
INSTRUCTIONS = (
    "You help the company's customers. Answer from the passages you are given and cite them. "
    "Be brief and friendly. When the passages do not answer, say so and offer what the customer can do next."
)
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


Values = Annotated[dict[Variable, Annotated[Text, Field(max_length=1000)]], Field(max_length=40)]


class Block(Section):
    """Either `text`, or `prompt` (a name in the registry) by `label` or by `version`, with its `variables`."""

    title: Annotated[Line, Field(max_length=80)] = ""
    text: Annotated[Text, Field(max_length=MAX_INSTRUCTIONS)] = ""
    prompt: Slug | None = None
    label: Slug | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    variables: Values = {}

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> "Block":
        if self.prompt is None:
            if not self.text.strip():
                raise ValueError("A block has a text of its own, or names a prompt of the registry.")
            if self.label or self.version or self.variables:
                raise ValueError("label, version and variables belong to a block that names a prompt.")
        elif self.text:
            raise ValueError("A block has a text of its own or names a prompt, not both.")
        elif (self.label is None) == (self.version is None):
            raise ValueError("Name the prompt's label, for example production, or its version; one of the two.")
        return self


class Prompt(Section):
    """`variables` are for all blocks that name a prompt; a block's own come first."""

    instructions: Annotated[Text, Field(max_length=MAX_INSTRUCTIONS)] = INSTRUCTIONS
    blocks: Annotated[tuple[Block, ...], Field(max_length=20)] = ()
    variables: Values = {}
