"""Which values hold follows from what was said, whatever order it came in, and without what is gone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import NAMESPACE_OID, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from agents.memory.chain import Assertion, Interval, intervals_of

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
Told = tuple[str, int | None, int | None]


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def said(value: str, minute: int, **more: object) -> Assertion:
    """Recorded when it was said."""
    identity = uuid5(NAMESPACE_OID, f"{value} {minute} {sorted(more.items())}")
    return replace(Assertion(identity, value, at(minute), at(minute)), **more)  # type: ignore[arg-type]


def course(intervals: Sequence[Interval]) -> list[Told]:
    return [
        (each.value, _minute(each.valid_from), _minute(each.valid_to))
        for each in intervals
        if each.supports and each.status != "proposed"
    ]


def _minute(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - NOON) // timedelta(minutes=1)


def one(*told: Assertion, pinned: Sequence[str] = ()) -> list[Interval]:
    return intervals_of(told, is_single_valued=True, pinned=pinned)


def many(*told: Assertion) -> list[Interval]:
    return intervals_of(told, is_single_valued=False)


def test_in_whatever_order_a_newer_value_ends_the_one_before() -> None:
    told = [said("Bonn", 0), said("Berlin", 10), said("Köln", 20), said("Berlin", 25, is_retracted=True)]
    for order in permutations(told):
        assert course(one(*order)) == [("Bonn", 0, 10), ("Berlin", 10, 20), ("Köln", 20, None)]


def test_without_what_ended_it_a_value_holds_again() -> None:
    bonn, berlin, again = said("Bonn", 0), said("Berlin", 10), said("Bonn", 20)
    assert course(one(bonn, berlin, again)) == [("Bonn", 0, 10), ("Berlin", 10, 20), ("Bonn", 20, None)]
    assert course(one(bonn, again)) == [("Bonn", 0, None)]


def test_the_same_value_is_one_however_it_is_spelled() -> None:
    [interval] = one(said("anna  schmidt", 0), said("Anna Schmidt.", 5))
    assert len(interval.sources) == 2


def test_what_is_taken_back_before_it_is_told_stays_taken_back() -> None:
    assert course(one(said("Bob", 10, is_retracted=True), said("Bob", 0))) == [("Bob", 0, 10)]


def test_everything_may_be_taken_back_at_once() -> None:
    told = (said("pro", 0), said("", 5, is_retracted=True), said("basic", 2))
    assert course(one(*told)) == [("pro", 0, 2), ("basic", 2, 5)]


def test_many_values_stand_side_by_side_until_a_correction() -> None:
    here, there = UUID(int=1), UUID(int=2)
    told = (
        said("A-1", 0, conversation_id=there),
        said("A-2", 1, conversation_id=here),
        said("A-3", 2, conversation_id=here, is_correction=True),
    )
    assert course(many(*told)) == [("A-1", 0, None), ("A-2", 1, 2), ("A-3", 2, None)]


def test_a_proposal_changes_nothing_and_stands_apart() -> None:
    known, doubted = said("Anna", 0), said("Eva", 5, is_proposal=True)
    intervals = one(known, doubted)
    assert course(intervals) == [("Anna", 0, None)]
    assert [each.value for each in intervals if each.status == "proposed"] == ["Eva"]
    assert [each.status for each in one(said("Eva", 5, is_proposal=True), said("Eva", 9))] == ["active"]


def test_what_a_person_calls_wrong_never_held() -> None:
    told = (said("Bonn", 0), said("Bern", 10), said("Bern", 20, is_retracted=True, is_staff=True))
    assert course(one(*told)) == [("Bonn", 0, None), ("Bern", 10, 10)]
    assert ("Bern", 30, None) in course(one(*told, said("Bern", 30)))


def test_what_is_pinned_only_a_person_ends() -> None:
    told = [said("Anna", 0), said("Eva", 5), said("Anna", 7, is_retracted=True)]
    assert course(one(*told, pinned=["anna"])) == [("Anna", 0, None)]
    assert course(one(*told, said("Ada", 9, is_staff=True), pinned=["anna"])) == [("Anna", 0, 9), ("Ada", 9, None)]


def test_what_is_said_to_hold_since_or_until_a_time_does() -> None:
    told = (said("Hamburg", 50, holds_to=at(10), is_open_start=True), said("Ulm", 60, holds_from=at(20)))
    assert course(one(*told)) == [("Hamburg", None, 10), ("Ulm", 20, None)]
    assert course(one(said("Bonn", 30), said("Ulm", 60, holds_from=at(20)))) == [("Ulm", 20, 30), ("Bonn", 30, None)]


def test_what_has_been_so_all_the_time_was_never_otherwise() -> None:
    told = (said("Bonn", 30), said("Ulm", 60, holds_from=at(20), is_lasting=True), said("Köln", 90))
    assert course(one(*told)) == [("Ulm", 20, 90), ("Bonn", 30, 30), ("Köln", 90, None)]


def test_what_says_otherwise_and_replaces_nothing_is_noted_on_what_stands() -> None:
    def against(intervals: Sequence[Interval]) -> dict[str, list[str]]:
        found = {each.value: [source.value for source in each.contradicted_by] for each in intervals}
        return {value: others for value, others in found.items() if others}

    assert against(one(said("Anna", 0), said("Eva", 5), pinned=["anna"])) == {"Anna": ["Eva"]}
    assert against(one(said("Anna", 0), said("Eva", 5, is_proposal=True))) == {"Anna": ["Eva"]}
    lasting = said("Ulm", 60, holds_from=at(20), is_lasting=True)
    assert against(one(said("Bonn", 30), lasting)) == {"Ulm": ["Bonn"]}
    assert against(one(said("Anna", 0), said("Eva", 5))) == {}
    assert against(many(said("tea", 0), said("coffee", 5, is_proposal=True))) == {}


STATEMENTS = st.builds(
    said,
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 30),
    is_retracted=st.booleans(),
    is_proposal=st.booleans(),
    is_staff=st.booleans(),
    is_lasting=st.booleans(),
    holds_from=st.one_of(st.none(), st.integers(0, 30).map(at)),
)


@given(st.lists(STATEMENTS, max_size=12, unique_by=lambda each: each.id), st.randoms())
def test_any_history_has_one_value_at_a_time_and_does_not_ask_for_its_order(
    told: list[Assertion], random: object
) -> None:
    intervals = one(*told)
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert course(one(*shuffled)) == course(intervals)
    assert sum(each.status == "active" for each in intervals) <= 1
    for minute in range(31):
        assert sum(each.holds_at(at(minute)) for each in intervals) <= 1
    held = [source.id for each in intervals for source in each.sources]
    assert len(held) == len(set(held))
