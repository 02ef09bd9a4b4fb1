"""What a stranger would write into addresses and bodies: every name that the code reads there, with Acme's ids.

Names are found in the code (what is read of `GET`, `POST`, `query_params`, headers, cookies and bodies) and in the
OpenAPI document. Those by which other products took the tenant from the caller are always among them.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.urls import reverse

from rapport.config import ROOT
from tests.openapi import read_description
from tests.strangers.routes import ARGUMENTS, Route

# https://github.com/langgenius/dify/issues/41197 and their like
TENANTS = ("tenant_id", "tenant", "tenantid", "company", "company_id", "organization_id", "workspace_id", "account_id")
_FOLDERS = ("agents/api", "agents/channels", "frontend", "tenants")
_HOLDERS = frozenset({"GET", "POST", "query_params", "headers", "COOKIES", "data", "META", "validated_data"})
_SOME_NUMBER = "4242424242"
_NOT_NAMES = frozenset({"Authorization", "REMOTE_ADDR"})


@cache
def names_in_code() -> frozenset[str]:
    files = [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts]
    return frozenset(name for path in files for name in names_of(path))


def names_read_by(view: Any) -> frozenset[str]:
    """Those of the module in which the view is, wherever that is."""
    target = getattr(view, "cls", inspect.unwrap(view))
    return frozenset(names_of(Path(inspect.getsourcefile(target) or __file__)))


@cache
def names_of(path: Path) -> frozenset[str]:
    return frozenset(_walk(ast.parse(path.read_text()))) - _NOT_NAMES


def _walk(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        held, key = None, None
        if isinstance(node, ast.Subscript):
            held, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            held, key = node.func.value, node.args[0]
        is_name = isinstance(key, ast.Constant) and isinstance(key.value, str)
        if isinstance(held, ast.Attribute) and held.attr in _HOLDERS and is_name:
            yield key.value  # type: ignore[union-attr]


def values(ids: Mapping[str, str], route: Route, *, tenant: str) -> dict[str, str]:
    """Names → what a stranger would send: the ids for what names an object, the tenant for what names one."""
    found: dict[str, str] = dict.fromkeys(TENANTS, tenant)
    for name in names_in_code() | names_read_by(route.view):
        prefix = prefix_of(name)
        if prefix in ids:
            found[name] = ids[prefix]
        elif "tenant" in name.lower():
            found[name] = tenant
    return found


def prefix_of(name: str) -> str:
    """The kind of object that a parameter names; "" when it names none."""
    singular = name.removesuffix("s")
    return next((ARGUMENTS[each] for each in (name, singular, f"{singular}_id") if each in ARGUMENTS), "")


def body(route: Route, method: str, ids: Mapping[str, str]) -> Any:
    """A body as the document describes it, which names Acme's things wherever it names any; None without one."""
    if not route.name.startswith("api:"):
        return None
    operation = read_description()["paths"].get(_described(route), {}).get(method.lower(), {})
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return _fill(schema, "", ids) if schema else None


def _described(route: Route) -> str:
    """The route's path as the document has it; a number in it takes no name in braces."""
    names = {name: _SOME_NUMBER if name == "number" else f"{{{name}}}" for name in route.arguments}
    return unquote(reverse(route.name, kwargs=names)).replace(_SOME_NUMBER, "{number}")


def _fill(schema: Mapping[str, Any], name: str, ids: Mapping[str, str]) -> Any:
    if "$ref" in schema:
        return _fill(read_description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], name, ids)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return _fill(schema[choice][0], name, ids)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {each: _fill(inner, each, ids) for each, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_fill(schema["items"], name, ids)]
    if "enum" in schema:
        return schema["enum"][0]
    return _scalar(kind, schema.get("format", ""), name, ids)


def _scalar(kind: str, form: str, name: str, ids: Mapping[str, str]) -> Any:
    if kind == "string":
        if prefix_of(name) in ids:
            return ids[prefix_of(name)]
        forms = {"date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31", "email": "someone@other.example"}
        return forms.get(form, "https://93.184.216.34/" if form == "uri" else "some words")
    return {"integer": 1, "number": 1.0, "boolean": True}.get(kind)
