"""Prints the Python SDK's generated files: `models.py` (what is sent and what comes back) and `_resources.py`."""

import keyword
import subprocess
import sys
import textwrap
from collections.abc import Set
from pathlib import Path

from sdks.generator.names import FILLED, pascal, snake
from sdks.generator.spec import Field, Operation, Shape, Spec, Type

ROOT = Path(__file__).resolve().parents[2]  # where ruff finds its settings
_HEAD = '"""{}\n\nMade from docs/openapi.yaml by `make sdks`; changes by hand are lost.\n"""\n\n'
_PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "datetime": "datetime",
    "date": "date",
    "file": "FileInput",
    "any": "Any",
    "map": "dict[str, Any]",
}
_MODEL_IMPORTS = (
    "from __future__ import annotations\n\nfrom dataclasses import dataclass, field\n"
    "from datetime import date, datetime\nfrom collections.abc import Mapping, Sequence\n"
    "from typing import Any, Literal, NotRequired, Required, TypedDict\n\n"
)
_RESOURCE_IMPORTS = (
    "from __future__ import annotations\n\nimport builtins\nfrom datetime import date, datetime\n"
    "from collections.abc import Mapping, Sequence\nfrom typing import Any, Literal\n\nfrom rapport_sdk import models\n"
    "from rapport_sdk._calls import OMIT, Call, FileInput, Omit, given, new_id\n"
    "from rapport_sdk._pages import AsyncPages, Pages\n"
    "from rapport_sdk._transport import AsyncResource, AsyncTransport, Resource, Transport\n\n"
)


def print_models(spec: Spec) -> str:
    """Results are frozen dataclasses; what is sent is a TypedDict, named …Param where a result has its name."""
    results, requests = spec.results(), spec.requests()
    words = {shape.name: shape for shape in [*results, *requests] if shape.choices}
    lines = [_HEAD.format("What the API takes and gives."), _MODEL_IMPORTS]
    lines += [_print_choices(each) for _, each in sorted(words.items())]
    lines += [_print_result(each) for each in results if not each.choices]
    taken = _taken(results)
    lines += [_print_request(each, taken) for each in requests if not each.choices]
    return _format("\n".join(lines))


def _taken(results: list[Shape]) -> Set[str]:
    """Names that results have."""
    return {each.name for each in results if not each.choices}


def _print_choices(shape: Shape) -> str:
    return f"{shape.name} = Literal[{', '.join(map(repr, shape.choices))}]\n"


def _print_result(shape: Shape) -> str:
    fields = sorted(shape.fields, key=lambda each: not each.is_required)
    body = [_print_result_field(each) for each in fields] or ["pass"]
    doc = [_doc(shape.description)] if shape.description else []
    return "@dataclass(frozen=True, slots=True, kw_only=True)\n" + _block(f"class {shape.name}:", [*doc, *body])


def _print_result_field(each: Field) -> str:
    name = _argument(each)
    type_ = _print_type(each.type, lists="list")
    metadata = f'metadata={{"name": {each.name!r}}}' if name != each.name else ""
    if not each.is_required:
        type_ = type_ if each.type.is_nullable else f"{type_} | None"
        line = f"{name}: {type_} = " + (f"field(default=None, {metadata})" if metadata else "None")
    else:
        line = f"{name}: {type_}" + (f" = field({metadata})" if metadata else "")
    return line + (f"\n{_doc(each.description)}" if each.description else "")


def _print_request(shape: Shape, taken: Set[str]) -> str:
    lines = [_doc(shape.description)] if shape.description else []
    for each in shape.fields:
        wrapper = "Required" if each.is_required else "NotRequired"
        lines.append(f"{each.name}: {wrapper}[{_print_type(each.type, lists='Sequence', taken=taken)}]")
        lines += [_doc(each.description)] if each.description else []
    return _block(f"class {_request_name(shape.name, taken)}(TypedDict):", lines or ["pass"])


def _request_name(name: str, taken: Set[str]) -> str:
    return f"{name}Param" if name in taken else name


def print_resources(spec: Spec) -> str:
    """One class for each resource, twice: it waits, or it is awaited."""
    taken = _taken(spec.results())
    parts = [_HEAD.format("One method for each operation of the API, grouped by what it is about."), _RESOURCE_IMPORTS]
    for is_async in (False, True):
        parts += [_print_resource(name, each, taken, is_async) for name, each in spec.resources().items()]
        parts.append(_print_root(spec, is_async))
    return _format("\n\n".join(parts))


def _print_resource(name: str, operations: list[Operation], taken: Set[str], is_async: bool) -> str:
    base = "AsyncResource" if is_async else "Resource"
    return _block(
        f"class {'Async' if is_async else ''}{pascal(name)}({base}):",
        [_print_method(each, taken, is_async) for each in operations],
    )


def _print_root(spec: Spec, is_async: bool) -> str:
    prefix = "Async" if is_async else ""
    lines = [f"self.{name} = {prefix}{pascal(name)}(transport)" for name in spec.resources()]
    init = _block(f"def __init__(self, transport: {prefix}Transport) -> None:", lines)
    return _block(f"class {prefix}Api:", ['"""Every resource."""', init])


def _print_method(operation: Operation, taken: Set[str], is_async: bool) -> str:
    is_awaited = is_async and not operation.page_of
    head = f"{'async ' if is_awaited else ''}def {operation.method}({_signature(operation, taken)})"
    call, kind = _print_call(operation), _kind(operation)
    if operation.page_of:
        line = f"return {'Async' if is_async else ''}Pages(self._transport, {call}, {kind})"
    elif operation.is_file:
        line = f"return {'await ' if is_awaited else ''}self._transport.fetch_bytes({call})"
    elif operation.result:
        line = f"return {'await ' if is_awaited else ''}self._transport.fetch({call}, {kind})"
    else:
        line = f"{'await ' if is_awaited else ''}self._transport.send({call})"
    return _block(f"{head} -> {_result(operation, is_async)}:", [_method_doc(operation), line])


def _signature(operation: Operation, taken: Set[str]) -> str:
    positional = [f"{_argument(each)}: {_param(each.type, taken)}" for each in operation.path_fields]
    if operation.body and operation.body.items:
        noun = operation.path.rpartition("/")[2].replace("-", "_")
        positional.append(f"{noun}: Sequence[{_param(operation.body.items, taken)}]")
    named = [_named(each, taken) for each in _arguments(operation)]
    if operation.takes_key:
        named.append("idempotency_key: str | None = None")
    return ", ".join(["self", *positional, *(["*", *named] if named else [])])


def _arguments(operation: Operation) -> list[Field]:
    """Required ones first."""
    fields = [*operation.query, *(operation.body.shape.fields if operation.body and operation.body.shape else ())]
    return sorted(fields, key=lambda each: not each.is_required)


def _named(each: Field, taken: Set[str]) -> str:
    type_ = _param(each.type, taken)
    if each.is_required:
        return f"{_argument(each)}: {type_}"
    if each.type.is_nullable:
        return f"{_argument(each)}: {type_.removesuffix(' | None')} | Omit | None = OMIT"
    return f"{_argument(each)}: {type_} | None = None"


def _param(type_: Type, taken: Set[str]) -> str:
    text = _print_type(type_, prefix="models.", lists="Sequence", taken=taken)
    return text.replace("dict[str, Any]", "Mapping[str, Any]")


def _print_call(operation: Operation) -> str:
    path = repr(operation.path)
    if operation.path_fields:
        ids = ", ".join(f"{each.name!r}: {_argument(each)}" for each in operation.path_fields)
        path = f"{path}, ids={{{ids}}}"
    parts = [repr(operation.http), path]
    if operation.query:
        parts.append(f"query={{{', '.join(f'{each.name!r}: {_argument(each)}' for each in operation.query)}}}")
    if operation.body:
        parts.append(_print_body(operation))
    if operation.takes_key:
        parts.append("idempotency_key=idempotency_key or new_id()")
    is_filled = bool(operation.body and operation.body.shape and FILLED & {e.name for e in operation.body.shape.fields})
    if operation.http not in {"GET", "PUT", "DELETE"} and (operation.is_repeatable or is_filled):
        parts.append("is_repeatable=True")
    return f"Call({', '.join(parts)})"


def _print_body(operation: Operation) -> str:
    body = operation.body
    assert body is not None
    media = "" if body.media_type == "application/json" else f", media_type={body.media_type!r}"
    if body.shape is None:
        return f"items={operation.path.rpartition('/')[2].replace('-', '_')}{media}"
    fields = ", ".join(f"{each.name!r}: {_value(each)}" for each in body.shape.fields)
    return f"body={{{fields}}}{media}"


def _value(each: Field) -> str:
    if each.name in FILLED:
        return f"{_argument(each)} or new_id()"
    return f"given({_argument(each)})" if each.type.is_nullable else _argument(each)


def _kind(operation: Operation) -> str:
    type_ = operation.page_of or operation.result
    return _print_type(type_, prefix="models.", lists="builtins.list") if type_ else ""


def _result(operation: Operation, is_async: bool) -> str:
    if operation.page_of:
        return f"{'Async' if is_async else ''}Pages[{_kind(operation)}]"
    return "bytes" if operation.is_file else _kind(operation) or "None"


def _print_type(type_: Type, *, lists: str, prefix: str = "", taken: Set[str] = frozenset()) -> str:
    if type_.kind == "ref":
        text = prefix + _request_name(type_.name, taken)
    elif type_.kind == "choice":
        text = f"Literal[{', '.join(map(repr, type_.choices))}]"
    elif type_.kind == "list":
        assert type_.item is not None
        text = f"{lists}[{_print_type(type_.item, prefix=prefix, lists=lists, taken=taken)}]"
    else:
        text = _PLAIN[type_.kind]
    return f"{text} | None" if type_.is_nullable else text


def _argument(each: Field) -> str:
    name = snake(each.name)
    return f"{name}_" if keyword.iskeyword(name) else name


def _method_doc(operation: Operation) -> str:
    told = [f"{_argument(each)}: {each.description}" for each in _arguments(operation) if each.description]
    text = operation.description + ("\n\n" + "\n".join(told) if told else "")
    return _doc(text)


def _doc(text: str) -> str:
    """A docstring of lines that are not too long."""
    safe = text.replace("\\", "\\\\").replace('"', "'")
    lines = [part for line in safe.split("\n") for part in (textwrap.wrap(line, 100) or [""])]
    return '"""' + "\n".join(lines) + ('"""' if len(lines) == 1 else '\n"""')


def _block(head: str, lines: list[str]) -> str:
    between = "\n\n" if "def " in lines[-1] else "\n"
    return head + "\n" + textwrap.indent(between.join(lines), "    ")


def _format(source: str) -> str:
    """As `make format` would leave it."""
    ruff = str(Path(sys.executable).parent / "ruff")
    sorted_imports = _run(
        [ruff, "check", "--quiet", "--select", "I,F401", "--fix", "--stdin-filename", "made.py", "-"], source
    )
    return _run([ruff, "format", "--quiet", "--stdin-filename", "made.py", "-"], sorted_imports)


def _run(command: list[str], source: str) -> str:
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True, cwd=ROOT).stdout  # noqa: S603
