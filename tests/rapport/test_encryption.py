"""Secrets at rest: unreadable without the installation's key, readable across a change of it."""

import pytest
from django.conf import LazySettings

from rapport.encryption import SecretUnreadable, decrypt, encrypt, rotate


def test_what_is_encrypted_is_read_again_and_never_looks_the_same() -> None:
    once, twice = encrypt("a secret ü"), encrypt("a secret ü")
    assert once != twice
    assert "secret" not in once
    assert decrypt(once) == decrypt(twice) == "a secret ü"


def test_a_change_of_the_key(settings: LazySettings) -> None:
    token = encrypt("secret")
    settings.SECRET_KEY, before = "another", settings.SECRET_KEY
    with pytest.raises(SecretUnreadable, match="SECRET_KEY_FALLBACKS"):
        decrypt(token)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert decrypt(token) == "secret"
    renewed = rotate(token)
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(renewed) == "secret"


@pytest.mark.parametrize("change", [lambda token: token[:-4] + "AAAA", lambda token: "", lambda token: "nonsense"])
def test_what_was_changed_is_refused(change: object) -> None:
    with pytest.raises(SecretUnreadable):
        decrypt(change(encrypt("secret")))  # type: ignore[operator]
