"""Which bus this process talks to: decided by EVENTS_URL, made once and never before a fork."""

from functools import cache

from rapport.config import get_config
from rapport.events.bus import EventBus
from rapport.events.topics import all_topics


@cache
def get_bus() -> EventBus:
    """The bus, with every declared topic prepared. Raises ConfigError, and BusUnavailable: then ask again later."""
    bus = open_bus()
    bus.prepare(all_topics())
    return bus


def open_bus() -> EventBus:
    """The bus as it is, for those who prepare it themselves or only look. Raises ConfigError."""
    config = get_config()
    if config.events_url.startswith("embedded"):
        from rapport.events.embedded import EmbeddedLog

        return EmbeddedLog()
    from rapport.events.kafka_address import read_kafka_address
    from rapport.events.kafka_bus import KafkaBus

    return KafkaBus(read_kafka_address(config.events_url), retention_hours=config.event_retention_hours)
