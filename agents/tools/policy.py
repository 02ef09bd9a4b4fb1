"""Whether a call that a model wants is made. The model proposes, this decides: documents and tools' results may have
told the model anything, so its word counts for nothing here (docs/decisions/0024).

What counts is what the contact wrote, what the company set, and the schema's own constants.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.tools.port import Json, Tool

Decision = Literal["run", "confirm", "person", "refuse"]
SHORTEST_WORD = 3

_WORD = re.compile(r"[\w@.+-]+", re.UNICODE)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//(?P<host>[^\s/?#\"'<>]+)|[\w.+-]+@(?P<mail>[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@.])(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,24})(?=[/\s:]|$)",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d\d:\d\d(?::\d\d)?"
)
_NARROW_FORMATS = frozenset({"date", "date-time", "time"})


_NOT_ASKED = "The customer has not asked for this."
_NOT_THE_CONTACTS = (
    "Its arguments are not from the customer. Ask the customer for what it needs, and call it with their words."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` is a stable code for the trace; `tell` what the model is told when the call is refused."""

    decision: Decision
    why: str = ""
    tell: str = ""


def decide(tool: Tool, arguments: Json, *, words: Sequence[str]) -> Verdict:
    """`words`: what the contact wrote, and what is known from them; nothing that a document or a tool said."""
    policy, said = tool.policy, normalised(" ".join(words))
    if _strange_destination(arguments, policy.destinations, said):
        return Verdict("refuse", "destination", "It names an address that is not allowed for this tool.")
    if policy.consent == "person":
        return Verdict("person", "marked")
    own = [_is_own(value, schema, said) for value, schema in leaves(arguments, tool.parameters)]
    if policy.effect == "write":
        is_wanted = policy.consent == "asked" and all(own) and is_asked(policy.asks_for, said)
        return Verdict("run", "asked") if is_wanted else Verdict("confirm", "unconfirmed")
    return _decide_reading(tool, own, said)


def _decide_reading(tool: Tool, own: Sequence[bool], said: str) -> Verdict:
    """A built-in one reads what the conversation may read anyway, and goes nowhere."""
    if tool.kind == "builtin":
        return Verdict("run", "harmless")
    if not tool.policy.takes_found and not all(own):
        return Verdict("refuse", "not_the_contacts", _NOT_THE_CONTACTS)
    if is_asked(tool.policy.asks_for, said):
        return Verdict("run", "asked")
    return Verdict("run", "own_words") if any(own) else Verdict("refuse", "not_asked", _NOT_ASKED)


def is_asked(asks_for: Sequence[str], said: str) -> bool:
    """Whether the contact's words, normalised, hold one of these; an entry of several words stands there as a whole."""
    padded = f" {said} "
    return any(f" {normalised(each)}" in padded for each in asks_for if normalised(each))


def normalised(text: str) -> str:
    """Lower case, without accents, one space between words, punctuation at their ends taken off."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(word for each in _WORD.findall(plain) if (word := each.strip(".-+_")))


def leaves(value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Each plain value in the arguments with its part of the schema, {} where that is not written out."""
    if isinstance(value, Mapping):
        properties = schema.get("properties")
        known = properties if isinstance(properties, Mapping) else {}
        for name, inner in value.items():
            part = known.get(name)
            if part is None:
                yield name, {}  # a name of the model's own choosing says as much as a value
            yield from leaves(inner, part if isinstance(part, Mapping) else {})
    elif isinstance(value, list):
        items = schema.get("items")
        for inner in value:
            yield from leaves(inner, items if isinstance(items, Mapping) else {})
    else:
        yield value, schema


def _is_own(value: Any, schema: Mapping[str, Any], said: str) -> bool:
    """The contact wrote it, or it can say nothing: one of a few that the company listed, yes or no, a date."""
    if value is None or isinstance(value, bool) or value in schema.get("enum", ()) or value == schema.get("const", _NO):
        return True
    if "default" in schema and value == schema["default"]:
        return True
    if schema.get("format") in _NARROW_FORMATS and _MOMENT.fullmatch(str(value)):
        return True
    if isinstance(value, int | float):
        return f" {value:g} " in f" {_figures(said)} "
    return _stands_in(str(value), said)


_NO = object()


def _stands_in(value: str, said: str) -> bool:
    """Every word of it was written by the contact. What cannot be seen may carry a message: it is nobody's words."""
    if not value:
        return True
    if any(is_hidden(each) for each in value):
        return False
    known = set(said.split())
    squeezed = "".join(filter(str.isalnum, said))
    words = normalised(value).split()
    if words and all(word in known for word in words):
        return True
    tight = "".join(filter(str.isalnum, normalised(value)))
    return len(tight) >= SHORTEST_WORD and any(each.isdigit() for each in tight) and tight in squeezed


def is_hidden(character: str) -> bool:
    """Control, format, private and unassigned characters, and selectors of variants (which spell bytes)."""
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return is_selector or (unicodedata.category(character).startswith("C") and character not in "\n\t")


def _figures(said: str) -> str:
    """Numbers as they compare: "1,190" and "1190.0" are 1190."""
    found = re.findall(r"\d+(?:[.,]\d+)*", said)
    return " ".join(f"{number:g}" for each in found for number in _readings(each))


def _readings(text: str) -> Iterator[float]:
    for each in {text.replace(",", ""), text.replace(".", "").replace(",", "."), text.replace(",", ".")}:
        try:
            yield float(each)
        except ValueError:
            continue


def _strange_destination(arguments: Json, allowed: Sequence[str], said: str) -> str:
    """An address in the arguments that neither the company allowed nor the contact wrote; "" when there is none."""
    for value, _ in leaves(arguments, {}):
        for match in _ADDRESS.finditer(value) if isinstance(value, str) else ():
            host = (match["host"] or match["mail"] or match["bare"]).rpartition("@")[2].partition(":")[0].casefold()
            is_allowed = any(host == each.casefold() or host.endswith(f".{each.casefold()}") for each in allowed)
            if not is_allowed and normalised(match.group()) not in said:
                return host
    return ""
