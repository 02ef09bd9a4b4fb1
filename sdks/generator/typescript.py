"""Prints the TypeScript SDK's generated file: the shapes as they are sent, and a class for each resource."""

import re
import textwrap
from collections.abc import Iterable

from sdks.generator.names import FILLED, camel, pascal
from sdks.generator.spec import Field, Operation, Shape, Spec, Type

_HEAD = """\
// One method for each operation of the API, grouped by what it is about, and the shapes that they take and give.
// Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.

import { newId, type Call, type CallOptions, type FileInput } from "./calls.js";
import { Pages } from "./pages.js";
import type { Transport } from "./transport.js";
"""
_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "datetime": "string",
    "date": "string",
    "file": "FileInput",
    "any": "unknown",
    "map": "Record<string, unknown>",
}


def print_client(spec: Spec) -> str:
    shapes = {shape.name: shape for shape in [*spec.results(), *spec.requests()]}
    parts = [_HEAD, *(_print_shape(shape) for _, shape in sorted(shapes.items()))]
    parts += [_print_resource(name, operations) for name, operations in spec.resources().items()]
    return "\n".join([*parts, _print_root(spec)])


def _print_shape(shape: Shape) -> str:
    if shape.choices:
        return f"export type {shape.name} = {_words(shape.choices)};\n"
    fields = [f"{_doc(each.description)}{_key(each)}: {_print_type(each.type)};" for each in shape.fields]
    return f"{_doc(shape.description)}{_block(f'export interface {shape.name}', fields)}\n"


def _print_resource(name: str, operations: list[Operation]) -> str:
    methods = [_print_method(each) for each in operations]
    return (
        _block(f"export class {_class(name)}", ["constructor(protected readonly transport: Transport) {}", *methods])
        + "\n"
    )


def _class(resource: str) -> str:
    """With a word that no shape ends with: an interface and a class of one name would become one type."""
    return f"{pascal(resource)}Resource"


def _print_root(spec: Spec) -> str:
    names = list(spec.resources())
    fields = [f"readonly {camel(name)}: {_class(name)};" for name in names]
    made = [f"this.{camel(name)} = new {_class(name)}(transport);" for name in names]
    return _block("export class Api", [*fields, _block("constructor(transport: Transport)", made)]) + "\n"


def _print_method(operation: Operation) -> str:
    result = _print_type(operation.page_of or operation.result) if operation.page_of or operation.result else "void"
    signature = f"{camel(operation.method)}({_signature(operation)})"
    call = _print_call(operation)
    if operation.page_of:
        body = f"return new Pages<{result}>(this.transport, {call}, options);"
        return _doc(_told(operation)) + _block(f"{signature}: Pages<{result}>", [body])
    way = "fetchBytes" if operation.is_file else f"fetch<{result}>" if operation.result else "send"
    result = "Uint8Array" if operation.is_file else result
    body = f"return this.transport.{way}({call}, options);"
    return _doc(_told(operation)) + _block(f"{signature}: Promise<{result}>", [body])


def _signature(operation: Operation) -> str:
    parts = [f"{camel(each.name)}: {_print_type(each.type)}" for each in operation.path_fields]
    if operation.body and operation.body.items:
        parts.append(f"{_noun(operation)}: readonly {_item(operation.body.items)}[]")
    fields = _named(operation)
    if fields:
        shape = "{ " + "; ".join(f"{_key(each)}: {_print_type(each.type)}" for each in fields) + " }"
        parts.append(f"given: {shape}" + ("" if any(each.is_required for each in fields) else " = {}"))
    return ", ".join([*parts, "options: CallOptions = {}"])


def _named(operation: Operation) -> list[Field]:
    return [*operation.query, *(operation.body.shape.fields if operation.body and operation.body.shape else ())]


def _print_call(operation: Operation) -> str:
    parts = [f'method: "{operation.http}"', f"path: {_path(operation)}"]
    if operation.query:
        chosen = ", ".join(f"{_quoted(each.name)}: given{_member(each.name)}" for each in operation.query)
        parts.append(f"query: {{ {chosen} }}")
    if operation.body and operation.body.items:
        parts.append(f"items: {_noun(operation)}")
    if operation.body and operation.body.shape:
        parts.append(f"body: {_print_body(operation.query, operation.body.shape.fields)}")
    if operation.body and operation.body.media_type != "application/json":
        parts.append(f'mediaType: "{operation.body.media_type}"')
    if operation.takes_key:
        parts.append("takesKey: true")
    if _is_repeatable(operation):
        parts.append("isRepeatable: true")
    return f"{{ {', '.join(parts)} }} satisfies Call"


def _is_repeatable(operation: Operation) -> bool:
    shape = operation.body.shape if operation.body else None
    return operation.is_repeatable or bool(shape and FILLED & {each.name for each in shape.fields})


def _print_body(query: Iterable[Field], fields: Iterable[Field]) -> str:
    if any(query):
        return f"{{ {', '.join(f'{_quoted(each.name)}: given{_member(each.name)}' for each in fields)} }}"
    filled = [f"{each.name}: given.{each.name} ?? newId()" for each in fields if each.name in FILLED]
    return f"{{ {', '.join(['...given', *filled])} }}" if filled else "given"


def _path(operation: Operation) -> str:
    def fill(match: re.Match[str]) -> str:
        return f"${{encodeURIComponent({camel(match[1])})}}"

    return f"`{re.sub(r'{(.*?)}', fill, operation.path)}`" if operation.path_fields else f'"{operation.path}"'


def _noun(operation: Operation) -> str:
    return camel(operation.path.rpartition("/")[2].replace("-", "_"))


def _key(each: Field) -> str:
    return _quoted(each.name) + ("" if each.is_required else "?")


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def _member(name: str) -> str:
    return f".{name}" if name.isidentifier() else f'["{name}"]'


def _print_type(type_: Type | None) -> str:
    assert type_ is not None
    if type_.kind == "ref":
        text = type_.name
    elif type_.kind == "choice":
        text = _words(type_.choices)
    elif type_.kind == "list":
        assert type_.item is not None
        text = f"{_item(type_.item)}[]"
    else:
        text = _PLAIN[type_.kind]
    return f"{text} | null" if type_.is_nullable else text


def _item(type_: Type) -> str:
    text = _print_type(type_)
    return f"({text})" if "|" in text else text


def _words(choices: Iterable[str]) -> str:
    return " | ".join(f'"{each}"' for each in choices)


def _told(operation: Operation) -> str:
    told = [f"{each.name}: {each.description}" for each in _named(operation) if each.description]
    return "\n".join([operation.description, *told])


def _doc(text: str) -> str:
    safe = text.replace("*/", "* /")
    lines = [part for line in safe.split("\n") for part in textwrap.wrap(line, 110)]
    if len(lines) < 2:
        return f"/** {lines[0]} */\n" if lines else ""
    return "/**\n" + "\n".join(f" * {line}" for line in lines) + "\n */\n"


def _block(head: str, lines: list[str]) -> str:
    return head + " {\n" + textwrap.indent("\n".join(lines), "  ") + "\n}"
