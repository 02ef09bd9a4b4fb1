"""Which addresses may be connected to: public ones, and what OUTBOUND_ALLOWED_PRIVATE_HOSTS names.

Entries of that setting are host names ("wiki.intern"), host and port ("127.0.0.1:8001") or networks ("10.2.0.0/16").
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapport.outbound.errors import AddressRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# https://www.rfc-editor.org/rfc/rfc6052 (NAT64): the last four bytes are an IPv4 address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")


def is_public(address: Address) -> bool:
    """False for loopback, private, link-local, shared, multicast, reserved, and whatever wraps such an address."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local or address in _NAT64_LOCAL:
            return False
        wrapped = list(_wrapped(address))
        if wrapped:
            return all(is_public(inner) for inner in wrapped)
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not is_special and not address.is_private and not address.is_link_local


def _wrapped(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """IPv4 addresses inside: mapped, compatible, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _NAT64 or address.packed[:12] == bytes(12):
        yield ipaddress.IPv4Address(address.packed[12:])


@dataclass(frozen=True, slots=True)
class AllowList:
    """Private places that the operator allows."""

    hosts: frozenset[tuple[str, int]]  # port 0: every port
    networks: tuple[Network, ...]

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "AllowList":
        hosts: set[tuple[str, int]] = set()
        networks: list[Network] = []
        for entry in filter(None, (entry.strip().lower() for entry in entries)):
            try:
                networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                name, colon, port = entry.rpartition(":")
                is_port = bool(colon) and port.isdigit()
                hosts.add((name.strip("[]"), int(port)) if is_port else (entry, 0))
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str, port: int) -> bool:
        """True when the operator wrote this very host down, or a network with this address in it."""
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return bool({(host.lower(), port), (host.lower(), 0)} & self.hosts)
        return self.allows(host.lower(), port, address)

    def allows(self, host: str, port: int, address: Address) -> bool:
        names = {(host, port), (host, 0)}
        return bool(names & self.hosts) or any(address in network for network in self.networks)


def choose_addresses(host: str, port: int, resolved: Iterable[str], allowed: AllowList) -> list[str]:
    """Those of the resolved addresses that may be connected to, in order. Raises AddressRefused when none may."""
    host = host.lower().rstrip(".")
    chosen = []
    for text in dict.fromkeys(resolved):
        address = ipaddress.ip_address(text.partition("%")[0])
        if is_public(address) or allowed.allows(host, port, address):
            chosen.append(text)
    if not chosen:
        raise AddressRefused(
            f"{host} leads into a private network, where Rapport does not go. Use a public address; if you host "
            "Rapport yourself and mean this host, add it to OUTBOUND_ALLOWED_PRIVATE_HOSTS."
        )
    return chosen
