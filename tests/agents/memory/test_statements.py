"""Kinds of facts beside who and where: wishes, money, dates; since when they hold; and what is only proposed."""

from datetime import UTC, datetime

import pytest

from agents.memory.extraction import Extracted, extract
from tests.benchmarks.remembering.templates import FORMS, Kind

SAID_AT = datetime(2026, 11, 26, 15, tzinfo=UTC)
SAID = {
    "name": {"en": ("Tom O'Brien",) * 2, "de": ("Paul von Berg",) * 2},
    "email": {"en": ("a.1@mail.example",) * 2, "de": ("a.1@mail.example",) * 2},
    "phone": {"en": ("+49 171 1234567", "+491711234567"), "de": ("+49 171 1234567", "+491711234567")},
    "place": {"en": ("Reading",) * 2, "de": ("Bad Homburg",) * 2},
    "order": {"en": ("X-1234",) * 2, "de": ("X-1234",) * 2},
    "budget": {"en": ("1,500", "1500 EUR"), "de": ("1.500", "1500 EUR")},
    "prefers": {"en": ("paper invoices",) * 2, "de": ("Papierrechnungen",) * 2},
    "avoids": {"en": ("reminders",) * 2, "de": ("Erinnerungen",) * 2},
    "instruction": {
        "en": ("never call me before ten", "Never call me before ten"),
        "de": ("nie vor zehn anrufen", "Nie vor zehn anrufen"),
    },
}


def known(text: str) -> list[tuple[str, str]]:
    return [(each.predicate, each.value) for each in extract(text, SAID_AT) if _is_known(each)]


def _is_known(each: Extracted) -> bool:
    return not each.is_retracted and not each.is_proposal


@pytest.mark.parametrize(("predicate", "language", "kind", "form"), FORMS)
def test_each_known_way_of_saying_it_is_understood(predicate: str, language: str, kind: Kind, form: str) -> None:
    value, kept = SAID[predicate][language]
    found = [
        each
        for each in extract(form.format(v=value, V=value[:1].upper() + value[1:], w="Springfield"), SAID_AT)
        if each.predicate == predicate
    ]
    stated = [each.value for each in found if _is_known(each)]
    taken_back = [each.value for each in found if each.is_retracted]
    if kind in ("state", "update", "correct"):
        assert stated[-1:] == [kept]
    elif kind == "deny":
        assert (stated, kept in taken_back) == ([], True)
    else:
        assert (stated, taken_back) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please cancel my order A-4711.", [("cancels", "order A-4711"), ("order", "A-4711")]),
        ("Ich habe meine Bestellung B-1234 storniert.", [("cancels", "Bestellung B-1234"), ("order", "B-1234")]),
        ("Ich möchte mein Abo kündigen.", [("cancels", "Abo")]),
        ("Can you cancel my subscription?", [("cancels", "subscription")]),
        ("I did not cancel my subscription.", []),
        ("I paid $49.90 for it.", [("paid", "49.90 USD")]),
        ("Ich habe 1.249,90 Euro bezahlt.", [("paid", "1249.90 EUR")]),
        ("My birthday is 3 May 1990.", [("birthday", "1990-05-03")]),
        ("Ich bin am 3. Mai 1990 geboren.", [("birthday", "1990-05-03")]),
        ("My appointment is next Tuesday at 10.", [("appointment", "2026-12-01T10:00")]),
        ("Mein Termin wurde auf den 4. Dezember um 14 Uhr verschoben.", [("appointment", "2026-12-04T14:00")]),
        ("Please answer in German.", [("language", "German")]),
        ("Rufen Sie mich nie vor zehn Uhr an.", [("instruction", "Nie vor zehn Uhr anrufen")]),
        ("Please don't call me before 10 am.", [("instruction", "Never call me before 10 am")]),
        ("Never mind.", []),
        ("Don't worry about it.", []),
        ("I'm allergic to nuts.", [("avoids", "nuts")]),
        ("My order numbers are A-1001 and A-1002.", [("order", "A-1001"), ("order", "A-1002")]),
        ("If my order A-4711 is late, I get money back", [("order", "A-4711")]),
        ("My mother's appointment is on 3 May.", []),
        ("I never said my name is Anna.", []),
    ],
)
def test_wishes_money_and_dates(text: str, expected: list[tuple[str, str]]) -> None:
    assert known(text) == expected


@pytest.mark.parametrize(
    ("text", "since", "precision", "is_lasting"),
    [
        ("I have lived in Berlin since May 2024.", "2024-05-01", "month", True),
        ("Seit März wohne ich in München.", "2026-03-01", "month", True),
        ("I moved to Hamburg last month.", "2026-10-01", "month", True),
        ("Ich ziehe am 1. Dezember nach Köln um.", "2026-12-01", "day", False),
        ("As of 1 January my email is new@b.example.", "2027-01-01", "day", False),
    ],
)
def test_since_when_it_holds(text: str, since: str, precision: str, is_lasting: bool) -> None:
    [fact] = extract(text, SAID_AT)
    assert fact.holds_from is not None
    assert (str(fact.holds_from.date()), fact.precision, fact.is_lasting) == (since, precision, is_lasting)
    assert not fact.is_proposal


def test_until_when_it_held() -> None:
    [fact] = extract("I lived in Bonn until 2020.", SAID_AT)
    assert (fact.value, fact.holds_from, fact.holds_to) == ("Bonn", None, datetime(2020, 1, 1, tzinfo=UTC))


def test_a_plan_without_a_date_is_only_proposed() -> None:
    [fact] = extract("I'm moving to Cologne soon.", SAID_AT)
    assert fact.is_proposal


def test_who_wants_it_no_longer_avoids_it() -> None:
    found = [(each.predicate, each.is_retracted) for each in extract("I don't want phone calls any more.", SAID_AT)]
    assert sorted(found) == [("avoids", False), ("prefers", True)]


def test_a_permission_takes_an_instruction_back() -> None:
    [fact] = extract("You can call me before ten again.", SAID_AT)
    assert (fact.value, fact.is_retracted, fact.is_implied) == ("Never call me before ten", True, True)
