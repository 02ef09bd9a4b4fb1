"""What is remembered of a contact in the page's words: kinds of facts, relations, and summaries that rules wrote."""

import re

from django.utils.translation import get_language, gettext, ngettext

from agents.memory.predicates import PREDICATES, TRAIT
from agents.memory.subjects import apart
from frontend.formats import format_count
from frontend.lower_words import THINGS, UNNAMED
from frontend.said import said, told, written_day

_LABELS = sorted((each.label for each in PREDICATES.values()), key=len, reverse=True)
_OF_SOMEBODY = re.compile(rf"(?P<whose>\w+)’s (?P<label>{'|'.join(_LABELS)}) (?P<rest>.+)", re.DOTALL)
_OF_SOMETHING = re.compile(rf"(?P<label>{'|'.join(_LABELS)})(?P<of> of)? (?P<rest>.+)", re.DOTALL)


def fact_label(predicate: str) -> str:
    """How a page calls a kind of facts, with whose it is where it is not the contact's."""
    name, subject = apart(predicate)
    label = kind_words(name)
    if subject is None:
        return label
    if subject.kind == "role":
        return _whose(label, kind_words(subject.key), is_role=True)
    return _whose(label, subject.key, is_role=False)


def named(name: str) -> str:
    """A contact's or a source's name, or what the floors below call one that nobody named."""
    if found := re.fullmatch(r"Visitor ([0-9a-f]{4})", name):
        return gettext("Visitor %(number)s") % {"number": found[1]}
    return gettext(name) if name in UNNAMED else name


def kind_words(kind: str) -> str:
    """A predicate, or what somebody is to a contact; what a company's own systems named stays as it is."""
    words = kind.removeprefix(TRAIT).replace("_", " ")
    return gettext(words) if kind in THINGS or words in THINGS else words


def summary_line(kind: str, text: str) -> str:
    """A line of a summary that rules wrote: its own words in the page's language, what it quotes as it is."""
    if kind == "conversation":
        return _conversation(text)
    opening, closing = "Known: ", "."
    if kind != "known" or (get_language() or "en").startswith("en") or not text.startswith(opening):
        return said(text)
    facts = text.removeprefix(opening).removesuffix(closing).split("; ")
    return gettext("Known: %(facts)s.") % {"facts": "; ".join(map(_fact, facts))}


def _conversation(text: str) -> str:
    """ "2026-11-26, chat: Asked: “…”": when and by which channel, and what it was about."""
    found = re.fullmatch(r"(?P<day>[\d-]{10}), (?P<channel>\w+): (?P<about>.+)", text, re.DOTALL)
    if not found:
        return said(text)
    return f"{written_day(found['day'])}, {kind_words(found['channel'])}: {told(found['about'])}"


def _fact(text: str) -> str:
    """ "place of acme Berlin": label, whose it is, and value."""
    if found := _OF_SOMEBODY.fullmatch(text):
        return f"{_whose(gettext(found['label']), kind_words(found['whose']), is_role=True)} {found['rest']}"
    if found := _OF_SOMETHING.fullmatch(text):
        label = gettext(found["label"])
        return _whose(label, found["rest"], is_role=False) if found["of"] else f"{label} {found['rest']}"
    return text


def _whose(label: str, whose: str, *, is_role: bool) -> str:
    pattern = gettext("%(whose)s’s %(label)s") if is_role else gettext("%(label)s of %(whose)s")
    return pattern % {"label": label, "whose": whose}


def made_of(kind: str, number: int) -> str:
    """How many of what a summary was made of."""
    words = {
        "turn": ngettext("%(number)s turn", "%(number)s turns", number),
        "fact": ngettext("%(number)s fact", "%(number)s facts", number),
        "conversation": ngettext("%(number)s conversation", "%(number)s conversations", number),
        "contact": ngettext("%(number)s contact", "%(number)s contacts", number),
    }
    if kind not in words:
        return f"{format_count(number)} {kind}"
    return words[kind] % {"number": format_count(number)}
