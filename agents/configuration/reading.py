"""From JSON to a checked configuration. What is wrong is told with its place: `knowledge.passages`, `prompt.blocks.0`.

Messages never repeat a value: it may be a customer's text.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agents.configuration.document import AgentConfig
from agents.errors import InvalidAgent

Place = tuple[int | str, ...]

_SENTENCES = {
    "extra_forbidden": "There is no such setting. Take it out, or look its name up in docs/agents.md.",
    "missing": "This setting is missing.",
    "string_too_long": "At most {max_length} characters are possible.",
    "string_too_short": "At least {min_length} character is needed.",
    "too_long": "At most {max_length} are possible.",
    "too_short": "At least {min_length} is needed.",
    "literal_error": "This must be {expected}.",
    "value_error": "{error}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `path` is dotted, "" for the document itself."""

    path: str
    message: str


def read_document(document: object) -> AgentConfig:
    """Raises InvalidAgent with `param` = the dotted path of the first thing that is wrong."""
    config, problems = check_document(document)
    if config is None:
        raise InvalidAgent(problems[0].message, param=problems[0].path or None)
    return config


def check_document(document: object) -> tuple[AgentConfig | None, list[Problem]]:
    """The configuration, or everything that is wrong with the document, in its order."""
    try:
        return AgentConfig.model_validate_json(json.dumps(document)), []
    except ValidationError as error:
        return None, [_problem(each) for each in error.errors(include_url=False, include_input=False)]


def merge_document(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with `changes` laid over it, as RFC 7396 has it: objects are merged, null takes a setting out (its
    default then holds), and anything else replaces."""
    merged = dict(document)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            before = merged.get(name)
            merged[name] = merge_document(before if isinstance(before, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


def _problem(details: ErrorDetails) -> Problem:
    return Problem(path_of(details["loc"]), _sentence(details))


def path_of(place: Sequence[int | str]) -> str:
    return ".".join(map(str, place))


def _sentence(details: ErrorDetails) -> str:
    """In our own words where pydantic's say nothing to somebody who writes no Python."""
    context = details.get("ctx") or {}
    sentence = _SENTENCES.get(details["type"])
    return sentence.format(**context) if sentence else f"{details['msg']}."
