"""A person says that an answer from the cache was wrong: it is not given again, and it counts as a false hit."""

from uuid import UUID

from django.db import transaction

from agents.cache.evidence import latest_basis, note_check
from agents.errors import LookupNotFound
from agents.models import CachedAnswer, CacheLookup
from agents.models.cache import Found, Verdict
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


def report_wrong_answer(*, tenant_id: UUID, agent_id: UUID, lookup_id: UUID, actor: Actor) -> None:
    """Said twice, it is one false hit. Raises LookupNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = CacheLookup.objects.select_for_update().filter(agent_id=agent_id).exclude(found=Found.NOTHING)
        row = rows.filter(id=lookup_id).first()
        if row is None:
            raise LookupNotFound("There is no such look-up of this agent's cache.")
        if row.verdict == Verdict.WRONG:
            return
        if row.cached_id:
            CachedAnswer.objects.filter(id=row.cached_id).delete()
        if row.found == Found.LIKE and row.verdict != Verdict.DIFFERENT:
            note_check(agent_id, latest_basis(agent_id), is_false=True, was_counted=row.verdict == Verdict.SAME)
        row.verdict = Verdict.WRONG
        row.save(update_fields=["verdict"])
        record_audit(
            actor=actor,
            action="cache.answer_reported",
            subject=encode(Prefix.LOOKUP, row.id),
            details={"agent": encode(Prefix.AGENT, agent_id), "turn": encode(Prefix.TURN, row.turn_id)},
        )
