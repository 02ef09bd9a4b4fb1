"""JSON into the models' dataclasses. Fields that a model does not know are ignored: the API only grows."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast

from rapport_sdk.errors import UnexpectedAnswerError

T = TypeVar("T")


def decode(kind: type[T], value: object) -> T:
    """Raises UnexpectedAnswerError."""
    try:
        return cast(T, _decode(kind, value))
    except (TypeError, ValueError, AttributeError) as error:
        raise UnexpectedAnswerError(f"This is no {kind}: {error}") from error


def _decode(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        return _decode(next(arm for arm in typing.get_args(kind) if arm is not type(None)), value)
    if origin is list:
        return [_decode(typing.get_args(kind)[0], each) for each in value]
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    return _build(kind, value) if dataclasses.is_dataclass(kind) else value


def _build(kind: Any, value: Mapping[str, Any]) -> Any:
    """Raises UnexpectedAnswerError when something is missing that always comes."""
    arguments = {}
    for name, sent, field_kind, is_required in _fields(kind):
        if sent in value:
            arguments[name] = _decode(field_kind, value[sent])
        elif is_required:
            raise UnexpectedAnswerError(f"{kind.__name__} came without {sent}. Is the server older than this package?")
    return kind(**arguments)


@cache
def _fields(kind: Any) -> list[tuple[str, str, Any, bool]]:
    """Of each field: its name, its name as it is sent, its type, whether it always comes."""
    hints = typing.get_type_hints(kind)
    return [
        (each.name, each.metadata.get("name", each.name), hints[each.name], each.default is dataclasses.MISSING)
        for each in dataclasses.fields(kind)
    ]
