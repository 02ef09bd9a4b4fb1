"""From events to a collector: whole traces are read, sent together, and what came of it is noted.

At least once: a worker that dies after the collector took them sends them again, under the same ids.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from agents.errors import TracesNotTaken, TracesRefused
from agents.masking.conversation import mask_of
from agents.models import TraceExport, Turn
from agents.selectors.agents import get_agent
from agents.selectors.traces import get_traces_of_turns
from agents.tracing.otlp.encoding import Told, request_of
from agents.tracing.otlp.sending import Collector, Sent, send
from rapport import logs
from rapport.errors import NotFound
from tenants.context import tenant_scope

log = logs.get_logger(__name__)


def export_turns(*, tenant_id: UUID, turn_ids: Sequence[UUID]) -> list[Exception | None]:
    """One outcome for each. When a collector refuses several at once, each is tried alone: one may be at fault."""
    found = _read(tenant_id, turn_ids)
    if found is None:
        return [None for _ in turn_ids]
    collector, content, told = found
    sent = send(collector, request_of(tenant_id, told, content)) if told else Sent(None)
    _note(tenant_id, sent, sum(len(each.trace.spans) for each in told))
    if sent.error and not sent.is_retryable and len(turn_ids) > 1:
        return [outcome for each in turn_ids for outcome in export_turns(tenant_id=tenant_id, turn_ids=[each])]
    return [_outcome(sent) for _ in turn_ids]


def _read(tenant_id: UUID, turn_ids: Sequence[UUID]) -> tuple[Collector, tuple[str, ...], list[Told]] | None:
    """None when the company exports no more. A trace that was erased meanwhile is not among them."""
    with tenant_scope(tenant_id):
        export = TraceExport.objects.filter(is_enabled=True).first()
        if export is None:
            return None
        traces = get_traces_of_turns(turn_ids=turn_ids)
        words = _words(tenant_id, turn_ids) if "messages" in export.content else {}
        told = [Told(each, *words.get(each.turn_id, ("", ""))) for each in traces]
        return Collector(export.endpoint, export.opened_headers()), tuple(export.content), told


def _words(tenant_id: UUID, turn_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = Turn.objects.select_related("question", "answer", "conversation").filter(id__in=list(turn_ids))
    return {row.id: _said(tenant_id, row) for row in rows}


def _said(tenant_id: UUID, turn: Turn) -> tuple[str, str]:
    """Question and answer. What its agent hides from models is hidden from the collector, too; of an agent that is gone
    nobody knows what that was, and nothing is said."""
    question, answer = turn.question.text, turn.answer.text if turn.answer else ""
    try:
        agent = get_agent(tenant_id=tenant_id, agent_id=turn.conversation.agent_id, version=turn.agent_version)
    except NotFound:
        return "", ""
    mask = mask_of(conversation_id=turn.conversation_id, guardrails=agent.config.guardrails)
    return (str(mask.redacted(question)), str(mask.redacted(answer))) if mask else (question, answer)


def _note(tenant_id: UUID, sent: Sent, spans: int) -> None:
    now = timezone.now()
    with tenant_scope(tenant_id):
        export = TraceExport.objects.all()
        if sent.error:
            export.filter(failing_since=None).update(failing_since=now)
            export.update(last_error=sent.error[:80], last_tried_at=now)
        elif spans:
            export.update(
                last_error="", failing_since=None, last_tried_at=now, sent_spans=F("sent_spans") + spans - sent.rejected
            )
    log.info("traces_sent", status=sent.status, error=sent.error, spans=spans, rejected=sent.rejected)


def _outcome(sent: Sent) -> Exception | None:
    if not sent.error:
        return None
    if sent.is_retryable:
        return TracesNotTaken(
            "The company's collector did not take the traces. They are sent again.",
            retry_after_seconds=sent.retry_after_seconds,
        )
    return TracesRefused(
        f"The company's collector refused the traces ({sent.error}). Mend its address or headers on the page Traces to "
        "your collector, then replay the event."
    )
