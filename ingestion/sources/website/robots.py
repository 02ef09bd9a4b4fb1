"""robots.txt: what a site allows, how slowly, and where its sitemaps are (RFC 9309)."""

from dataclasses import dataclass
from urllib.parse import urljoin

from protego import Protego

from rapport.errors import RapportError
from rapport.outbound import OutboundClient

AGENT = "RapportBot"
_LONGEST_DELAY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Robots:
    """`rules` None: all is allowed. `is_closed`: the file could not be had, so nothing is (RFC 9309 §2.3.1.4)."""

    rules: Protego | None = None
    is_closed: bool = False

    def allows(self, url: str) -> bool:
        if self.is_closed:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, AGENT))

    @property
    def delay_seconds(self) -> float:
        """What the site asks for, at most 20 seconds."""
        asked = float(self.rules.crawl_delay(AGENT) or 0) if self.rules else 0.0
        return min(asked, _LONGEST_DELAY_SECONDS)

    @property
    def sitemaps(self) -> list[str]:
        return [str(address) for address in self.rules.sitemaps] if self.rules else []


def fetch_robots(client: OutboundClient, url: str) -> Robots:
    """The rules of the site that `url` is on. Raises what says that the site itself is out of reach or private."""
    try:
        answer = client.fetch(urljoin(url, "/robots.txt"))
    except RapportError as error:
        if error.code in {"private_address", "host_unreachable", "outbound_timeout"}:
            raise
        return Robots()  # an odd answer to this one address says nothing about the site
    if answer.status >= 500:
        return Robots(is_closed=True)
    if answer.status >= 400:
        return Robots()
    return Robots(Protego.parse(answer.content[:512_000].decode("utf-8", errors="replace")))
