"""Where a carrier reaches us, made from the configuration: what a proxy says of our address is never believed."""

from urllib.parse import urlsplit, urlunsplit

from rapport.config import get_config


def webhook_url(tenant: str, number: str, what: str) -> str:
    """`what`: "voice", "stream", "status" or "ended"; of one call "calls/cal_…/" and what of it.
    `tenant` and `number` are public ids."""
    return f"{get_config().public_url}/phone/{tenant}/{number}/{what}"


def line_url(tenant: str, number: str, what: str = "line") -> str:
    """`what`: "line" for words, "media" for sound."""
    parts = urlsplit(webhook_url(tenant, number, what))
    return urlunsplit(parts._replace(scheme="wss" if parts.scheme == "https" else "ws"))
