"""What kinds of facts are remembered, and how they are said back; `agents.memory.questions` knows who asks for them."""

from dataclasses import dataclass

from agents.memory.questions import asked_predicates as asked_predicates
from agents.memory.subjects import SEVERAL, apart, label_of


@dataclass(frozen=True, slots=True)
class Predicate:
    """`sentence` takes one value, `sentences` several joined ones, in English and German."""

    name: str
    label: str
    is_single_valued: bool
    sentence: dict[str, str]
    sentences: dict[str, str]


def _predicate(name: str, label: str, one: tuple[str, str], many: tuple[str, str] | None = None) -> Predicate:
    """A kind that may have several values at once says how they are said together."""
    english, german = zip(one, many or one, strict=True)
    return Predicate(
        name, label, many is None, {"en": english[0], "de": german[0]}, {"en": english[1], "de": german[1]}
    )


PREDICATES: dict[str, Predicate] = {
    each.name: each
    for each in (
        _predicate("name", "name", ("Your name is {}.", "Ihr Name ist {}.")),
        _predicate("email", "e-mail address", ("Your e-mail address is {}.", "Ihre E-Mail-Adresse ist {}.")),
        _predicate("phone", "phone number", ("Your phone number is {}.", "Ihre Telefonnummer ist {}.")),
        _predicate("place", "place", ("You live in {}.", "Ihr Wohnort ist {}.")),
        _predicate("employer", "employer", ("You work for {}.", "Sie arbeiten für {}.")),
        _predicate("language", "language", ("You want answers in {}.", "Sie möchten Antworten auf {}.")),
        _predicate("birthday", "birthday", ("Your birthday is {}.", "Ihr Geburtstag ist {}.")),
        _predicate("appointment", "appointment", ("Your appointment is {}.", "Ihr Termin ist {}.")),
        _predicate("budget", "budget", ("Your budget is {}.", "Ihr Budget ist {}.")),
        _predicate(
            "order",
            "order number",
            ("Your order number is {}.", "Ihre Bestellnummer ist {}."),
            ("Your order numbers are {}.", "Ihre Bestellnummern sind {}."),
        ),
        _predicate(
            "prefers",
            "preference",
            ("You prefer {}.", "Sie bevorzugen {}."),
            ("You prefer {}.", "Sie bevorzugen {}."),
        ),
        _predicate(
            "avoids",
            "dislike",
            ("You do not want {}.", "Sie möchten nicht: {}."),
            ("You do not want {}.", "Sie möchten nicht: {}."),
        ),
        _predicate(
            "instruction",
            "standing instruction",
            ("You asked us: {}.", "Sie haben uns gebeten: {}."),
            ("You asked us: {}.", "Sie haben uns gebeten: {}."),
        ),
        _predicate(
            "cancels",
            "cancellation",
            ("You cancelled, or asked us to cancel: {}.", "Sie haben storniert oder uns darum gebeten: {}."),
            ("You cancelled, or asked us to cancel: {}.", "Sie haben storniert oder uns darum gebeten: {}."),
        ),
        _predicate(
            "paid",
            "payment",
            ("You paid {}.", "Sie haben {} bezahlt."),
            ("You paid {}.", "Sie haben {} bezahlt."),
        ),
        _predicate(
            "commitment",
            "open commitment",
            ("We promised you: {}.", "Wir haben Ihnen zugesagt: {}."),
            ("We promised you: {}.", "Wir haben Ihnen zugesagt: {}."),
        ),
    )
}

INSTRUCTION, COMMITMENT = "instruction", "commitment"
TRAIT = "trait."  # so begin facts that the tenant's own systems name: one value each, whatever they are


def is_single_valued(predicate: str) -> bool:
    """Of somebody else, too; one may have several sisters, and so several names of a sister."""
    name, subject = apart(predicate)
    if name == "name" and subject is not None and subject.key in SEVERAL:
        return False
    known = PREDICATES.get(name)
    return known is None or known.is_single_valued


def label(predicate: str) -> str:
    """How people call it, with whose it is where it is not the contact's."""
    name, _ = apart(predicate)
    known = PREDICATES.get(name)
    return label_of(predicate, known.label if known else name.removeprefix(TRAIT).replace("_", " "))


def said_back(predicate: str, values: list[str], language: str) -> str:
    """As a sentence to the contact, whichever of its kinds they are."""
    joined = _joined(values, "und" if language == "de" else "and")
    known = PREDICATES.get(predicate)
    if known is None:
        name = label(predicate)
        return f"{name[:1].upper()}{name[1:]}: {joined}." if language == "de" else f"Your {name} is {joined}."
    return (known.sentence if len(values) == 1 else known.sentences)[language].format(joined)


def _joined(values: list[str], word: str) -> str:
    return f"{', '.join(values[:-1])} {word} {values[-1]}" if len(values) > 1 else values[0]
