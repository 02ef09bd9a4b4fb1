"""Web origins: `scheme://host[:port]`, as browsers write them."""

from urllib.parse import urlsplit

from tenants.errors import InvalidOrigin

_DEFAULT_PORTS = {"http": 80, "https": 443}


def normalise_origin(text: str) -> str:
    """`HTTPS://Shop.Example:443/` → `https://shop.example`. Raises InvalidOrigin."""
    parts = urlsplit(text.strip())
    try:
        port = parts.port
    except ValueError:
        raise InvalidOrigin(f"{text!r} has no valid port.", param="allowed_origins") from None
    if (
        parts.scheme.lower() not in _DEFAULT_PORTS
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or "*" in text
    ):
        raise InvalidOrigin(
            f"{text!r} is not an origin. Write it as a browser does: https://shop.example, with no path.",
            param="allowed_origins",
        )
    scheme, host = parts.scheme.lower(), parts.hostname
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{host}:{port}"
