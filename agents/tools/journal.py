"""The journal of a turn's calls: each is written down before it is made and when it is over.

A turn whose worker died runs again from what is written here: what was done stays done, and what may have been done is
said to be of unknown outcome. Nothing here holds a scope while a tool works.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.llm.port import ToolCall
from agents.models import ToolOverflow, ToolRun, ToolRunState
from rapport.events.lease import current_lease
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope

FINISHED = frozenset({ToolRunState.DONE, ToolRunState.FAILED, ToolRunState.UNKNOWN, ToolRunState.REFUSED})


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call as the model wants it; `kind` of the tool."""

    id: str
    tool: str
    kind: str
    arguments: str
    signature: str = ""  # see agents.llm.port.ToolCall


@dataclass(frozen=True, slots=True)
class Entry:
    """A call as it is written down. `idempotency_key` is the turn and the step: the same however often it is tried."""

    id: UUID
    turn_id: UUID
    step: int
    round: int
    call: PlannedCall
    said: str
    state: str
    result: str
    attempts: int

    @property
    def idempotency_key(self) -> str:
        return f"{encode(Prefix.TURN, self.turn_id)}:{self.step}"

    @property
    def public_id(self) -> str:
        return encode(Prefix.TOOL_RUN, self.id)

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


@dataclass(frozen=True, slots=True)
class Journal:
    """Of one turn. Raises LeaseLost where another worker has taken the turn over."""

    tenant_id: UUID
    turn_id: UUID

    def read(self) -> list[Entry]:
        with tenant_scope(self.tenant_id):
            return [entry_of(row) for row in ToolRun.objects.filter(turn_id=self.turn_id).order_by("step")]

    def plan(self, calls: Sequence[PlannedCall], *, round_: int, said: str) -> list[Entry]:
        """All calls of a round, before the first is made."""
        with tenant_scope(self.tenant_id), transaction.atomic():
            current_lease().check_locked()
            step = ToolRun.objects.filter(turn_id=self.turn_id).count()
            rows = [
                ToolRun(
                    turn_id=self.turn_id,
                    step=step + place,
                    round=round_,
                    call_id=call.id[:200],
                    tool=call.tool[:64],
                    kind=call.kind,
                    arguments=call.arguments.replace("\x00", ""),
                    signature=call.signature,
                    said=said if place == 1 else "",
                )
                for place, call in enumerate(calls, start=1)
            ]
            return [entry_of(row) for row in ToolRun.objects.bulk_create(rows)]

    def begin(self, entry: Entry) -> None:
        with tenant_scope(self.tenant_id), transaction.atomic():
            current_lease().check_locked()
            ToolRun.objects.filter(id=entry.id).update(
                state=ToolRunState.RUNNING, started_at=timezone.now(), attempts=entry.attempts + 1
            )

    def end(self, entry: Entry, state: str, result: str, *, code: str = "", overflow: str = "") -> None:
        """What came of it. Written also by a worker that was overtaken: that it was done is true all the same."""
        with tenant_scope(self.tenant_id), transaction.atomic():
            written = ToolRun.objects.filter(id=entry.id).update(
                state=state, result=result, error_code=code[:80], finished_at=timezone.now()
            )
            if written and overflow:
                ToolOverflow.objects.update_or_create(run_id=entry.id, defaults={"text": overflow})


def called(entries: Sequence[Entry]) -> dict[str, Any]:
    """The message in which the model calls these."""
    calls = [ToolCall(each.call.id, each.call.tool, each.call.arguments, each.call.signature) for each in entries]
    return {
        "role": "assistant",
        "content": entries[0].said or None,
        "tool_calls": [call.to_json() for call in calls],
    }


def arguments_of(text: str) -> dict[str, Any] | None:
    """None for what is no JSON object."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def entry_of(row: ToolRun) -> Entry:
    call = PlannedCall(row.call_id, row.tool, row.kind, row.arguments, row.signature)
    return Entry(row.id, row.turn_id, row.step, row.round, call, row.said, row.state, row.result, row.attempts)
