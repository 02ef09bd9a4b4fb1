"""What a call came to for its campaign, and whether and when the contact is tried again. Pure.

Whoever was reached, or wants no calls, is never called again by the campaign, whatever its other calls came to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.errors import InvalidCampaign
from agents.models import CallState, MemberOutcome, MemberState

MOST_TIMES, LEAST_MINUTES, MOST_MINUTES = 5, 5, 7 * 24 * 60
MOST_ATTEMPTS = 20  # of a member, those that were never dialled included
REPEATED = (MemberOutcome.BUSY, MemberOutcome.NO_ANSWER, MemberOutcome.VOICEMAIL, MemberOutcome.FAILED)
UNUSED = "unused"  # it was not to be made after all, and nobody was dialled
_REASONS: Mapping[str, str] = {
    "busy": MemberOutcome.BUSY,
    "no_answer": MemberOutcome.NO_ANSWER,
    "voicemail": MemberOutcome.VOICEMAIL,
    "refused": UNUSED,
    "opted_out": MemberOutcome.REFUSED,
    **dict.fromkeys(("silent", "too_long", "handed_off", "transferred"), MemberOutcome.REACHED),
}


@dataclass(frozen=True, slots=True)
class Retry:
    """So many times more, each so long after the call before."""

    times: int
    after_minutes: int


DEFAULT = {
    MemberOutcome.BUSY.value: Retry(2, 15),
    MemberOutcome.NO_ANSWER.value: Retry(2, 120),
    MemberOutcome.VOICEMAIL.value: Retry(1, 240),
    MemberOutcome.FAILED.value: Retry(1, 30),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A call of a member. `reason`: why it ended, "" while it goes on; `was_talked`: somebody took it up."""

    state: str
    reason: str
    was_talked: bool
    ended_at: datetime | None

    @property
    def outcome(self) -> str:
        """ "" while it goes on."""
        if self.state != CallState.ENDED:
            return ""
        if self.reason == "hung_up":
            return MemberOutcome.REACHED if self.was_talked else MemberOutcome.FAILED
        return _REASONS.get(self.reason, MemberOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands after its calls."""

    state: str
    outcome: str
    reason: str = ""
    next_at: datetime | None = None


def standing_of(tried: Sequence[Tried], retries: Mapping[str, Retry]) -> Standing:
    """By all of its calls, the first one first: what is told late counts as if it had been told in time."""
    outcomes = [each.outcome for each in tried]
    if MemberOutcome.REFUSED in outcomes:
        return Standing(MemberState.DONE, MemberOutcome.REFUSED, "do_not_call")
    if MemberOutcome.REACHED in outcomes:
        return Standing(MemberState.DONE, MemberOutcome.REACHED)
    counted = [(each, outcome) for each, outcome in zip(tried, outcomes, strict=True) if outcome not in ("", UNUSED)]
    last, outcome = counted[-1] if counted else (None, MemberOutcome.NONE)
    if "" in outcomes:
        return Standing(MemberState.CALLING, outcome)
    rule = retries.get(outcome)
    is_used_up = rule is None or sum(each == outcome for _, each in counted) > rule.times
    is_used_up = is_used_up and last is not None and outcomes[-1] != UNUSED
    if is_used_up or len(tried) >= MOST_ATTEMPTS:
        return Standing(MemberState.DONE, outcome or MemberOutcome.FAILED)
    return Standing(MemberState.WAITING, outcome, next_at=_due(last, rule))


def _due(last: Tried | None, rule: Retry | None) -> datetime | None:
    """None for at once."""
    return last.ended_at + timedelta(minutes=rule.after_minutes) if last and last.ended_at and rule else None


def read_retries(given: object) -> dict[str, Retry]:
    """`{"busy": {"times": 2, "after_minutes": 15}}`; an outcome that is left out is final. Raises InvalidCampaign."""
    if not isinstance(given, dict) or not given.keys() <= set(REPEATED):
        raise InvalidCampaign(f"Calls are repeated after {', '.join(REPEATED)}.", param="retries")
    return {str(outcome): _read(rule) for outcome, rule in given.items()}


def _read(given: object) -> Retry:
    times, minutes = (given.get("times"), given.get("after_minutes")) if isinstance(given, dict) else (None, None)
    if type(times) is not int or not 0 <= times <= MOST_TIMES:
        raise InvalidCampaign(f"Calls are repeated from 0 to {MOST_TIMES} times.", param="retries")
    if type(minutes) is not int or not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise InvalidCampaign(f"A call is repeated after {LEAST_MINUTES} to {MOST_MINUTES} minutes.", param="retries")
    return Retry(times, minutes)


def retries_json(retries: Mapping[str, Retry]) -> dict[str, dict[str, int]]:
    return {each: {"times": rule.times, "after_minutes": rule.after_minutes} for each, rule in retries.items()}
