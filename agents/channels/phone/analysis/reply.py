"""What a model is asked about a call, and what it says. Pure functions."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agents.configuration.sections.analysis import Analysis, WantedValue

Value = str | int | float | bool | None
MOST_CHARACTERS = 24_000
LARGEST = 1e15
LONGEST_TEXT = 500  # of a value, and of the reason
_RULES = """\
Below is what was said in a telephone call between a company's assistant and a person. Fill in what is asked for, only \
from what was said; null for what was not. Reply with one JSON object alone: {{"values": {{{names}}}, "success": \
{success}, "reason": "one short sentence"}}.

{wanted}"""
_KINDS = {
    "text": "a short text",
    "number": "a number",
    "yes_no": "true or false",
    "date": "a date, as 2026-12-24",
    "choice": "one of",
}


@dataclass(frozen=True, slots=True)
class Analysed:
    """`values` by name, None for what was not said; `is_success`: None where it was not asked for or cannot be told."""

    values: Mapping[str, Value]
    is_success: bool | None
    reason: str

    def told(self, restore: Callable[[str], str]) -> "Analysed":
        """With what was hidden from the model."""
        values = {name: restore(each) if isinstance(each, str) else each for name, each in self.values.items()}
        return Analysed(values, self.is_success, restore(self.reason))


def rules_of(wanted: Analysis, *, today: date) -> str:
    """`today`: where the company is, so that "tomorrow" is a date."""
    lines = [f"- {each.name} ({_kind(each)}){': ' + each.about if each.about else ''}" for each in wanted.values]
    success = wanted.success.strip()
    lines.append(f"The call was a success when: {success}" if success else "Success was not asked for: it is null.")
    lines.append(f"The call was on {today.isoformat()}.")
    names = ", ".join(f'"{each.name}": …' for each in wanted.values)
    told = "true, false or null" if success else "null"
    return _RULES.format(names=names, success=told, wanted="\n".join(lines))


def _kind(wanted: WantedValue) -> str:
    named = _KINDS[wanted.kind]
    return f"{named}: {', '.join(wanted.choices)}" if wanted.choices else named


def text_of(lines: Iterable[tuple[str, str]]) -> str:
    """`lines`: who, and what was said. Of a call that is too long its end is what is read."""
    return "\n".join(f"{who}: {said}" for who, said in lines)[-MOST_CHARACTERS:]


def read_reply(reply: str, wanted: Analysis) -> Analysed | None:
    """None unless it is an object with values. What is not of the kind that was asked for was not said."""
    begin, end = reply.find("{"), reply.rfind("}")
    try:
        told = json.loads(reply[begin : end + 1])
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(values := told.get("values", {}), dict):
        return None
    success = told.get("success") if wanted.success.strip() else None
    reason = told.get("reason")
    return Analysed(
        {each.name: _value(values.get(each.name), each) for each in wanted.values},
        success if isinstance(success, bool) else None,
        _text(reason) if isinstance(reason, str) else "",
    )


def _value(told: object, wanted: WantedValue) -> Value:
    if wanted.kind == "yes_no":
        return told if isinstance(told, bool) else None
    if wanted.kind == "number":
        return _number(told)
    if not isinstance(told, str):
        return None
    text = _text(told)
    if wanted.kind == "date":
        return _date(text)
    if wanted.kind == "choice":
        return next((each for each in wanted.choices if each.casefold() == text.casefold()), None)
    return text or None


def _number(told: object) -> int | float | None:
    if isinstance(told, bool) or not isinstance(told, int | float) or not abs(told) < LARGEST:
        return None
    return told


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _text(told: str) -> str:
    return " ".join(told.replace("\x00", "").split())[:LONGEST_TEXT]
