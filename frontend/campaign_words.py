"""Campaigns in people's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.selectors.campaigns import GROUPS
from frontend.phrases import phrase

STATES = {
    "draft": (phrase("Draft"), ""),
    "running": (phrase("Running"), "info"),
    "paused": (phrase("Paused"), "warn"),
    "finished": (phrase("Finished"), "ok"),
    "cancelled": (phrase("Cancelled"), ""),
}
GROUP_WORDS = {
    "waiting": phrase("Waiting"),
    "calling": phrase("Being called"),
    "reached": phrase("Reached"),
    "voicemail": phrase("Voicemail"),
    "no_answer": phrase("No answer"),
    "refused": phrase("Refused"),
    "failed": phrase("Failed"),
    "not_called": phrase("Not called"),
}
OUTCOMES = {**GROUP_WORDS, "busy": phrase("Busy")}
TONES = {"reached": "ok", "calling": "info", "failed": "bad", "refused": "warn"}
# The colours of parts of a bar that there are already; nobody's yet is the track beneath.
_FILLS = {
    "reached": "question",
    "voicemail": "passage",
    "calling": "system",
    "refused": "memory",
    "no_answer": "history",
    "failed": "tools",
}
PAUSES = {
    "asked": phrase("somebody paused it"),
    "budget": phrase("the company has spent its budget of the month"),
    "quota_exhausted": phrase("a limit of the company's plan is reached"),
    "payment_overdue": phrase("a bill of the company's is overdue"),
    "daily_limit": phrase("the company's campaigns have made as many calls as they may in a day"),
    "number_gone": phrase("its telephone number was removed"),
    "phone_number_not_found": phrase("its telephone number is switched off"),
    "carrier_cannot_call": phrase("calls cannot be made from its number"),
}
REASONS = {
    "call_consent_missing": phrase("that they agreed to be called is not recorded"),
    "do_not_call": phrase("wants no calls"),
    "contact_has_no_number": phrase("has no telephone number"),
    "missing_variable": phrase("a variable is missing"),
    "duplicate": phrase("is one with another contact"),
    "no_window": phrase("no hour of the windows is a good one there"),
    "contact_not_found": phrase("is not there any more"),
}
DAYS = (
    (1, phrase("Mon")),
    (2, phrase("Tue")),
    (3, phrase("Wed")),
    (4, phrase("Thu")),
    (5, phrase("Fri")),
    (6, phrase("Sat")),
    (7, phrase("Sun")),
)
REPEATED = (
    ("busy", phrase("Busy")),
    ("no_answer", phrase("No answer")),
    ("voicemail", phrase("Voicemail")),
    ("failed", phrase("Failed")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Of a bar, in percent. `fill` "": the track itself."""

    name: str
    label: str
    count: int
    left: float
    width: float
    fill: str


def parts_of(counts: Mapping[str, int]) -> list[Part]:
    """What is done first; nobody's are left out."""
    parts, left, total = [], 0.0, sum(counts.values())
    for name in (
        *(each for each in GROUPS if each in _FILLS and each != "calling"),
        "calling",
        "waiting",
        "not_called",
    ):
        count = counts.get(name, 0)
        width = 100 * count / total if total else 0.0
        if count:
            parts.append(Part(name, GROUP_WORDS[name], count, left, width, _FILLS.get(name, "")))
        left += width
    return parts


def left_out(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    return [(count, REASONS.get(reason, reason)) for reason, count in counts.items()]
