"""Where live frames are kept: decided by STREAMS_URL, made once per process."""

from functools import cache

from rapport.config import ConfigError, get_config
from rapport.streams.port import StreamStore


@cache
def get_stream_store() -> StreamStore:
    """Raises ConfigError for a kind that is not built yet."""
    config = get_config()
    if not config.streams_url.startswith("embedded"):
        raise ConfigError(
            f"STREAMS_URL={config.streams_url.partition(':')[0]}: is not built yet. Leave it empty for now."
        )
    from rapport.streams.embedded import EmbeddedStreams

    return EmbeddedStreams(config.data_dir / "streams.sqlite3")
