"""Where live frames are kept: decided by STREAMS_URL, made once per process."""

from functools import cache

from rapport.config import get_config
from rapport.streams.port import StreamStore


@cache
def get_stream_store() -> StreamStore:
    """Raises ConfigError."""
    config = get_config()
    if config.streams_url.startswith("embedded"):
        from rapport.streams.embedded import EmbeddedStreams

        return EmbeddedStreams(config.data_dir / "streams.sqlite3")
    from rapport.redis_address import read_redis_address
    from rapport.streams.redis import RedisStreams

    return RedisStreams(read_redis_address("STREAMS_URL", config.streams_url))
