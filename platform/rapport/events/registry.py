"""Which bus this process talks to: decided by EVENTS_URL, made once and never before a fork."""

from functools import cache

from rapport.config import get_config
from rapport.events.bus import EventBus


@cache
def get_bus() -> EventBus:
    """This process's bus. It connects when it is used; who appends or consumes prepares the topics."""
    return open_bus()


def check_events_url() -> None:
    """Raises ConfigError."""
    url = get_config().events_url
    if url.startswith("kafka"):
        from rapport.events.kafka_address import read_kafka_address

        read_kafka_address(url)


def open_bus() -> EventBus:
    """A bus of one's own, to be closed. Raises ConfigError."""
    config = get_config()
    if config.events_url.startswith("embedded"):
        from rapport.events.embedded import EmbeddedLog

        return EmbeddedLog()
    from rapport.events.kafka_address import read_kafka_address
    from rapport.events.kafka_bus import KafkaBus

    return KafkaBus(read_kafka_address(config.events_url), retention_hours=config.event_retention_hours)
