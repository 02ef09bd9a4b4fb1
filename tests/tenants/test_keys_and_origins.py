"""Publishable keys carry a checksum; origins are compared as browsers write them."""

import pytest

from tenants.errors import InvalidOrigin
from tenants.keys import is_well_formed, make_publishable_key
from tenants.origins import normalise_origin


def test_a_made_key_is_well_formed_and_a_typo_is_not() -> None:
    key = make_publishable_key()
    assert is_well_formed(key)
    flipped = key[:10] + ("a" if key[10] != "a" else "b") + key[11:]
    assert not is_well_formed(flipped)
    assert not is_well_formed("")
    assert not is_well_formed(key.replace("rp_pk_", "rp_sk_"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTPS://Shop.Example:443/", "https://shop.example"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        (" https://shop.example ", "https://shop.example"),
    ],
)
def test_origins_are_normalised(text: str, expected: str) -> None:
    assert normalise_origin(text) == expected


@pytest.mark.parametrize(
    "text", ["", "shop.example", "https://*.example", "https://shop.example/path", "ftp://x", "https://x:99999", "null"]
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(InvalidOrigin):
        normalise_origin(text)
