"""What is taken for personal data, and what is not."""

import pytest

from agents.configuration.sections.guardrails import Guardrails, PersonalPattern
from agents.masking.patterns import BadPattern, compile_own, find_personal, whole_cut


def _found(text: str) -> list[tuple[str, str]]:
    return [(each.kind, text[each.start : each.end]) for each in find_personal(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to jo.doe+x@mail.example.co.uk, please.", [("EMAIL", "jo.doe+x@mail.example.co.uk")]),
        ("jürgen@bücher.example", [("EMAIL", "jürgen@bücher.example")]),
        ("<a@b.example>;c@d.example", [("EMAIL", "a@b.example"), ("EMAIL", "c@d.example")]),
        ("Call +49 30 901820 or (030) 901820", [("PHONE", "+49 30 901820"), ("PHONE", "(030) 901820")]),
        ("0151-23456789 und 0049 151 23456789", [("PHONE", "0151-23456789"), ("PHONE", "0049 151 23456789")]),
        ("555-123-4567, (555) 123-4567", [("PHONE", "555-123-4567"), ("PHONE", "(555) 123-4567")]),
        ("IBAN DE89 3704 0044 0532 0130 00 please", [("IBAN", "DE89 3704 0044 0532 0130 00")]),
        ("gb29nwbk60161331926819.", [("IBAN", "gb29nwbk60161331926819")]),
        (
            "card 4111 1111 1111 1111, 5555-5555-5555-4444",
            [("CARD", "4111 1111 1111 1111"), ("CARD", "5555-5555-5555-4444")],
        ),
        ("from 192.168.1.20 and 2001:db8::8a2e:370:7334", [("IP", "192.168.1.20"), ("IP", "2001:db8::8a2e:370:7334")]),
    ],
)
def test_it_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Order A-4711 of 2026-11-26, 10:30:45",
        "It costs 1,190.00 EUR, or 0.75 a piece; 12345678 in all",
        "From 01.02.2026 to 28.02.2026, 01/02/2026",
        "IBAN DE88 3704 6644 5532 9130 01",  # a wrong checksum
        "4111 1111 1111 1112",  # the same
        "version 1.2.3 of std::vector, 999.1.1.1",
        "@home and a@b",
        "ab:cd",
    ],
)
def test_it_is_left_alone(text: str) -> None:
    assert _found(text) == []


def test_a_company_finds_its_own_first() -> None:
    own = (PersonalPattern(name="customer_number", pattern=r"KD-[0-9]{6}"),)
    text = "I am KD-123456, kd@x.example"
    found = [(each.kind, text[each.start : each.end]) for each in find_personal(text, own)]
    assert found == [("CUSTOMER_NUMBER", "KD-123456"), ("EMAIL", "kd@x.example")]


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?=x)y", r"(?<!x)y", "(", "a*", "", "x" * 201])
def test_what_cannot_be_searched_for_in_linear_time_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern"):
        Guardrails(personal_patterns=(PersonalPattern(name="own", pattern=pattern),))


def test_the_catastrophic_ones_are_harmless() -> None:
    """Each would take a backtracking engine longer than the universe has; the test would not end."""
    text = "a" * 100_000 + "!"
    for pattern in (r"(a+)+$", r"(a|a)+$", r"(a|aa)+$", r"([a-z]+)+$", r"(.*a){20}$"):
        assert list(compile_own(pattern).finditer(text)) == []


def test_hostile_texts_are_read_in_time() -> None:
    """Every expression of ours is bounded: the test would not end."""
    for text in ("a@" * 50_000, "a." * 50_000 + "@", "1 " * 50_000, "DE89" * 25_000, "1." * 50_000, ":" * 100_000):
        find_personal(text)


def test_names_are_given_once() -> None:
    with pytest.raises(ValueError, match="same name"):
        Guardrails(personal_patterns=tuple(PersonalPattern(name="own", pattern=each) for each in ("a", "b")))
    with pytest.raises(BadPattern):
        compile_own("(")


@pytest.mark.parametrize("at", range(40))
def test_a_cut_leaves_an_address_whole(at: int) -> None:
    text = "Write to jo.doe@mail.example, or ring us."
    cut = whole_cut(text, at)
    assert cut <= at
    assert not 9 < cut < 28
