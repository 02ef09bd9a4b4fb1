"""Which bus this process talks to: decided by EVENTS_URL, made once."""

from functools import cache

from rapport.config import ConfigError, get_config
from rapport.events.bus import EventBus
from rapport.events.topics import all_topics


@cache
def get_bus() -> EventBus:
    """The bus, with every declared topic prepared. Raises ConfigError for a kind that is not built yet."""
    url = get_config().events_url
    if not url.startswith("embedded"):
        raise ConfigError(f"EVENTS_URL={url.partition(':')[0]}: is not built yet. Leave EVENTS_URL empty for now.")
    from rapport.events.embedded import EmbeddedLog

    bus = EmbeddedLog()
    bus.prepare(all_topics())
    return bus
