"""JSON Schema of tools: read, bounded, and held against arguments and results. Nothing is fetched: a reference leads
into the same schema or is refused."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from agents.tools.port import Json

MOST_CHARACTERS = 60_000
DEEPEST = 24


class BadSchema(Exception):
    """`str` is a sentence that says what to mend."""


def check_schema(schema: object) -> dict[str, Any]:
    """A schema that can be used. Raises BadSchema."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    if not isinstance(schema, Mapping):
        raise BadSchema("The schema is no JSON object.")
    if len(json.dumps(schema)) > MOST_CHARACTERS:
        raise BadSchema(f"The schema is too large: at most {MOST_CHARACTERS // 1000} kB are possible.")
    for reference in _references(schema, 0):
        if not reference.startswith("#"):
            raise BadSchema("A $ref leads out of the schema. Write what it stands for in its place.")
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "its beginning"
        raise BadSchema(f"This is no JSON Schema, at {place[:120]}.") from error
    return dict(schema)


def check_parameters(schema: object) -> dict[str, Any]:
    """A tool's arguments are an object. Raises BadSchema."""
    checked = check_schema(schema)
    if checked.get("type") != "object":
        raise BadSchema('Arguments are an object: the schema\'s type must be "object".')
    return checked


def fault_of(schema: Json, value: object) -> str:
    """What is wrong with the value, as a sentence without the value; "" when nothing is."""
    error = next(iter(_validator(json.dumps(schema, sort_keys=True)).iter_errors(value)), None)
    if error is None:
        return ""
    place = ".".join(map(str, error.absolute_path)) or "the value"
    wanted = json.dumps(error.validator_value, default=str)[:200]
    return f"{place[:120]} breaks the rule {error.validator!s}: {wanted}"


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    """By the schema itself: the same for whoever has it."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(json.loads(schema), registry=Registry())


def _references(value: object, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise BadSchema(f"The schema is nested deeper than {DEEPEST} levels.")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("$ref", "$dynamicRef") and isinstance(inner, str):
                yield inner
            yield from _references(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner, depth + 1)
