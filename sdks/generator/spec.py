"""The OpenAPI document as the printers need it: shapes, and one operation for each method of a client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from sdks.generator.names import REPEATABLE, check_unique, is_generated, name_operation

Json = Mapping[str, Any]
Kind = Literal[
    "string", "integer", "number", "boolean", "datetime", "date", "file", "any", "map", "list", "ref", "choice"
]
_FORMATS: dict[str, Kind] = {"date-time": "datetime", "date": "date", "binary": "file"}
_PLAIN: dict[str, Kind] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


class Unknown(SystemExit):
    """Something in the document that this generator does not know; the message names it."""


@dataclass(frozen=True, slots=True)
class Type:
    kind: Kind
    is_nullable: bool = False
    name: str = ""  # of a ref
    item: "Type | None" = None  # of a list
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # as it is sent
    type: Type
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A named object, or a named set of words (`choices`)."""

    name: str
    fields: tuple[Field, ...]
    choices: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Body:
    """Fields of `shape`, which become a call's arguments; or a list of `items`."""

    media_type: str
    shape: Shape | None
    items: Type | None


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    resource: str
    method: str
    http: str
    path: str
    path_fields: tuple[Field, ...]
    query: tuple[Field, ...]
    body: Body | None
    result: Type | None  # None: nothing, or bytes
    is_file: bool
    page_of: Type | None
    description: str
    takes_key: bool  # an Idempotency-Key

    @property
    def is_repeatable(self) -> bool:
        """Sent twice it does what it does once."""
        return self.takes_key or self.http in {"GET", "PUT", "DELETE"} or self.id in REPEATABLE


@dataclass(frozen=True, slots=True)
class Spec:
    shapes: Mapping[str, Shape]
    operations: tuple[Operation, ...]

    @classmethod
    def read(cls, document: Json) -> Self:
        """Raises Unknown, NameClash."""
        shapes = {name: _shape(name, schema) for name, schema in document["components"]["schemas"].items()}
        operations = tuple(_operations(document, shapes))
        check_unique((each.resource, each.method) for each in operations)
        return cls(shapes, operations)

    def resources(self) -> dict[str, list[Operation]]:
        """Operations by resource, both in alphabetical order."""
        found: dict[str, list[Operation]] = {}
        for each in sorted(self.operations, key=lambda operation: (operation.resource, operation.method)):
            found.setdefault(each.resource, []).append(each)
        return found

    def results(self) -> list[Shape]:
        """Every shape that answers bring, without pages."""
        types = [each.page_of or each.result for each in self.operations]
        return self._reachable([each for each in types if each])

    def requests(self) -> list[Shape]:
        """Every shape that is an argument or within one."""
        types = [each.body.items for each in self.operations if each.body and each.body.items]
        for operation in self.operations:
            types += [field.type for field in operation.query]
            if operation.body and operation.body.shape:
                types += [field.type for field in operation.body.shape.fields]
        return self._reachable(types)

    def _reachable(self, types: list[Type]) -> list[Shape]:
        names: set[str] = set()
        waiting = list(types)
        while waiting:
            each = waiting.pop()
            if each.item:
                waiting.append(each.item)
            elif each.kind == "ref" and each.name not in names:
                names.add(each.name)
                waiting += [field.type for field in self.shapes[each.name].fields]
        return [self.shapes[name] for name in sorted(names)]


def _shape(name: str, schema: Json) -> Shape:
    required = schema.get("required", ())
    fields = tuple(
        Field(key, _type(each), key in required, _one_line(each.get("description", "")))
        for key, each in schema.get("properties", {}).items()
    )
    return Shape(name, fields, tuple(schema.get("enum", ())), _one_line(schema.get("description", "")))


def _type(schema: Json) -> Type:
    if "$ref" in schema:
        return Type("ref", name=schema["$ref"].rpartition("/")[2])
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return _type(schema["allOf"][0])
    if arms := schema.get("oneOf") or schema.get("anyOf"):
        return _union(arms)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    is_nullable = "null" in kinds
    kinds = [kind for kind in kinds if kind != "null"]
    if "enum" in schema and kinds in ([], ["string"]):
        words = tuple(word for word in schema["enum"] if word is not None)
        return Type("choice", is_nullable or None in schema["enum"], choices=words)
    return _of_kind(kinds[0], schema, is_nullable) if len(kinds) == 1 else Type("any")


def _of_kind(kind: str, schema: Json, is_nullable: bool) -> Type:
    if kind == "array":
        return Type("list", is_nullable, item=_type(schema.get("items", {})))
    if kind == "object":
        return Type("map", is_nullable)
    if kind not in _PLAIN:
        raise Unknown(f"sdks/generator/spec.py does not know the type {kind!r}. Teach it.")
    return Type(_FORMATS.get(schema.get("format", ""), _PLAIN[kind]), is_nullable)


def _union(arms: list[Json]) -> Type:
    """Of something and null; everything else may be anything."""
    named = [arm for arm in arms if arm.get("type") != "null" and arm.get("enum") != [None]]
    if len(named) != 1:
        return Type("any")
    only = _type(named[0])
    return Type(only.kind, len(named) < len(arms) or only.is_nullable, only.name, only.item, only.choices)


def _operations(document: Json, shapes: Mapping[str, Shape]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for http, operation in methods.items():
            if is_generated(operation["operationId"], path):
                yield _operation(path, http.upper(), operation, shapes)


def _operation(path: str, http: str, operation: Json, shapes: Mapping[str, Shape]) -> Operation:
    resource, method = name_operation(operation["operationId"], path)
    result, is_file = _result(operation)
    return Operation(
        id=operation["operationId"],
        resource=resource,
        method=method,
        http=http,
        path=path,
        path_fields=_in_order_of(path, _parameters(operation, "path")),
        query=tuple(sorted(_parameters(operation, "query"), key=lambda field: not field.is_required)),
        body=_body(operation, shapes),
        result=result,
        is_file=is_file,
        page_of=_page_item(result, shapes),
        description=_one_line(operation.get("description", "")),
        takes_key=any(each.name == "Idempotency-Key" for each in _parameters(operation, "header")),
    )


def _parameters(operation: Json, place: str) -> list[Field]:
    return [
        Field(each["name"], _type(each["schema"]), each.get("required", False), _one_line(each.get("description", "")))
        for each in operation.get("parameters", ())
        if each["in"] == place
    ]


def _in_order_of(path: str, fields: list[Field]) -> tuple[Field, ...]:
    return tuple(sorted(fields, key=lambda field: path.index(f"{{{field.name}}}")))


def _body(operation: Json, shapes: Mapping[str, Shape]) -> Body | None:
    """A list where the call takes one, else JSON."""
    contents: Json = operation.get("requestBody", {}).get("content", {})
    for media_type, content in contents.items():
        if content["schema"].get("type") == "array":
            return Body(media_type, None, _type(content["schema"]["items"]))
    for media_type, content in contents.items():
        if media_type.endswith("json"):
            return Body(media_type, shapes[_type(content["schema"]).name], None)
    if contents:
        raise Unknown(f"sdks/generator/spec.py does not know the body of {operation['operationId']}. Teach it.")
    return None


def _result(operation: Json) -> tuple[Type | None, bool]:
    """The type of the first good answer with a content, and whether that is a file."""
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            if status.startswith("2"):
                is_json = media_type.endswith("json")
                return (_type(content["schema"]), False) if is_json else (None, True)
    return None, False


def _page_item(result: Type | None, shapes: Mapping[str, Shape]) -> Type | None:
    """What a page holds; None for what is no page."""
    shape = shapes.get(result.name) if result else None
    fields = {field.name: field.type for field in shape.fields} if shape else {}
    return fields["data"].item if {"data", "has_more", "next_cursor"} <= fields.keys() else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
