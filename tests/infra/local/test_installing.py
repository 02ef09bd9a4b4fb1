"""What only tests need is offered, never insisted on."""

import pytest

from infra.local.errors import ServicesError
from infra.local.installing import install_packages, offer_packages
from infra.local.machine import Machine
from infra.local.servers.postgres import Postgres


def test_a_pooler_that_cannot_be_installed_stops_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "pgbouncer" in Postgres(machine).useful_programs()
    assert "pgbouncer" not in Postgres(machine).programs()
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ServicesError):
        install_packages(["pgbouncer"])
    offer_packages(["pgbouncer"])
    assert "needed by some tests only: pgbouncer" in capsys.readouterr().out
