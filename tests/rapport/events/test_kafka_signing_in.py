"""Signing in to a broker that asks for TLS and a password: what works, and what each mistake says."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rapport.events.bus import Message, Partition, Record
from rapport.events.errors import BusUnavailable
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_bus import KafkaBus
from rapport.events.topics import Topic
from tests.own_kafka import OwnKafka
from tests.running import wait_until

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

TOPIC = Topic("tests.guarded", partitions=2)
LISTENER = """\
ssl.client.auth=none
listener.name.client.ssl.keystore.type=PEM
listener.name.client.ssl.keystore.location={keystore}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.client.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_ada="right pass:word";
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnKafka]:
    folder = tmp_path_factory.mktemp("kafka")
    make_certificate(folder)
    kafka = OwnKafka(
        folder,
        data=folder / "data",
        protocol="SASL_SSL",
        more=LISTENER.format(keystore=folder / "server.pem"),
        users="SCRAM-SHA-512=[name=bob,password=secret]",
    )
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


def make_certificate(folder: Path) -> None:
    """For 127.0.0.1, its own authority: `server.pem` with the key, `ca.pem` without."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A broker for tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + public)
    (folder / "ca.pem").write_bytes(public)


def serves_groups(bus: KafkaBus) -> bool:
    """A new broker makes the topic of offsets when it is first asked for a group."""
    with suppress(BusUnavailable):
        bus.group_lag("readers", [TOPIC.name])
        return True
    return False


def bus_at(kafka: OwnKafka, address: str) -> KafkaBus:
    """`address` with {place} and {ca} filled in."""
    url = address.format(place=f"127.0.0.1:{kafka.port}", ca=kafka.folder / "ca.pem")
    return KafkaBus(read_kafka_address(url), retention_hours=1)


@pytest.mark.parametrize(
    "address",
    [
        "kafka+ssl://ada:right%20pass%3Aword@{place}?ca={ca}&prefix=plain.",
        "kafka+ssl://bob:secret@{place}?sasl=SCRAM-SHA-512&ca={ca}&prefix=scram.",
    ],
)
def test_a_user_who_may_writes_and_reads(guarded: OwnKafka, address: str) -> None:
    bus = bus_at(guarded, address)
    bus.prepare([TOPIC])
    bus.append([Message(TOPIC.name, "key", b"value")])
    wait_until(lambda: serves_groups(bus), seconds=60)
    consumer = bus.consumer(group="readers", topics=[TOPIC.name], member_id="one")
    records: list[Record] = []

    def has_read() -> bool:
        records.extend(consumer.poll(max_records=10, timeout_seconds=0.5))
        return bool(records)

    wait_until(has_read, seconds=60)
    assert [each.value for each in records] == [b"value"]
    consumer.commit({records[0].partition: records[0].offset + 1})
    assert bus.group_lag("readers", [TOPIC.name]) == {Partition(TOPIC.name, 0): 0, Partition(TOPIC.name, 1): 0}
    consumer.close()
    bus.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("kafka+ssl://ada:wrong@{place}?ca={ca}", "the brokers refuse this user and password. Correct them"),
        ("kafka+ssl://bob:wrong@{place}?sasl=SCRAM-SHA-512&ca={ca}", "the brokers refuse this user and password."),
        ("kafka+ssl://bob:secret@{place}?sasl=SCRAM-SHA-256&ca={ca}", "do not offer this way to sign in. Set sasl="),
        ("kafka+ssl://bob:secret@{place}?sasl=SCRAM-SHA-512", "the certificate of 127.0.0.1 is not trusted"),
        ("kafka+ssl://{place}?ca={ca}", "takes no one who does not sign in. Write kafka+ssl://user:password@host"),
        ("kafka://{place}", "does not speak plainly. Write kafka+ssl://"),
        ("kafka://ada:right%20pass%3Aword@{place}", "does not speak plainly"),
    ],
)
def test_a_mistake_is_one_sentence_without_the_password(guarded: OwnKafka, address: str, said: str) -> None:
    bus = bus_at(guarded, address)
    with pytest.raises(BusUnavailable) as caught:
        bus.prepare([TOPIC])
    assert caught.value.message.startswith("EVENTS_URL: ")
    assert said in caught.value.message
    assert "secret" not in str(caught.value)
    assert "wrong" not in str(caught.value)
    bus.close()


def test_tls_at_a_port_without_it_is_said(kafka_url: str) -> None:
    bus = KafkaBus(read_kafka_address(kafka_url.replace("kafka://", "kafka+ssl://")), retention_hours=1)
    with pytest.raises(BusUnavailable, match=r"does not speak TLS\. Write kafka://"):
        bus.prepare([TOPIC])
    bus.close()
