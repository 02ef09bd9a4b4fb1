"""Public ids: round trip, order, and one kind never passing for another."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.errors import InvalidId
from rapport.ids import Prefix, decode, encode, new_id


@given(st.uuids())
def test_round_trip(value: UUID) -> None:
    assert decode(Prefix.DOCUMENT, encode(Prefix.DOCUMENT, value)) == value


@given(st.lists(st.uuids(), min_size=2, max_size=20))
def test_public_ids_sort_as_the_inside_ones(values: list[UUID]) -> None:
    assert sorted(values) == [decode(Prefix.TURN, text) for text in sorted(encode(Prefix.TURN, v) for v in values)]


def test_new_ids_are_version_7_and_grow() -> None:
    ids = [new_id() for _ in range(100)]
    assert all(each.version == 7 for each in ids)
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    "text",
    ["", "doc_", "doc_123", "agt_" + "0" * 26, "doc_" + "z" * 26, "doc_" + "0" * 25 + "u", "doc-" + "0" * 26],
)
def test_what_is_no_id_of_the_kind_is_refused(text: str) -> None:
    with pytest.raises(InvalidId) as caught:
        decode(Prefix.DOCUMENT, text)
    assert caught.value.status == 404


@given(st.text(max_size=40))
def test_any_text_is_an_id_or_refused(text: str) -> None:
    try:
        value = decode(Prefix.DOCUMENT, text)
    except InvalidId:
        return
    assert encode(Prefix.DOCUMENT, value) == text
