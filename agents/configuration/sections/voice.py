"""How the agent sounds on the phone."""

from typing import Annotated

from pydantic import Field

from agents.configuration.section import Line, Section


class Voice(Section):
    """`voice` "": the carrier's; `language` "": the caller's, else a BCP 47 tag such as de-DE. `speed`: 1 is normal."""

    voice: Annotated[Line, Field(max_length=80)] = ""
    language: Annotated[str, Field(pattern=r"^$|^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = ""
    speed: Annotated[float, Field(ge=0.5, le=2, allow_inf_nan=False)] = 1.0
