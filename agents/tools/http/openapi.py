"""Reading an OpenAPI description (3.0 or 3.1, JSON or YAML): each operation becomes a tool that can be chosen, or a
sentence that says why it cannot.

The file is of the outside: it is bounded, and a reference leads into the same file or makes its operation unusable.
Nothing is fetched.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from agents.errors import InvalidTool
from agents.tools.http.calling import METHODS, Place
from agents.tools.schemas import BadSchema, check_parameters, check_schema

MOST_BYTES = 2_000_000
MOST_OPERATIONS = 500
DEEPEST = 20
MOST_NODES = 4000  # of one operation's schemas with what they refer to written out
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_METHODS = tuple(each.lower() for each in METHODS)


@dataclass(frozen=True, slots=True)
class Operation:
    """`key`: "GET /orders/{id}". `problem`: why it cannot be imported, "" when it can."""

    key: str
    name: str
    description: str
    problem: str = ""
    definition: dict[str, Any] = field(default_factory=dict)

    @property
    def is_reading(self) -> bool:
        return self.key.startswith("GET ")


@dataclass(frozen=True, slots=True)
class Description:
    title: str
    base_url: str
    operations: tuple[Operation, ...]


class _Problem(Exception):
    """Why an operation cannot be imported."""


def read_description(content: bytes, *, base_url: str = "") -> Description:
    """`base_url`: in place of the file's own server. Raises InvalidTool for what is no such file."""
    document = _load(content)
    version = str(document.get("openapi", ""))
    if not re.fullmatch(r"3\.[01](\.\d+)?", version):
        raise InvalidTool("This is no OpenAPI 3.0 or 3.1: the file begins with openapi: 3.…", param="file")
    paths = document.get("paths")
    if not isinstance(paths, Mapping) or not paths:
        raise InvalidTool("The file describes no paths, so there is nothing to import.", param="file")
    info = document.get("info")
    title = str(info.get("title", "")) if isinstance(info, Mapping) else ""
    operations = tuple(_Reader(document, is_30=version.startswith("3.0")).operations(paths))
    if len(operations) > MOST_OPERATIONS:
        raise InvalidTool(f"The file has more than {MOST_OPERATIONS} operations. Cut it down first.", param="file")
    return Description(title[:80], base_url or _server(document), _with_names_of_their_own(operations))


def _load(content: bytes) -> Mapping[str, Any]:
    if len(content) > MOST_BYTES:
        raise InvalidTool(f"The file is larger than {MOST_BYTES // 1_000_000} MB.", param="file")
    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        at = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise InvalidTool(f"This is no YAML that can be read{at}: {error.problem}.", param="file") from error
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise InvalidTool("This is neither JSON nor YAML that can be read.", param="file") from error
    if not isinstance(document, Mapping):
        raise InvalidTool("This is no OpenAPI file: it is no object.", param="file")
    return document


class _Loader(yaml.SafeLoader):
    """Without aliases: a small file could stand for a huge one. Dates stay texts, as in JSON."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not taken", problem_mark=self.get_mark())
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _server(document: Mapping[str, Any]) -> str:
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    url = str(first.get("url", "")) if isinstance(first, Mapping) else ""
    return url if re.match(r"https?://", url) and "{" not in url else ""


def _with_names_of_their_own(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    taken: dict[str, int] = {}
    named = []
    for each in operations:
        taken[each.name] = number = taken.get(each.name, 0) + 1
        name = each.name if number == 1 else f"{each.name[:56]}_{number}"
        named.append(Operation(each.key, name, each.description, each.problem, each.definition))
    return tuple(named)


@dataclass(slots=True)
class _Reader:
    document: Mapping[str, Any]
    is_30: bool
    nodes: int = 0

    def operations(self, paths: Mapping[str, Any]) -> Iterator[Operation]:
        for path, item in paths.items():
            if not isinstance(item, Mapping):
                yield Operation(str(path), _name_of(str(path)), "", "What stands under this path is no object.")
                continue
            for method in _METHODS:
                if method in item:
                    yield self._operation(str(path), method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        raw, key = item[method], f"{method.upper()} {path}"
        raw = raw if isinstance(raw, Mapping) else {}
        name = _name_of(str(raw.get("operationId") or f"{method} {path}"))
        said = [str(raw[each]).strip() for each in ("summary", "description") if raw.get(each)]
        description = " ".join(" ".join(dict.fromkeys(said)).split())[:1000] or key
        try:
            self.nodes = 0
            definition = self._definition(path, method, raw, item)
        except _Problem as problem:
            return Operation(key, name, description, str(problem))
        except BadSchema as problem:
            return Operation(key, name, description, str(problem))
        return Operation(key, name, description, "", definition)

    def _definition(self, path: str, method: str, raw: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
        if not path.startswith("/"):
            raise _Problem("Its path does not begin with /.")
        properties: dict[str, Any] = {}
        required: list[str] = []
        places: dict[str, Place] = {}
        for each in self._parameters(raw, item):
            name, where = str(each.get("name", "")), each.get("in")
            if where in ("header", "cookie"):
                if each.get("required"):
                    raise _Problem(f"It needs the {where} {name[:60]}, which a model cannot fill in. Set it by hand.")
                continue
            if where not in ("path", "query") or not name:
                raise _Problem("One of its parameters has no name, or no place in path or query.")
            schema = self._schema(each.get("schema", {"type": "string"}))
            properties[name] = {**schema, **_described(each)}
            places[name] = "path" if where == "path" else "query"
            required += [name] if each.get("required") or where == "path" else []
        self._check_path(path, places)
        self._add_body(raw, properties, required, places)
        parameters = {
            "type": "object",
            "properties": properties,
            "required": sorted(set(required)),
            "additionalProperties": False,
        }
        result = self._result(raw)
        return {
            "method": method.upper(),
            "path": path,
            "parameters": check_parameters(parameters),
            "places": places,
            **({"result": check_schema(result)} if result else {}),
        }

    def _parameters(self, raw: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """An operation's own stand before those of its path."""
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for each in (*_list(item.get("parameters")), *_list(raw.get("parameters"))):
            one = self._resolved(each)
            found[str(one.get("name")), str(one.get("in"))] = one
        yield from found.values()

    def _check_path(self, path: str, places: Mapping[str, Place]) -> None:
        wanted = set(re.findall(r"\{([^{}]*)\}", path))
        if wanted != {name for name, place in places.items() if place == "path"}:
            raise _Problem("The parameters in its path and those that it describes are not the same.")

    def _add_body(
        self, raw: Mapping[str, Any], properties: dict[str, Any], required: list[str], places: dict[str, Place]
    ) -> None:
        if "requestBody" not in raw:
            return
        body = self._resolved(raw["requestBody"])
        content = body.get("content")
        media = _json_of(content) if isinstance(content, Mapping) else None
        if media is None:
            if body.get("required"):
                raise _Problem("Its body is no JSON: only application/json can be sent.")
            return
        schema = self._schema(media.get("schema", {}))
        if schema.get("type") != "object" or "properties" not in schema:
            properties["body"], places["body"] = schema, "whole_body"
            required += ["body"] if body.get("required") else []
            return
        clash = sorted(set(schema["properties"]) & set(properties))
        if clash:
            raise _Problem(f"{clash[0][:60]} stands in its address and in its body. Fill the tool in by hand.")
        properties.update(schema["properties"])
        places.update(dict.fromkeys(schema["properties"], "body"))
        required += [str(each) for each in _list(schema.get("required"))] if body.get("required") else []

    def _result(self, raw: Mapping[str, Any]) -> dict[str, Any] | None:
        """Of the first answer that is a success and JSON."""
        responses = raw.get("responses")
        for status, each in responses.items() if isinstance(responses, Mapping) else ():
            if str(status).startswith("2"):
                content = self._resolved(each).get("content")
                media = _json_of(content) if isinstance(content, Mapping) else None
                return self._schema(media["schema"]) if media and "schema" in media else None
        return None

    def _schema(self, raw: object, depth: int = 0, seen: tuple[str, ...] = ()) -> dict[str, Any]:
        """With what it refers to in its place, in the words of JSON Schema 2020-12."""
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            raise _Problem("Its schemas are nested too deep, or too large.")
        if raw is True or raw is None:
            return {}
        if not isinstance(raw, Mapping):
            raise _Problem("One of its schemas is no object.")
        if "$ref" in raw:
            reference = str(raw["$ref"])
            if reference in seen:
                return {}  # it holds itself: what is inside is not checked
            return self._schema(self._find(reference), depth + 1, (*seen, reference))
        schema = {name: self._part(name, value, depth, seen) for name, value in raw.items() if name not in _LEFT_OUT}
        return _of_30(schema) if self.is_30 else schema

    def _part(self, name: str, value: Any, depth: int, seen: tuple[str, ...]) -> Any:
        if name in ("properties", "patternProperties", "dependentSchemas") and isinstance(value, Mapping):
            return {str(each): self._schema(inner, depth + 1, seen) for each, inner in value.items()}
        if name in ("allOf", "anyOf", "oneOf", "prefixItems") and isinstance(value, list):
            return [self._schema(inner, depth + 1, seen) for inner in value]
        if name in ("items", "additionalProperties", "not", "contains", "propertyNames") and isinstance(value, Mapping):
            return self._schema(value, depth + 1, seen)
        return value

    def _resolved(self, raw: object) -> Mapping[str, Any]:
        for _ in range(DEEPEST):
            if not isinstance(raw, Mapping):
                break
            if "$ref" not in raw:
                return raw
            raw = self._find(str(raw["$ref"]))
        raise _Problem("A reference in it leads nowhere.")

    def _find(self, reference: str) -> object:
        """JSON Pointer (RFC 6901) within the file."""
        if not reference.startswith("#/"):
            raise _Problem(f"It refers to {reference[:80]}, which is not in this file. Put everything into one file.")
        found: object = self.document
        for raw in reference[2:].split("/"):
            step = raw.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or step not in found:
                raise _Problem(f"It refers to {reference[:80]}, which is not there.")
            found = found[step]
        return found


_LEFT_OUT = frozenset({"discriminator", "xml", "externalDocs", "example", "examples", "deprecated", "$schema", "$id"})


def _of_30(schema: dict[str, Any]) -> dict[str, Any]:
    """3.0 has `nullable` and bounds that are marked as exclusive; 2020-12 says both in another way."""
    if schema.pop("nullable", False):
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            is_exclusive = schema.pop(exclusive)
            if is_exclusive and bound in schema:
                schema[exclusive] = schema.pop(bound)
    return schema


def _described(parameter: Mapping[str, Any]) -> dict[str, str]:
    text = parameter.get("description")
    return {"description": " ".join(str(text).split())[:500]} if text else {}


def _json_of(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for kind, media in content.items():
        plain = str(kind).partition(";")[0].strip().lower()
        if (plain == "application/json" or plain.endswith("+json")) and isinstance(media, Mapping):
            return media
    return None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _name_of(text: str) -> str:
    """A name for a tool: "getOrder by id" → "get_order_by_id"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return _NOT_A_NAME.sub("_", spaced.lower()).strip("_")[:60] or "operation"
