"""Agents that were there before versions keep what they were, under the number that their traces name.

A process of its own migrates a real database from the state before, with rows, forward.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT

PROGRAM = "from tests.agents.configuration.first_versions import migrate_forward; migrate_forward()"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp("before")
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", PROGRAM]
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found: dict[str, dict[str, Any]] = json.loads(ended.stdout)
    return found


def test_what_an_agent_was_is_its_published_version(told: dict[str, dict[str, Any]]) -> None:
    full = told["1"]
    [config] = full["configs"]
    assert full["name"] == "Ada"
    assert config["appearance"] | {"name": "Ada", "greeting": "Ahoy!", "color": "#0d9488"} == config["appearance"]
    assert config["appearance"]["suggested_questions"] == ["How long?", "How much?"]
    assert config["prompt"]["instructions"] == "Be brief.\nNever guess."
    assert config["models"]["answer"] == ["claude-haiku-4-5"]


def test_it_has_the_number_that_its_traces_name(told: dict[str, dict[str, Any]]) -> None:
    assert [(each["versions"], each["published"]) for each in told.values()] == [([7], 7), ([1], 1), ([2], 2)]
    assert {tuple(each["actors"]) for each in told.values()} == {("system",)}


def test_what_was_written_loosely_is_read_all_the_same(told: dict[str, dict[str, Any]]) -> None:
    loose = told["2"]
    [config] = loose["configs"]
    assert loose["name"] == config["appearance"]["name"] == "Assistant"
    assert config["appearance"]["suggested_questions"] == ["One?", "Two?", "Three?", "Four?"]
    assert config["models"]["answer"] == ["gpt"]


def test_each_draft_is_what_is_published(told: dict[str, dict[str, Any]]) -> None:
    assert [each["is_its_draft"] for each in told.values()] == [[True]] * 3
    assert [each["is_its_digest"] for each in told.values()] == [[True]] * 3


def test_each_company_has_its_own(told: dict[str, dict[str, Any]]) -> None:
    assert [each["tenants"] for each in told.values()] == [[10], [10], [11]]
    assert told["3"]["name"] == "Theirs"
