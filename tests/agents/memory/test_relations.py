"""What is said of for whom somebody works, who is who to them, and where those are."""

from datetime import UTC, datetime

import pytest

from agents.memory.extraction import extract
from agents.memory.predicates import is_single_valued
from agents.memory.subjects import apart, key_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def _said(text: str) -> list[tuple[str, str]]:
    return [(each.predicate, each.value) for each in extract(text, NOW) if not each.is_proposal]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I work for ACME.", [("employer", "ACME")]),
        ("Seit März arbeite ich für Müller & Söhne.", [("employer", "Müller & Söhne")]),
        ("Ich wohne in Hamburg und arbeite bei ACME.", [("place", "Hamburg"), ("employer", "ACME")]),
        ("Our company is based in Oslo.", [("place@role:employer", "Oslo")]),
        ("Meine Firma hat den Tarif Business.", [("plan@role:employer", "Business")]),
        ("Hanse Optik sitzt in Bergen.", [("place@company:hanse optik", "Bergen")]),
        ("My sister Anna lives in Oslo.", [("name@role:sister", "Anna"), ("place@person:anna", "Oslo")]),
        ("Mein Bruder arbeitet bei Bolt.", [("employer@role:brother", "Bolt")]),
        ("Meine Schwester heißt Anna.", [("name@role:sister", "Anna")]),
        ("I'm an engineer at Bolt.", [("employer", "Bolt")]),
        ("Der Firmensitz ist in Bergen.", [("place@role:employer", "Bergen")]),
        ("Anna, my sister, works for Bolt.", [("name@role:sister", "Anna"), ("employer@person:anna", "Bolt")]),
    ],
)
def test_it_is_kept_of_whom_it_is_said(text: str, expected: list[tuple[str, str]]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I work for a bank in London.",
        "I work in Oslo.",
        "Ich arbeite bei Ihnen an einer Bestellung.",
        "My boss is angry.",
        "The delivery is located in Berlin.",
        "Where is ACME based?",
        "My colleague said I work for ACME.",
        "Maybe our company is based in Oslo.",
        "I have been with Vodafone for years, and I switched to Business.",
        "I'm a loyal customer at IKEA, and I do my shopping at IKEA.",
        "Ich bin Stammkundin bei Ikea und zu Vodafone gewechselt.",
        "My sister is with Vodafone.",
        "The login works for Anna. Login works for Anna.",
    ],
)
def test_nothing_is_taken_from_what_names_nobody_or_is_not_stated(text: str) -> None:
    assert _said(text) == []


def test_it_holds_since_when_it_is_said_to() -> None:
    [said] = extract("I've been working for ACME since March.", NOW)
    assert (said.holds_from, said.precision) == (datetime(2026, 3, 1, tzinfo=UTC), "month")
    [left] = extract("I no longer work for ACME.", NOW)
    assert left.is_retracted


def test_a_predicate_names_its_subject() -> None:
    predicate, subject = apart("place@company:hanse optik")
    assert (predicate, subject and subject.kind, subject and subject.key) == ("place", "company", key_of("Hanse Optik"))
    assert apart("place") == ("place", None)
    assert is_single_valued("name@role:mother")
    assert not is_single_valued("name@role:sister"), "one may have several"
