"""What must be true when all is over: each call has come to its end, and is in the ledger once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Ending:
    """`violations`: sentences, none when all is well. `given_up`: events beside the bill that were under way whenever
    a worker was killed, until they were tried no more; of a turn among them the caller was told."""

    calls: int
    reasons: Mapping[str, int]
    transfers: Mapping[str, int]
    billed: int
    minutes: int
    given_up: Mapping[str, int]
    violations: list[str] = field(default_factory=list)


def open_work(tenant_id: UUID) -> dict[str, int]:
    """What has not come to its end yet."""
    from agents.models import Call, CallState, CallTransfer, Turn, TurnState
    from rapport.events.models import InboxEvent, OutboxEvent
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        found = {
            "calls": Call.objects.exclude(state=CallState.ENDED).count(),
            "uncounted": Call.objects.filter(counted_at=None).count(),
            "transfers": CallTransfer.objects.filter(counted_at=None).count(),
            "turns": Turn.objects.filter(state__in=[TurnState.QUEUED, TurnState.RUNNING]).count(),
        }
    found["outbox"] = OutboxEvent.objects.filter(published_at=None).count()
    found["inbox"] = InboxEvent.objects.filter(state="pending", subscription__startswith="bill").count()
    return {name: count for name, count in found.items() if count}


def look(tenant_id: UUID, told: Mapping[str, set[int]], hung: list[str], left: Mapping[str, int]) -> Ending:
    """`told`: seconds by the carrier's name of a call; `left`: what had not come to an end when it was waited for."""
    from agents.channels.phone.counting import call_seconds, transfer_seconds
    from agents.models import Call, CallState, CallTransfer
    from billing.models import Meter, UsageRecord
    from rapport.events.models import InboxEvent
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        calls = list(Call.objects.all())
        transfers = list(CallTransfer.objects.all())
        rows = UsageRecord.objects.filter(meter=Meter.CALL_MINUTES).values_list("source_event_id", "quantity")
        ledger: dict[UUID, list[int]] = {}
        for source, quantity in rows:
            ledger.setdefault(source, []).append(quantity)
    wrong = [f"{count} of {name} had not come to an end" for name, count in left.items()]
    wrong += [f"{call} heard nothing any more, and its line did not end" for call in hung]
    wrong += [
        f"{call.carrier_id} is {call.state}, for the reason {call.ended_reason!r}"
        for call in calls
        if call.state != CallState.ENDED or not call.ended_reason
    ]
    due = {each.id: call_seconds(each) for each in calls} | {each.id: transfer_seconds(each) for each in transfers}
    wrong += [
        f"{fact} lasted {seconds} s, and the ledger has {ledger.get(fact, [])} minutes"
        for fact, seconds in due.items()
        if ledger.get(fact, []) != ([-(-seconds // 60)] if seconds else [])
    ]
    wrong += [f"the ledger has {fact}, which is no call" for fact in ledger.keys() - due.keys()]
    wrong += [
        f"{call.carrier_id} is counted with {call.carrier_seconds} s, and its carrier told {told[call.carrier_id]}"
        for call in calls
        if call.carrier_seconds and call.carrier_id in told and call.carrier_seconds not in told[call.carrier_id]
    ]
    given_up = _counted(InboxEvent.objects.filter(state="dead").values_list("subscription", flat=True))
    wrong += [f"{count} events of {name} were given up" for name, count in given_up.items() if name.startswith("bill-")]
    return Ending(
        calls=len(calls),
        reasons=_counted(each.ended_reason for each in calls),
        transfers=_counted(each.outcome for each in transfers),
        billed=sum(map(len, ledger.values())),
        minutes=sum(map(sum, ledger.values())),
        given_up=given_up,
        violations=wrong,
    )


def _counted(names: Any) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
