"""What kafka-python raises, said as one sentence that names EVENTS_URL and the remedy. It holds no connection."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors as broker

from rapport.events.errors import BusUnavailable
from rapport.events.kafka_address import KafkaAddress

KNOCK_SECONDS = 2.0
OLDEST = (2, 4)

# The first that fits is said. None of them shows what was sent, nor a password.
SENTENCES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (broker.SaslAuthenticationFailedError,),
        "the brokers refuse this user and password. Correct them in the address, and sasl= to the mechanism that the "
        "brokers have the user for.",
    ),
    (
        (broker.UnsupportedSaslMechanismError, broker.IllegalSaslStateError),
        "the brokers do not offer this way to sign in. Set sasl= to one that they offer: PLAIN, SCRAM-SHA-256 or "
        "SCRAM-SHA-512.",
    ),
    (
        (broker.AuthorizationError,),
        "this user may not use the topics or the group. Allow it to create, describe, alter, read and write topics and "
        "groups whose names begin with the prefix.",
    ),
    (
        (broker.IncompatibleBrokerVersion, broker.UnsupportedVersionError, broker.UnrecognizedBrokerVersion),
        "the brokers are too old. Rapport needs Kafka 2.4 or newer.",
    ),
    (
        (broker.KafkaStorageError, broker.LogDirNotFoundError),
        "a broker cannot write: its disk is full or has failed. Make room on the broker's disk and restart it; events "
        "wait in the database until then.",
    ),
    (
        (broker.NotEnoughReplicasError, broker.NotEnoughReplicasAfterAppendError),
        "fewer brokers are in sync than min.insync.replicas asks for. Start the missing brokers, or make room on their "
        "disks; events wait in the database until then.",
    ),
    (
        (broker.InvalidReplicationFactorError,),
        "there are fewer brokers than copies asked for. Set replication= to at most the number of brokers.",
    ),
    (
        (broker.PolicyViolationError,),
        "the cluster's policy refuses the topic. Create it by hand as `manage.py topics --check` declares it.",
    ),
    (
        (broker.MessageSizeTooLargeError, broker.RecordListTooLargeError),
        "a batch is larger than the brokers take. Set message.max.bytes to 1 MB or more.",
    ),
)


@contextmanager
def kafka_errors(address: KafkaAddress) -> Iterator[None]:
    """Raises BusUnavailable in the place of whatever the client raises."""
    try:
        yield
    except broker.KafkaError as error:
        raise BusUnavailable(f"EVENTS_URL: {explain(error, address)}") from error


def explain(error: broker.KafkaError, address: KafkaAddress) -> str:
    """A sentence; where the client only knows that time passed, the brokers are asked what is wrong."""
    for kinds, sentence in SENTENCES:
        if isinstance(error, kinds):
            return sentence
    if isinstance(error, broker.BrokerResponseError) and not isinstance(error, broker.RetriableError):
        return f"a broker answered {type(error).__name__}. Its log says why."
    return diagnose(address)


def diagnose(address: KafkaAddress) -> str:
    """Knock at each broker's door by hand; the first that fails gives the reason."""
    for server in address.servers:
        if reason := _knock(server, address):
            return reason
    return (
        f"{address.shown_servers} can be reached but does not answer in time. It may be overloaded or starting, or "
        "expect something else in the address: kafka+ssl://, a user, or none."
    )


def _knock(server: str, address: KafkaAddress) -> str:
    host, _, port = server.rpartition(":")
    host = host.strip("[]")
    try:
        with socket.create_connection((host, int(port)), timeout=KNOCK_SECONDS) as opened:
            return _shake_hands(opened, host, address) if address.is_encrypted else ""
    except socket.gaierror:
        return f"the host {host} is not known. Is its name spelt right?"
    except OSError:
        return (
            f"no broker answers at {server}. Start it, or correct the address; events wait in the database until then."
        )


def _shake_hands(opened: socket.socket, host: str, address: KafkaAddress) -> str:
    context = ssl.create_default_context(cafile=address.ca or None)
    if address.cert:
        context.load_cert_chain(address.cert, address.key or None)
    try:
        context.wrap_socket(opened, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return (
            f"the certificate of {host} is not trusted: {error.verify_message}. Set ca= to the file of its authority."
        )
    except (ssl.SSLError, OSError):
        return f"{host} does not speak TLS. Write kafka:// in the place of kafka+ssl://, or use its TLS port."
    return ""
