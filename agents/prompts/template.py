"""Texts with variables: `{{ company }}`. Nothing else is a language in them: no conditions, no loops, no filters."""

import hashlib
import re
from collections.abc import Mapping

from agents.errors import InvalidPrompt

MAX_CHARACTERS = 8000

_VARIABLE = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")


def checked(text: str) -> str:
    """Raises InvalidPrompt."""
    text = text.replace("\x00", "").replace("\r\n", "\n")
    if not text.strip():
        raise InvalidPrompt("Write the prompt's text.", param="text")
    if len(text) > MAX_CHARACTERS:
        raise InvalidPrompt(f"A prompt has at most {MAX_CHARACTERS} characters.", param="text")
    if "{{" in _VARIABLE.sub("", text):
        raise InvalidPrompt(
            "A variable is written {{ name }}: lower-case letters, digits and _, at most 40, and both pairs of braces.",
            param="text",
        )
    return text


def variables_of(text: str) -> tuple[str, ...]:
    """In the order of their first use."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """With all its variables replaced, once: what a value holds is no variable. `values` has them all."""
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def digest_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
