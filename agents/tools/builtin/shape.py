"""What all built-in tools have in common."""

from typing import Any, ClassVar

from agents.tools.port import Json, Kind, Policy


class BuiltIn:
    """Name, description, parameters and policy of a subclass are its own; it adds `run`."""

    name: ClassVar[str]
    kind: ClassVar[Kind] = "builtin"
    description: ClassVar[str]
    parameters: ClassVar[Json]
    result_schema: ClassVar[Json | None] = None
    policy: ClassVar[Policy]


def an_object(required: tuple[str, ...], **properties: Json) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def a_text(description: str, *, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, "description": description, **more}
