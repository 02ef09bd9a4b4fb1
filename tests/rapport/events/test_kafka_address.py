"""EVENTS_URL for Kafka: every form that is taken, and a sentence for every one that is not."""

from pathlib import Path

import pytest

from rapport.config import ConfigError
from rapport.events.kafka_address import read_kafka_address


def test_brokers_and_prefix() -> None:
    address = read_kafka_address("kafka://one:9093,two,[::1]:9094?prefix=acme.")
    assert address.servers == ("one:9093", "two:9092", "[::1]:9094")
    assert address.prefix == "acme."
    assert address.client_settings() == {
        "bootstrap_servers": ["one:9093", "two:9092", "[::1]:9094"],
        "security_protocol": "PLAINTEXT",
    }


def test_a_user_over_tls(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    address = read_kafka_address(f"kafka+ssl://rapport:p%40ss@broker:9092?sasl=scram-sha-512&ca={ca}&replication=3")
    assert address.client_settings() == {
        "bootstrap_servers": ["broker:9092"],
        "security_protocol": "SASL_SSL",
        "ssl_cafile": str(ca),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "rapport",
        "sasl_plain_password": "p@ss",
    }
    assert address.replication == 3
    assert "p@ss" not in repr(address)


def test_a_user_without_tls_signs_in_plainly() -> None:
    settings = read_kafka_address("kafka://rapport:secret@broker").client_settings()
    assert (settings["security_protocol"], settings["sasl_mechanism"]) == ("SASL_PLAINTEXT", "PLAIN")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("kafka://", "names no broker"),
        ("kafka://host:port", "is no address of a broker"),
        ("kafka://host:70000", "is no address of a broker"),
        ("kafka://host?prefx=a", "has no option prefx"),
        ("kafka://u:secret@host?sasl=GSSAPI", "sasl=GSSAPI is not known"),
        ("kafka://host?sasl=SCRAM-SHA-256", "needs a user"),
        ("kafka://host?replication=none", "must be a number of copies"),
        ("kafka+ssl://host?ca=/no/such/file", "is no file"),
    ],
)
def test_what_cannot_be_read_is_said(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read_kafka_address(url)
    assert "EVENTS_URL" in str(caught.value)
    assert "secret" not in str(caught.value)
