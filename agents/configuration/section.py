"""What every section is built of. It refuses what it does not know: a misspelt field must not be silently ignored."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class Section(BaseModel):
    """Frozen; strict (no "3" for 3); an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line of text without control characters; white space around it is taken off."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
"""A name that people type: lower-case letters, digits, - and _, at most 60."""

Text = Annotated[str, AfterValidator(lambda text: text.replace("\x00", ""))]
"""Any text; PostgreSQL keeps no NUL."""
