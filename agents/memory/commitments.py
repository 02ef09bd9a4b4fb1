"""What the agent has promised a contact: taken from what its tools did, never from its words. A callback that is
booked, a ticket that is opened, and whatever else a tool of the company's changed.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agents.memory.changed import tell_changed
from agents.memory.extraction import Extracted
from agents.memory.ledger import rebuild, states_of
from agents.memory.reconciling import Origin, learn
from agents.models import Conversation, FactSource, ServiceRequest, Tool, ToolRun, ToolRunState
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from tenants.actors import Actor, agent_actor
from tenants.context import tenant_scope

EXTRACTOR, VERSION = "tools", 1
PREDICATE = "commitment"
_LONGEST = 200
_MOST = 50  # calls at once
_CERTAIN = 1.0


def remember_actions(*, tenant_id: UUID, conversation_id: UUID) -> int:
    """Of what was done since the last time, also what an earlier turn had asked for; returns how many."""
    if not has_acted(tenant_id=tenant_id, conversation_id=conversation_id):
        return 0
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = Conversation.objects.select_for_update().filter(id=conversation_id).first()
        if conversation is None or not conversation.is_remembered:
            return 0
        known = FactSource.objects.filter(conversation_id=conversation_id).exclude(run_id=None).values("run_id")
        runs = ToolRun.objects.filter(turn__conversation_id=conversation_id, state=ToolRunState.DONE)
        runs = runs.exclude(id__in=known).order_by("-id")[:_MOST]
        try:
            return sum(_remember(conversation, run, text) for run, text in _commitments(list(runs)))
        except ContactNotFound:  # it is being erased
            return 0


def has_acted(*, tenant_id: UUID, conversation_id: UUID) -> bool:
    """Whether a tool has done its work in it. In most conversations none has, and nothing needs to be held."""
    with tenant_scope(tenant_id):
        return ToolRun.objects.filter(turn__conversation_id=conversation_id, state=ToolRunState.DONE).exists()


def _remember(conversation: Conversation, run: ToolRun, text: str) -> bool:
    origin = Origin(
        run.finished_at or run.created_at, EXTRACTOR, VERSION, conversation_id=conversation.id, run_id=run.id
    )
    said = Extracted(PREDICATE, text[:_LONGEST], 0, 0, _CERTAIN)
    return bool(learn(conversation.contact_id, origin, [said], agent_actor(conversation.agent_id)))


def _commitments(runs: list[ToolRun]) -> Iterator[tuple[ToolRun, str]]:
    requests = {row.run_id: row for row in ServiceRequest.objects.filter(run_id__in=[run.id for run in runs])}
    changing = _changing_tools({run.tool for run in runs})
    for run in runs:
        if run.id in requests:
            yield run, _of_request(requests[run.id])
        elif run.tool in changing:
            yield run, _of_call(run)


def _changing_tools(names: set[str]) -> set[str]:
    """Those of the company's own that change something; what only reads promises nothing."""
    rows = Tool.objects.filter(name__in=names).values_list("name", "policy")
    return {name for name, policy in rows if policy.get("effect") == "write"}


def _of_request(row: ServiceRequest) -> str:
    if row.kind == "ticket":
        return f"ticket opened: {row.subject}"
    when = f" for {row.wanted_at:%Y-%m-%d %H:%M %Z}" if row.wanted_at else ", as soon as possible"
    return f"callback booked{when}: {row.subject}"


def _of_call(run: ToolRun) -> str:
    try:
        arguments = json.loads(run.arguments or "{}")
    except ValueError:
        arguments = {}
    named = arguments.items() if isinstance(arguments, dict) else ()
    shown = ", ".join(f"{name} {value}" for name, value in named if isinstance(value, str | int | float))
    return f"{run.tool.replace('_', ' ')}{f': {shown}' if shown else ''}"


def end_commitment(*, run_id: UUID, at: datetime, actor: Actor) -> None:
    """It is kept, or called off: in the caller's scope and transaction."""
    sources = FactSource.objects.filter(run_id=run_id, holds_to=None).select_related("fact")
    for source in list(sources):
        contact_id = source.fact.contact_id
        try:
            hold_contact(contact_id)
        except ContactNotFound:
            continue
        before = states_of(contact_id, PREDICATE)
        FactSource.objects.filter(id=source.id).update(holds_from=source.said_at, holds_to=max(at, source.said_at))
        rebuild(contact_id, PREDICATE, before, actor)
        tell_changed(contact_id)
