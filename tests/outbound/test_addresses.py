"""No spelling of a private address counts as public."""

import ipaddress

import pytest

from rapport.outbound.addresses import AllowList, choose_addresses, is_public
from rapport.outbound.errors import AddressRefused

PRIVATE = """
127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1
198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 192.0.2.1
:: ::1 fe80::1 fc00::1 fd12:3456::1 fec0::1 ff02::1 2001:db8::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::
2001:0:7f00:1::
""".split()
PUBLIC = "1.1.1.1 93.184.216.34 2606:4700:4700::1111 ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::".split()


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


def test_a_name_with_one_public_address_leads_only_there() -> None:
    assert choose_addresses("example.com", 443, ["10.0.0.1", "1.1.1.1"], AllowList.parse([])) == ["1.1.1.1"]


def test_a_name_with_private_addresses_only_is_refused_by_name() -> None:
    with pytest.raises(AddressRefused, match=r"wiki\.intern.*OUTBOUND_ALLOWED_PRIVATE_HOSTS"):
        choose_addresses("wiki.intern", 443, ["10.0.0.1", "fe80::1%eth0"], AllowList.parse([]))


@pytest.mark.parametrize(
    ("entry", "host", "port", "is_allowed"),
    [
        ("wiki.intern", "wiki.intern", 80, True),
        ("wiki.intern", "WIKI.intern.", 443, True),
        ("wiki.intern", "evil.wiki.intern", 443, False),
        ("wiki.intern:8080", "wiki.intern", 8080, True),
        ("wiki.intern:8080", "wiki.intern", 80, False),
        ("10.0.0.0/8", "anything", 80, True),
        ("10.9.0.0/16", "anything", 80, False),
        ("10.0.0.7", "anything", 80, True),
        ("", "anything", 80, False),
    ],
)
def test_the_operator_allows_exactly_what_is_listed(entry: str, host: str, port: int, is_allowed: bool) -> None:
    allowed = AllowList.parse([entry])
    if is_allowed:
        assert choose_addresses(host, port, ["10.0.0.7"], allowed) == ["10.0.0.7"]
    else:
        with pytest.raises(AddressRefused):
            choose_addresses(host, port, ["10.0.0.7"], allowed)
