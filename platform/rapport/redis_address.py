"""A setting that names a Redis, read once: where it is, the prefix of every key, and what to say when it fails.

redis://:password@host:6379/0?prefix=rapport — and rediss:// for TLS. It must not connect to anything by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import redis

from rapport.config import ConfigError
from rapport.errors import Unavailable

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
OLDEST = (6, 2)
EVICTS_NOTHING = "noeviction"


class RedisUnavailable(Unavailable):
    """The message names the setting and what to do about it."""

    code = "redis_unavailable"


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """`setting` is the variable's name; `url` is for clients and never shown; `prefix` begins every key and channel."""

    setting: str
    url: str = field(repr=False)
    prefix: str = ""

    @property
    def place(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or 6379}"

    def client(self, **options: Any) -> "redis.Redis":
        """A client with a pool of its own; it connects when it is first used. Make it after a fork."""
        return redis.Redis.from_url(self.url, **{**client_options(), **options})

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Whatever the client raises becomes RedisUnavailable."""
        try:
            yield
        except (redis.RedisError, OSError) as error:
            raise RedisUnavailable(self.explain(error)) from error

    def explain(self, error: BaseException) -> str:
        """What is wrong and what to do, without the password."""
        said = str(error).upper()
        if isinstance(error, redis.AuthenticationError) or "NOAUTH" in said or "WRONGPASS" in said:
            return f"Redis at {self.place} refuses the password in {self.setting}: redis://:PASSWORD@host:port/0."
        if isinstance(error, redis.OutOfMemoryError) or "OOM" in said:
            return f"Redis at {self.place} ({self.setting}) is full. Raise its maxmemory, or give it another server."
        if "READONLY" in said or "MISCONF" in said or "LOADING" in said:
            return (
                f"Redis at {self.place} ({self.setting}) takes no writes now: {type(error).__name__}. Look at its log."
            )
        if isinstance(error, redis.ResponseError):
            return f"Redis at {self.place} ({self.setting}) refused a command; it must be version 6.2 or newer."
        return f"Redis at {self.place} does not answer. Start it (`make services`), or correct {self.setting}."


def client_options() -> dict[str, Any]:
    """Without `driver_info` the client would look its own version up in its package for every connection."""
    return {
        "driver_info": None,
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }


def read_redis_address(setting: str, url: str) -> RedisAddress:
    """Raises ConfigError naming the setting, never the password."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    prefix = options.pop("prefix", "")
    if not parts.hostname:
        raise ConfigError(f"{setting} names no host. It looks like redis://:PASSWORD@host:6379/0.")
    return RedisAddress(setting, urlunsplit(parts._replace(query=urlencode(options))), prefix)


def check_redis(address: RedisAddress, *, keeps_tasks: bool = False) -> None:
    """For the health page. Raises RedisUnavailable; `keeps_tasks`: also when it may throw away what waits in it."""
    with address.translated(), address.client(socket_timeout=CONNECT_SECONDS) as client:
        info: dict[str, Any] = client.info()
    version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
    if version < OLDEST:
        raise RedisUnavailable(
            f"Redis at {address.place} ({address.setting}) is version {info['redis_version']}; 6.2 or newer is needed."
        )
    policy = info.get("maxmemory_policy", EVICTS_NOTHING)
    if keeps_tasks and info.get("maxmemory") and policy != EVICTS_NOTHING:
        raise RedisUnavailable(
            f"Redis at {address.place} ({address.setting}) may throw waiting tasks away when it is full "
            f"(maxmemory-policy {policy}). Set maxmemory-policy to {EVICTS_NOTHING}."
        )
