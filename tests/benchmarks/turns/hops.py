"""Milliseconds of each hop of a turn: from what the client saw, rows, the processes' stamps, and the trace."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.benchmarks.turns.stamps import read_stamps
from tests.benchmarks.turns.streams import Seen

HOPS = (
    "POST → row",
    "row → inbox",
    "inbox → rung",
    "rung → Celery",
    "Celery → lease",
    "lease → turn begun",
    "guard",
    "cache look-up",
    "recall",
    "retrieval",
    "choice, prompt",
    "model call",
    "first frame → client",
)
BESIDE = {"row → relay, beside it": "relayed", "row → Kafka, beside it": "published"}
_SPANS = {
    "rapport.guard": "guard",
    "rapport.cache": "cache look-up",
    "search_memory": "recall",
    "retrieval": "retrieval",
}
Times = dict[str, float]


def hops_of(seen: Sequence[Seen], tenant_id: UUID, folder: Path, *, model_ms: float) -> dict[str, list[float]]:
    """By hop, the values of all turns that have it. `model_ms`: what the model itself takes to its first token."""
    stamps, found = read_stamps(folder), dict[str, list[float]]()
    rows = _rows(tenant_id, [each.turn for each in seen if each.turn and not each.trouble])
    for each in seen:
        if each.turn in rows:
            for hop, value in _one(each, rows[each.turn], stamps, model_ms).items():
                found.setdefault(hop, []).append(value * 1000)
    return {hop: found[hop] for hop in (*HOPS, *BESIDE) if hop in found}


def _rows(tenant_id: UUID, turns: Sequence[str]) -> dict[str, dict[str, Any]]:
    from agents.models import Span, Trace, Turn
    from rapport.ids import Prefix, decode
    from tenants.context import tenant_scope

    ids = {decode(Prefix.TURN, each): each for each in turns}
    with tenant_scope(tenant_id):
        made = Turn.objects.filter(id__in=ids).values("id", "conversation_id", "created_at")
        traces = {row.turn_id: row for row in Trace.objects.filter(turn_id__in=ids)}
        spans = Span.objects.filter(trace_id__in=[row.id for row in traces.values()])
        by_trace: dict[UUID, list[Any]] = {}
        for span in spans:
            by_trace.setdefault(span.trace_id, []).append(span)
        return {
            ids[row["id"]]: {**row, "trace": traces[row["id"]], "spans": by_trace[traces[row["id"]].id]}
            for row in made
            if row["id"] in traces
        }


def _one(seen: Seen, row: Mapping[str, Any], stamps: Mapping[tuple[str, str], list[float]], model_ms: float) -> Times:
    created = row["created_at"].timestamp()
    keys = (str(row["conversation_id"]), str(row["id"]))
    at = {"asked": seen.asked, "row": created, "client": seen.first}
    for hop in ("kept", "rung", "taken", "held", "begun", *BESIDE.values()):
        moments = [each for key in keys for each in stamps.get((hop, key), ()) if created <= each]
        if moments:
            at[hop] = min(moments)
    spans = {span.name: span for span in sorted(row["spans"], key=lambda span: -span.sequence)}  # the first of each
    if "begun" in at and row["trace"].first_token_us is not None:
        at["first"] = at["begun"] + row["trace"].first_token_us / 1e6
    steps = ("asked", "row", "kept", "rung", "taken", "held", "begun")
    found = {
        hop: at[after] - at[before]
        for hop, before, after in zip(HOPS, steps, steps[1:], strict=False)
        if before in at and after in at
    }
    found |= {_SPANS[name]: span.duration_us / 1e6 for name, span in spans.items() if name in _SPANS}
    if "chat" in spans and "retrieval" in spans:
        searched = spans["retrieval"].start_us + spans["retrieval"].duration_us
        found["choice, prompt"] = (spans["chat"].start_us - searched) / 1e6
        found["model call"] = (row["trace"].first_token_us - spans["chat"].start_us) / 1e6 - model_ms / 1000
    if "first" in at:
        found["first frame → client"] = at["client"] - at["first"]
    return found | {hop: at[name] - created for hop, name in BESIDE.items() if name in at}
