"""That facts were used for an answer: what is asked for again stays near at hand (`agents.memory.tiers`)."""

from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Least
from django.utils import timezone

from agents.memory.predicates import asked_predicates
from agents.memory.questions import asked_trait
from agents.models import Fact, Turn, holding
from ingestion.contacts.merging import family_of
from tenants.context import tenant_scope

MOST = 20  # that are counted
_TOLD = ("answered",)


def note_uses(*, tenant_id: UUID, turn_id: UUID) -> int:
    """Of the facts that its question asked for, when it was answered. Told again it counts once. Returns how many."""
    with tenant_scope(tenant_id):
        row = Turn.objects.select_related("question", "conversation").filter(id=turn_id, outcome__in=_TOLD).first()
        if row is None or row.is_suggestion or not row.conversation.is_remembered:
            return 0
        predicates = set(asked_predicates(row.question.text))
        trait = asked_trait(row.question.text)
        if not predicates and not trait:
            return 0
        family = family_of(tenant_id=tenant_id, contact_id=row.conversation.contact_id)
        facts = Fact.objects.filter(holding(timezone.now()), contact_id__in=family)
        names = [each for each in facts.order_by().values_list("predicate", flat=True).distinct() if trait.names(each)]
        asked = facts.filter(predicate__in=[*predicates, *names])
        earlier = Q(last_used_at=None) | Q(last_used_at__lt=row.created_at)
        counted = Least(F("times_used") + 1, Value(MOST))
        return asked.filter(earlier).update(times_used=counted, last_used_at=row.created_at)
