"""One spelling for each page, and addresses that sites make up without end."""

import pytest

from ingestion.sources.website.addresses import canonical_address, is_page_address, is_trap, pattern_of, site_of

BASE = "https://acme.example/docs/"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://ACME.example:443", "https://acme.example/"),
        ("guide#part", "https://acme.example/docs/guide"),
        ("../a/./b", "https://acme.example/a/b"),
        ("/a?b=2&a=1&utm_source=mail&gclid=x", "https://acme.example/a?a=1&b=2"),
        ("/a;jsessionid=123?x=1", "https://acme.example/a?x=1"),
        ("/über uns", "https://acme.example/%C3%BCber%20uns"),
        ("/a%2Fb", "https://acme.example/a%2Fb"),
        ("//other.example/x", "https://other.example/x"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("mailto:hello@acme.example", ""),
        ("javascript:void(0)", ""),
        ("https://user:secret@acme.example/", ""),
        ("https://acme.example:99999/", ""),
        ("https://[broken/", ""),
        ("/" + "x" * 2000, ""),
    ],
)
def test_canonical_address(written: str, canonical: str) -> None:
    assert canonical_address(written, BASE) == canonical


def test_canonical_addresses_are_their_own_canonical_address() -> None:
    for address in ("https://acme.example/a?a=1&b=", "https://acme.example/%C3%BC/", "http://acme.example:8080/x"):
        assert canonical_address(address) == address


def test_http_and_https_of_a_host_are_one_site_and_other_ports_are_not() -> None:
    assert site_of("http://acme.example/a") == site_of("https://acme.example/b")
    assert site_of("https://acme.example:8443/") != site_of("https://acme.example/")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/calendar?month=2031-05",
        "https://a.example/events/day/2030-01-01",
        "https://a.example/x/y/x/y/x/y",
        "https://a.example/?a=1&b=2&c=3&d=4&e=5&f=6",
        "https://a.example/" + "/".join(map(str, range(20))),
    ],
)
def test_traps(url: str) -> None:
    assert is_trap(url)


@pytest.mark.parametrize(
    "url", ["https://a.example/blog/2024/05/post", "https://a.example/docs/a/b?page=2", "https://a.example/calendar"]
)
def test_ordinary_addresses_are_no_traps(url: str) -> None:
    assert not is_trap(url)


def test_pages_of_one_template_share_a_pattern() -> None:
    assert pattern_of("https://a.example/list/3?page=9") == pattern_of("https://a.example/list/17?page=2")


def test_pictures_and_archives_are_no_pages() -> None:
    assert not is_page_address("https://a.example/logo.PNG?v=2")
    assert is_page_address("https://a.example/manual.pdf")
