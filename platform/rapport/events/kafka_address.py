"""EVENTS_URL for Kafka, read once: brokers, prefix, and how to sign in. It must not connect to anything.

kafka://host:9092,other:9092?prefix=rapport.
kafka+ssl://user:password@host:9092?sasl=SCRAM-SHA-512&ca=/etc/ssl/kafka.pem
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from rapport.config import ConfigError

DEFAULT_PORT = 9092
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
FILES = ("ca", "cert", "key")
OPTIONS = ("prefix", "sasl", "replication", *FILES)


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """`prefix` begins the name of every topic and group; `replication` is how many copies new topics get, -1: the
    brokers' default."""

    servers: tuple[str, ...]
    prefix: str = ""
    replication: int = -1
    is_encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    mechanism: str = "PLAIN"
    ca: str = ""
    cert: str = ""
    key: str = ""

    def client_settings(self) -> dict[str, Any]:
        """What every client of kafka-python needs to reach these brokers."""
        protocol = ("SASL_" if self.user else "") + ("SSL" if self.is_encrypted else "")
        settings: dict[str, Any] = {
            "bootstrap_servers": list(self.servers),
            "security_protocol": protocol if self.is_encrypted else f"{protocol}PLAINTEXT",
        }
        if self.is_encrypted:
            files = {"ssl_cafile": self.ca, "ssl_certfile": self.cert, "ssl_keyfile": self.key}
            settings |= {name: path for name, path in files.items() if path}
        if self.user:
            settings |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return settings

    @property
    def shown_servers(self) -> str:
        return ", ".join(self.servers)


def read_kafka_address(url: str) -> KafkaAddress:
    """Raises ConfigError with a sentence that never shows the password."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    who, _, hosts = place.rstrip("/").rpartition("@")
    user, _, password = who.partition(":")
    options = _options(query)
    return KafkaAddress(
        servers=_servers(hosts),
        prefix=options.get("prefix", ""),
        replication=_replication(options.get("replication", "")),
        is_encrypted=scheme == "kafka+ssl",
        user=unquote(user),
        password=unquote(password),
        mechanism=_mechanism(options.get("sasl", "PLAIN"), has_user=bool(user)),
        **{name: _file(name, options.get(name, "")) for name in FILES},
    )


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := options.keys() - set(OPTIONS):
        raise ConfigError(f"EVENTS_URL has no option {', '.join(sorted(unknown))}; it has {', '.join(OPTIONS)}.")
    return options


def _servers(hosts: str) -> tuple[str, ...]:
    servers = tuple(_server(each.strip()) for each in hosts.split(",") if each.strip())
    if not servers:
        raise ConfigError("EVENTS_URL names no broker: write kafka://host:9092, several with commas between them.")
    return servers


def _server(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):  # a bare name, or an IPv6 address without a port
        return f"{text}:{DEFAULT_PORT}"
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError(f"EVENTS_URL: {text!r} is no address of a broker: write host:port.")
    return text


def _mechanism(name: str, *, has_user: bool) -> str:
    if name.upper() not in MECHANISMS:
        raise ConfigError(f"EVENTS_URL: sasl={name} is not known; there are {', '.join(MECHANISMS)}.")
    if name.upper() != "PLAIN" and not has_user:
        raise ConfigError(f"EVENTS_URL: sasl={name} needs a user and a password: kafka://user:password@host.")
    return name.upper()


def _replication(text: str) -> int:
    if not text:
        return -1
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"EVENTS_URL: replication={text} must be a number of copies, 1 or more.")
    return int(text)


def _file(name: str, path: str) -> str:
    if path and not Path(path).is_file():
        raise ConfigError(f"EVENTS_URL: {name}={path} is no file.")
    return path
