"""Whether calls may be put through to a number: of a country that is known, and none that asks extra for it. Pure.

A mistyped or planted number costs the company for as long as somebody listens to it, so what is not known is refused.
Ranges: the numbering plans of the regulators, https://www.itu.int/oth/T0202.aspx?parent=T0202.
"""

from agents.channels.phone.zones import zones_of

# By country code: what begins so has a rate of its own (premium, shared cost, information, voting).
_DEAR: dict[str, tuple[str, ...]] = {
    "1": ("900", "976", "809", "284", "876", "473", "649", "664", "767", "268"),
    "31": ("90", "18"),
    "32": ("90", "70", "78"),
    "33": ("81", "82", "89"),
    "34": ("80", "90", "118", "70"),
    "39": ("89", "84", "199", "178"),
    "41": ("90", "84", "18"),
    "43": ("90", "93", "82", "81", "118"),
    "44": ("9", "87", "84", "70", "118"),
    "45": ("90",),
    "46": ("900", "939", "944", "118"),
    "47": ("82", "810", "1"),
    "48": ("70", "80", "30", "118"),
    "49": ("900", "137", "138", "118", "180", "191", "192", "193", "194", "10"),
    "61": ("19", "13"),
    "353": ("15", "18"),
    "358": ("600", "700"),
}


def is_dear(number: str) -> bool:
    """Of a number as E.164 writes it."""
    digits = number.removeprefix("+")
    return any(digits.startswith(code + start) for code, starts in _DEAR.items() for start in starts)


def is_reachable(number: str) -> bool:
    """Of a country whose numbers are known here; none of ships, satellites and services without a country."""
    return bool(zones_of(number))
