"""`manage.py topics`: shows what is declared and what is there, and mends the difference on request."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rapport.config import ROOT
from rapport.events.embedded import EmbeddedLog
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.topics import Topic


def show(*arguments: str) -> str:
    out = StringIO()
    call_command("topics", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_check_changes_nothing_and_names_what_is_missing() -> None:
    with pytest.raises(CommandError, match="EVENTS_URL: not everything is as declared"):
        show("--check")
    assert "missing" not in show()
    assert "dead-letters" in show("--check")


@pytest.mark.django_db
def test_more_partitions_than_declared_are_well() -> None:
    show()
    EmbeddedLog().prepare([Topic("dead-letters", partitions=3)])
    (row,) = [line.split() for line in show("--check").splitlines() if line.startswith("dead-letters")]
    assert row[1:3] + row[-1:] == ["1", "3", "-"]


@pytest.mark.server
def test_on_kafka(kafka_url: str) -> None:
    def run(*arguments: str, url: str = kafka_url) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", "topics", *arguments]
        environment = {**os.environ, "EVENTS_URL": url, "EVENT_RETENTION_HOURS": "70"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    bus = KafkaBus(read_kafka_address(kafka_url), retention_hours=70)
    bus.prepare([Topic("agents.turns", partitions=1)])
    bus.close()
    missing = run("--check")
    assert missing.returncode == 1
    assert "missing" in missing.stdout
    assert "3 partitions too few" in missing.stdout
    assert missing.stderr.strip() == (
        "CommandError: EVENTS_URL: not everything is as declared. `manage.py topics` without --check mends it."
    )
    made = run()
    assert (made.returncode, "70 h" in made.stdout, "problem" in made.stdout) == (0, True, True)
    assert run("--check").returncode == 0
    nowhere = run(url="kafka://127.0.0.1:1")
    assert nowhere.stderr.strip() == (
        "CommandError: EVENTS_URL: no broker answers at 127.0.0.1:1. Start it, or correct the address; events wait in "
        "the database until then."
    )
