"""Stripe's own word on what it answers and what it takes: its published schema, cut down by `prune.py`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_passed: set[str] = set()  # what was checked before


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text())
    return found


def version() -> str:
    return str(_schema()["version"])


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/definitions/{kind}", "definitions": _schema()["definitions"]})


def check_answer(answer: Any) -> None:
    """Raises AssertionError for an object that Stripe could not have sent."""
    if answer["object"] == "list":
        for each in answer["data"]:
            check_answer(each)
        return
    text = json.dumps(answer, sort_keys=True)
    if text in _passed:
        return
    kind = "deleted_customer" if answer.get("deleted") else answer["object"]
    problems = [f"{each.json_path}: {each.message[:200]}" for each in _validator(kind).iter_errors(answer)]
    assert not problems, f"Not Stripe's {kind}: {'; '.join(problems[:5])}"
    _passed.add(text)


def check_request(path: str, params: dict[str, Any]) -> None:
    """Raises AssertionError for a parameter that Stripe does not know there."""
    _check_names(_schema()["requests"][path], params, path)


def _check_names(known: Any, given: Any, where: str) -> None:
    if isinstance(given, list):
        assert isinstance(known, list), f"{where} is no list"
        for each in given:
            _check_names(known[0], each, where)
    elif isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            assert name in known or "*" in known, f"Stripe knows no {where}[{name}]"
            _check_names(known.get(name, known.get("*", "any")), value, f"{where}[{name}]")
    else:
        assert not isinstance(given, dict), f"{where} is plain"
