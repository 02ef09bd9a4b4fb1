"""Where breakers are kept: in the Redis that STREAMS_URL names, else in the database."""

from functools import cache

from rapport.breakers.breakers import Breakers
from rapport.config import get_config


@cache
def get_breakers() -> Breakers:
    """Raises ConfigError."""
    config = get_config()
    if config.streams_url.startswith("embedded"):
        from rapport.breakers.database import DatabaseBreakers

        return Breakers(DatabaseBreakers())
    from rapport.breakers.redis import RedisBreakers
    from rapport.redis_address import read_redis_address

    return Breakers(RedisBreakers(read_redis_address("STREAMS_URL", config.streams_url)))
