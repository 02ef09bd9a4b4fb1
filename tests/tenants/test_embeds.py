"""The signed word for where a widget's iframe stands."""

import pytest
from django.core import signing

from tenants import embeds
from tenants.embeds import read_embed, sign_embed
from tenants.errors import OriginNotAllowed


def test_it_says_the_origin_for_its_own_key() -> None:
    assert read_embed(sign_embed(key="rp_pk_a", origin="https://a.example"), key="rp_pk_a") == "https://a.example"


def test_another_key_s_word_is_refused() -> None:
    with pytest.raises(OriginNotAllowed):
        read_embed(sign_embed(key="rp_pk_a", origin="https://a.example"), key="rp_pk_b")


@pytest.mark.parametrize(
    "text", ["", "x", "a:b:c", signing.dumps({"k": "rp_pk_a", "o": "https://a.example"}, salt="other")]
)
def test_what_we_did_not_sign_for_this_is_refused(text: str) -> None:
    with pytest.raises(OriginNotAllowed):
        read_embed(text, key="rp_pk_a")


def test_an_old_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    word = sign_embed(key="rp_pk_a", origin="https://a.example")
    monkeypatch.setattr(embeds, "MAX_AGE_SECONDS", -1)
    with pytest.raises(OriginNotAllowed):
        read_embed(word, key="rp_pk_a")
