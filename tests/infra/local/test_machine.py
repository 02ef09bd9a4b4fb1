"""Ports and passwords: decided once, kept privately, and refused when they cannot work."""

import stat
from pathlib import Path

import pytest

from infra.local.addresses import settings, write_env
from infra.local.errors import ServicesError
from infra.local.machine import Machine, keep, open_machine, refuse_full_disk


def test_passwords_are_made_once_and_only_their_owner_can_read_them(machine: Machine) -> None:
    keep(machine)
    write_env(machine)
    assert open_machine().passwords == machine.passwords
    assert len(set(machine.passwords.values())) == len(machine.passwords)
    for name in ("env", "machine.json"):
        assert stat.S_IMODE((machine.root / name).stat().st_mode) == 0o600


def test_a_port_that_was_chosen_once_is_kept(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICES_REDIS_PORT", "26379")
    keep(open_machine())
    monkeypatch.delenv("SERVICES_REDIS_PORT")
    assert open_machine().ports["redis"] == 26379
    assert settings(open_machine())["STREAMS_URL"].endswith("@127.0.0.1:26379/1")


@pytest.mark.parametrize("port", ["0", "65536", "fast", "-1"])
def test_a_port_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, machine: Machine, port: str) -> None:
    monkeypatch.setenv("SERVICES_NEO4J_PORT", port)
    with pytest.raises(ServicesError, match="SERVICES_NEO4J_PORT must be a number from 1 to 65535"):
        open_machine()


def test_all_ports_can_be_moved_at_once_until_they_are_kept(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    monkeypatch.setenv("SERVICES_PORT_OFFSET", "10000")
    keep(open_machine())
    assert open_machine().ports == {name: port + 10000 for name, port in machine.ports.items()}
    monkeypatch.setenv("SERVICES_PORT_OFFSET", "20000")
    assert open_machine().ports["kafka"] == 29092


def test_two_servers_cannot_share_a_port(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    monkeypatch.setenv("SERVICES_KAFKA_PORT", "17687")
    with pytest.raises(ServicesError, match="kafka and neo4j cannot both use port 17687"):
        open_machine()


def test_a_damaged_file_of_passwords_is_named(machine: Machine) -> None:
    (machine.root / "machine.json").write_text("{")
    with pytest.raises(ServicesError, match=r"machine\.json cannot be read"):
        open_machine()


def test_a_disk_that_is_nearly_full_is_refused_before_anything_is_written(machine: Machine) -> None:
    with pytest.raises(ServicesError, match=r"MiB are free at .*SERVICES_DIR"):
        refuse_full_disk(machine, needed=1 << 60)


def test_the_settings_never_show_passwords_in_a_representation(machine: Machine, tmp_path: Path) -> None:
    assert not [password for password in machine.passwords.values() if password in repr(machine)]
