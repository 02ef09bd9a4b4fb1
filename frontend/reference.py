"""The API's reference as a page: what docs/openapi.yaml says, in an order that people read. It adds nothing to that
file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from rapport.config import ROOT

FILE = ROOT / "docs" / "openapi.yaml"
_DEEPEST = 3  # fields within fields that are shown
_METHODS = ("get", "post", "put", "patch", "delete")
_WHO = {
    "apiKey": "a secret key",
    "visitorToken": "a visitor",
    "memberSession": "a signed-in member",
    "writeKey": "a secret key as the user name",
}
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """`depth`: how far it is nested; `name` with [] is an item of a list."""

    name: str
    kind: str
    text: str
    is_required: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `example` is a command that can be pasted."""

    id: str
    method: str
    path: str
    text: str
    who: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    operations: tuple[Operation, ...]


def read_reference() -> tuple[Group, ...]:
    """Every call, by kind of object, in the file's order. Read again when the file changes."""
    return _read(FILE, FILE.stat().st_mtime)


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: float) -> tuple[Group, ...]:
    document = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return _Reader(document).groups()


@dataclass(frozen=True, slots=True)
class _Reader:
    document: Schema

    def groups(self) -> tuple[Group, ...]:
        found: dict[str, list[Operation]] = {}
        for path, methods in self.document["paths"].items():
            for method in _METHODS:
                if method in methods:
                    stated = methods[method]
                    found.setdefault(stated.get("tags", ["other"])[0], []).append(self._operation(path, method, stated))
        return tuple(Group(name, tuple(each)) for name, each in sorted(found.items()))

    def _operation(self, path: str, method: str, stated: Schema) -> Operation:
        body = self._body_schema(stated)
        return Operation(
            id=stated["operationId"],
            method=method.upper(),
            path=path,
            text=stated.get("description", ""),
            who=_who(stated),
            parameters=tuple(self._parameter(each) for each in stated.get("parameters", ())),
            body=tuple(self._fields(body, 0)) if body else (),
            answers=tuple(self._answer(str(status), each) for status, each in stated["responses"].items()),
            example=self._example(path, method, stated, body),
        )

    def _parameter(self, each: Schema) -> Field:
        schema = self._resolved(each["schema"])
        where = {"path": "in the address", "header": "header"}.get(each["in"], "")
        kind = " · ".join(part for part in (self._kind(schema), where) if part)
        text = _with_default(each.get("description", ""), schema)
        return Field(each["name"], kind, text, each.get("required", False))

    def _answer(self, status: str, stated: Schema) -> Answer:
        contents: dict[str, Any] = stated.get("content", {})
        schema: Schema = next((each.get("schema", {}) for each in contents.values()), {})
        is_error = status >= "400"
        fields = () if is_error else tuple(self._fields(self._resolved(schema), 0))
        return Answer(status, stated.get("description", ""), fields)

    def _body_schema(self, stated: Schema) -> Schema | None:
        contents: dict[str, Any] = stated.get("requestBody", {}).get("content", {})
        schema = next((each.get("schema") for each in contents.values()), None)
        return self._resolved(schema) if schema else None

    def _fields(self, schema: Schema, depth: int) -> Iterator[Field]:
        schema = self._item(schema)
        required = schema.get("required", ())
        for name, stated in schema.get("properties", {}).items():
            inner = self._resolved(stated)
            mark = "[]" if inner.get("type") == "array" else ""
            text = _with_default(stated.get("description") or inner.get("description", ""), inner)
            yield Field(f"{name}{mark}", self._kind(inner), text, name in required, depth)
            if depth + 1 < _DEEPEST:
                yield from self._fields(inner, depth + 1)

    def _item(self, schema: Schema) -> Schema:
        """What a list holds; anything else is itself."""
        resolved = self._resolved(schema)
        return self._item(resolved["items"]) if resolved.get("type") == "array" else resolved

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return self._resolved(self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for key in ("allOf", "oneOf", "anyOf"):
            chosen = [each for each in schema.get(key, ()) if each.get("type") != "null"]
            if chosen:
                return {**self._resolved(chosen[0]), **{k: v for k, v in schema.items() if k != key}}
        return schema

    def _kind(self, schema: Schema) -> str:
        kind = schema.get("type", "any")
        kinds = [each for each in ([kind] if isinstance(kind, str) else kind) if each != "null"]
        name = kinds[0] if kinds else "any"
        if name == "array":
            return f"list of {self._kind(self._resolved(schema.get('items', {})))}"
        if "enum" in schema:
            return " | ".join(str(each) for each in schema["enum"] if each not in (None, ""))
        return {"date-time": "time", "date": "date", "binary": "file", "email": "e-mail"}.get(
            str(schema.get("format", "")), name
        )

    def _example(self, path: str, method: str, stated: Schema, body: Schema | None) -> str:
        lines = [f'curl{"" if method == "get" else f" -X {method.upper()}"} "$RAPPORT_URL{path}"']
        if {"apiKey": []} in stated.get("security", ()):
            lines.append('-H "Authorization: Bearer $RAPPORT_KEY"')
        kind = next(iter(stated.get("requestBody", {}).get("content", {})), "")
        if body is not None and kind.endswith("json"):
            lines += [f'-H "Content-Type: {kind}"', f"-d '{json.dumps(self._sample(body, 0), ensure_ascii=False)}'"]
        return " \\\n  ".join(lines)

    def _sample(self, schema: Schema, depth: int) -> object:
        """A value of the shape: what must be given, else the first field."""
        schema = self._resolved(schema)
        if "example" in schema or "default" in schema:
            return schema.get("example", schema.get("default"))
        if schema.get("type") == "array":
            return [self._sample(schema["items"], depth + 1)]
        properties = schema.get("properties", {})
        if properties:
            names = [name for name in properties if name in schema.get("required", ())] or list(properties)[:1]
            return {name: self._sample(properties[name], depth + 1) for name in names} if depth < _DEEPEST else {}
        if schema.get("enum"):
            return schema["enum"][0]
        return {"integer": 1, "number": 1.0, "boolean": True, "object": {}}.get(str(schema.get("type")), "…")


def _who(stated: Schema) -> str:
    names = [_WHO.get(name, name) for each in stated.get("security", ()) for name in each]
    return ", ".join(names) or "anyone"


def _with_default(text: str, schema: Schema) -> str:
    default = schema.get("default")
    return f"{text} {default} without it.".strip() if default not in (None, "", []) else text
