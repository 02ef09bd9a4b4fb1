"""What kafka-python raises, said as one sentence that names EVENTS_URL and the remedy. It holds no connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors as broker

from rapport.events.errors import BusUnavailable
from rapport.events.kafka_address import KafkaAddress
from rapport.events.kafka_knock import MAY_NOT_SIGN_IN, WRONG_MECHANISM, diagnose

OLDEST = (2, 4)

# The first that fits is said. None of them shows what was sent, nor a password.
SENTENCES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (broker.SaslAuthenticationFailedError,),
        MAY_NOT_SIGN_IN,
    ),
    (
        (broker.UnsupportedSaslMechanismError, broker.IllegalSaslStateError),
        WRONG_MECHANISM,
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
