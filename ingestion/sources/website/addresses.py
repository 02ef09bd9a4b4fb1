"""One spelling for each page's address, and which addresses look like a trap."""

import re
from collections import Counter
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_.*|gclid|fbclid|msclkid|mc_[ce]id|_ga|_gl|sessionid|phpsessid|jsessionid|sid)$", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_DEFAULT_PORTS = {("http", 80), ("https", 443)}
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._%"
_LONGEST = 1_000
_DEEPEST_PATH = 15
_MOST_PARAMETERS = 5
_CALENDAR = re.compile(
    r"(?:^|[/?&])(?:calendar|kalender|events?/(?:day|week|month|list))(?:[/?&=]|$)"
    r"|[?&](?:month|year|day|date|tribe-bar-date|ical|outlook-ical)=",
    re.IGNORECASE,
)
_NOT_PAGES = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|svg|ico|css|js|mjs|map|woff2?|ttf|eot|mp[34]|m4a|webm|ogg|wav|avi|mov|zip|gz|tgz|bz2|"
    r"xz|7z|rar|exe|dmg|deb|rpm|iso|apk|jar|rss|atom|ics|json)$",
    re.IGNORECASE,
)


def canonical_address(url: str, base: str = "") -> str:
    """The address without fragment, tracking parameters and needless spelling; "" when it is not an http(s) page."""
    try:
        parts = urlsplit(_SESSION_IN_PATH.sub("", urljoin(base, url.strip()) if base else url.strip()))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not host or parts.username is not None:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    netloc = netloc if port is None or (scheme, port) in _DEFAULT_PORTS else f"{netloc}:{port}"
    path = quote(parts.path, safe=_SAFE_IN_PATH)
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query, True) if not _TRACKING.match(pair[0])))
    address = urlunsplit((scheme, netloc, _without_dots(path or "/"), query, ""))
    return address if len(address) <= _LONGEST else ""


def site_of(url: str) -> str:
    """Host and port: pages of one site share it. http and https count as one site."""
    parts = urlsplit(url)
    port = parts.port if parts.port not in {80, 443, None} else ""
    return f"{(parts.hostname or '').lower()}:{port}"


def is_page_address(url: str) -> bool:
    """False for pictures, scripts, archives and other things that hold no text."""
    return not _NOT_PAGES.search(urlsplit(url).path)


def is_trap(url: str) -> bool:
    """Addresses that sites make up without end: calendars, repeating folders, heaps of parameters."""
    parts = urlsplit(url)
    folders = [folder for folder in parts.path.split("/") if folder]
    repeats = max(Counter(folders).values(), default=0)
    parameters = len(parse_qsl(parts.query, True))
    if len(folders) > _DEEPEST_PATH or repeats >= 3 or parameters > _MOST_PARAMETERS:
        return True
    return bool(_CALENDAR.search(f"{parts.path}?{parts.query}") and any(character.isdigit() for character in url))


def pattern_of(url: str) -> str:
    """The address with its numbers and parameter values taken out: pages of one template share it."""
    parts = urlsplit(url)
    names = ",".join(sorted({name for name, _ in parse_qsl(parts.query, True)}))
    return f"{re.sub(r'[0-9]+', '#', parts.path)}?{names}"


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4, for absolute paths."""
    kept: list[str] = []
    for folder in path.split("/")[1:]:
        if folder == "..":
            kept = kept[:-1]
        elif folder != ".":
            kept.append(folder)
    tail = "/" if path.endswith(("/.", "/..")) and kept and kept[-1] else ""
    return "/" + "/".join(kept) + tail
