"""The front end's build: its own unit tests, its weight, and when it builds."""

import json
from pathlib import Path

import pytest

from frontend import budgets
from frontend.budgets import Budget, entry_files, report_budgets, weigh
from frontend.build import build, hash_sources, run_script
from frontend.node import is_new_enough


def test_the_typescript_unit_tests_pass() -> None:
    run_script("test")


def test_a_second_build_of_the_same_sources_does_nothing() -> None:
    build()
    assert build() is False
    assert hash_sources() == hash_sources()


def test_every_bundle_is_within_its_budget() -> None:
    assert [line for line in report_budgets() if line.startswith("over")] == []


def test_an_entry_weighs_all_it_loads_and_only_that(tmp_path: Path) -> None:
    manifest: dict[str, dict[str, object]] = {
        "a.ts": {"file": "a.js", "imports": ["_b.js"], "css": ["a.css"], "dynamicImports": ["late.ts"]},
        "_b.js": {"file": "b.js", "imports": ["a.ts"]},
        "late.ts": {"file": "late.js"},
    }
    assert entry_files(manifest, "a.ts") == {"a.js", "a.css", "b.js"}
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    for name in ("a.js", "a.css", "b.js", "late.js"):
        (tmp_path / name).write_bytes(bytes(100))
    one = weigh(Budget("late", "late.ts", 1), tmp_path)
    assert weigh(Budget("a", "a.ts", 1), tmp_path) == 3 * one


def test_a_bundle_over_its_budget_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "BUDGETS", (Budget("loader", "loader.js", 10),))
    assert report_budgets()[0].startswith("over loader")


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.12.0\n", True),
        ("v22.1.0", False),
        ("v24.0.0", True),
        ("", False),
    ],
)
def test_only_a_node_that_the_bundler_runs_on_is_taken(version: str, is_enough: bool) -> None:
    assert is_new_enough(version) is is_enough
