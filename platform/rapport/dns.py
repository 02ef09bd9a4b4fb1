"""TXT records of a domain: what its owner publishes there to show that it is theirs."""

from typing import TYPE_CHECKING

from rapport.config import get_config
from rapport.errors import Unavailable

if TYPE_CHECKING:
    from dns.resolver import Resolver

_LONGEST_SECONDS = 8.0


class DnsUnavailable(Unavailable):
    code = "dns_unavailable"


def txt_records(name: str) -> list[str]:
    """Those of exactly this name; none when there is no such name. Raises DnsUnavailable when no server answers."""
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer

    try:
        answer = _resolver().resolve(name, "TXT", search=False, lifetime=_LONGEST_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException:
        raise DnsUnavailable(f"No name server answers for {name} now. Try again in some minutes.") from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _resolver() -> "Resolver":
    """The servers of DNS_SERVERS ("192.0.2.53", "127.0.0.1:5353"), else those of the machine."""
    from dns.resolver import Resolver

    servers = get_config().dns_servers
    resolver = Resolver(configure=not servers)
    if servers:
        found = [each.rpartition(":") if each.count(":") == 1 else ("", "", each) for each in servers]
        resolver.nameservers = [host or last for host, _, last in found]
        resolver.nameserver_ports = {host: int(port) for host, _, port in found if host}
    return resolver
