"""Of whom or what a fact is: mostly of the contact, else of somebody or something that the contact speaks of.

Then its predicate names it: `place@company:acme` is where the company called ACME is, `place@role:employer` where
whatever company the contact works for is, `name@role:sister` how its sister is called. Pure.
"""

from dataclasses import dataclass

LONGEST = 200  # of a predicate with its subject
_LONGEST_NAME = 100
_SEPARATORS = " \t\n.,;:!?\"'’“”„@"
ROLES = {
    role: frozenset(words.split())
    for role, words in {
        "employer": "company employer firm business firma unternehmen arbeitgeber arbeitgeberin betrieb",
        "sister": "sister schwester",
        "brother": "brother bruder bruders",
        "mother": "mother mum mom mutter",
        "father": "father dad vater vaters",
        "wife": "wife frau ehefrau",
        "husband": "husband mann mannes ehemann ehemanns ehemannes",
        "daughter": "daughter tochter",
        "son": "son sohn sohns sohnes",
        "partner": "partner partnerin partners",
        "friend": "friend girlfriend boyfriend freund freundin freundes",
        "boss": "boss manager chef chefin chefs vorgesetzter vorgesetzte",
        "colleague": "colleague kollege kollegin kollegen",
    }.items()
}
PEOPLE = tuple(role for role in ROLES if role != "employer")
SEVERAL = frozenset({"sister", "brother", "daughter", "son", "friend", "colleague"})  # one may have
_ROLE_OF = {word: role for role, words in ROLES.items() for word in words}


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind`: "company", "person" or "role"; `key`: its name as `key_of` writes it, or which role."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


def key_of(name: str) -> str:
    """By what two names are the same, however they are spelled."""
    return " ".join(name.casefold().split()).strip(_SEPARATORS)[:_LONGEST_NAME]


def role_of(word: str) -> str:
    """ "Schwester" and "sister" are one; "" for what is none."""
    return _ROLE_OF.get(word.casefold().removesuffix("'s").removesuffix("’s"), "")


def words_of(*roles: str) -> str:
    """A pattern for what people call these, the longest first."""
    words = {word for role in roles for word in ROLES[role]}
    return rf"(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})"


def predicate_of(predicate: str, subject: Subject | None) -> str:
    return f"{predicate}@{subject}" if subject else predicate


def apart(predicate: str) -> tuple[str, Subject | None]:
    """The predicate by itself, and of whom or what it is; None: the contact."""
    name, _, subject = predicate.partition("@")
    kind, _, key = subject.partition(":")
    return (name, Subject(kind, key)) if key else (predicate, None)


def label_of(predicate: str, label: str) -> str:
    """What people are shown: "place of acme", "sister's place"; `label`: of the predicate by itself."""
    _, subject = apart(predicate)
    if subject is None:
        return label
    return f"{subject.key}’s {label}" if subject.kind == "role" else f"{label} of {subject.key}"
