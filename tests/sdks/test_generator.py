"""The generated files: what the rules make of operations that the API may come to have."""

import json
import re
import tomllib
from typing import Any

import pytest

from rapport.config import ROOT
from rapport_sdk._version import VERSION
from sdks.generator import python, typescript
from sdks.generator.__main__ import generate
from sdks.generator.names import NameClash, name_operation
from sdks.generator.spec import Spec

OK = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
SCHEMAS: dict[str, Any] = {
    "Thing": {
        "type": "object",
        "description": 'With "quotes", a \\ and */ in it.',
        "properties": {
            "id": {"type": "string"},
            "from": {"type": "string"},
            "inner": {"oneOf": [{"$ref": "#/components/schemas/Inner"}, {"type": "null"}]},
        },
        "required": ["id", "inner"],
    },
    "Inner": {"type": "object", "properties": {"words": {"type": "array", "items": {"type": ["string", "null"]}}}},
    "Change": {
        "type": "object",
        "properties": {"note": {"type": ["string", "null"]}, "inner": {"$ref": "#/components/schemas/Inner"}},
    },
}


def _document(**paths: Any) -> dict[str, Any]:
    return {"components": {"schemas": SCHEMAS}, "paths": {f"/v1/{name}": each for name, each in paths.items()}}


def _body(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


SPEC = Spec.read(
    _document(
        things={
            "patch": {"operationId": "change_thing", "requestBody": _body("Change"), "responses": OK},
            "get": {
                "operationId": "export_things",
                "responses": {"200": {"content": {"application/zip": {"schema": {"type": "string"}}}}},
            },
        }
    )
)


@pytest.mark.parametrize(
    ("operation_id", "path", "name"),
    [
        ("list_agents", "/v1/agents", "agents.list"),
        ("get_agent", "/v1/agents/{agent_id}", "agents.get"),
        ("list_contact_events", "/v1/contacts/{contact_id}/events", "contacts.list_events"),
        ("act_on_failed_events", "/v1/failed-events", "failed_events.act_on"),
        ("list_memories", "/v1/memories", "memories.list"),
        ("get_memory", "/v1/memories/{fact_id}", "memories.get"),
        ("submit_document", "/v1/documents", "documents.create"),
    ],
)
def test_names(operation_id: str, path: str, name: str) -> None:
    assert ".".join(name_operation(operation_id, path)) == name


def test_two_of_one_name_are_refused() -> None:
    one = {"operationId": "list_things", "responses": OK}
    with pytest.raises(NameClash, match=r"things\.list"):
        Spec.read(_document(things={"get": one, "post": one}))


def test_python() -> None:
    models, resources = python.print_models(SPEC), python.print_resources(SPEC)
    assert 'from_: str | None = field(default=None, metadata={"name": "from"})' in models
    assert "inner: Inner | None\n" in models
    assert "words: list[str | None] | None = None" in models
    assert "class InnerParam(TypedDict):\n    words: NotRequired[Sequence[str | None]]" in models
    assert "note: str | Omit | None = OMIT" in resources
    assert '"note": given(note)' in resources
    assert "-> bytes:" in resources
    compile(models + resources.replace("from __future__ import annotations", ""), "made.py", "exec")


def test_typescript() -> None:
    text = typescript.print_client(SPEC)
    assert "inner: Inner | null;" in text
    assert "words?: (string | null)[];" in text
    assert "export(options: CallOptions = {}): Promise<Uint8Array>" in text


def test_both_say_which_version_they_are() -> None:
    """The user agent, and what the registries are told."""
    python_version = tomllib.loads((ROOT / "sdks/python/pyproject.toml").read_text())["project"]["version"]
    typescript_version = json.loads((ROOT / "sdks/typescript/package.json").read_text())["version"]
    assert python_version == VERSION
    assert f'VERSION = "{typescript_version}"' in (ROOT / "sdks/typescript/src/version.ts").read_text()
    assert f"rapport-sdk-{typescript_version}.tgz" in (ROOT / "docs/sdk-typescript.md").read_text()


def test_no_shape_and_class_become_one_type_in_typescript() -> None:
    (text,) = (text for path, text in generate().items() if path.suffix == ".ts")
    names = re.findall(r"^export (?:class|interface|type) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names))


def test_the_committed_files_are_of_the_committed_document() -> None:
    assert {path.name: path.read_text() == text for path, text in generate().items()} == {
        "models.py": True,
        "_resources.py": True,
        "generated.ts": True,
    }
