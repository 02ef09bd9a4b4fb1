"""Summaries that are not what they should be: from before they were kept, of an older version of the rules, left behind
by something that failed, or of facts whose time is over. Every night, and with `manage.py summarise_memory`.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from agents.memory.summaries.accounts import refresh_account
from agents.memory.summaries.exchanges import CONTACT
from agents.memory.summaries.keeping import VERSION
from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import AccountSummary, Conversation, Episode, Fact, Summary, SummaryLevel
from tenants.context import tenant_scope, tenant_transaction

_LOOKED_BACK = timedelta(days=3)  # for facts whose time is over


def catch_up_summaries(*, tenant_id: UUID) -> int:
    """Returns how many summaries were made."""
    made = 0
    for conversation_id, contact_id, is_older in _behind(tenant_id):
        made += refresh_summaries(
            tenant_id=tenant_id, contact_id=contact_id, conversations=[conversation_id], is_whole=is_older
        )
    made += sum(refresh_summaries(tenant_id=tenant_id, contact_id=each) for each in _with_past_facts(tenant_id))
    return made + sum(_refresh_account(tenant_id, key) for key in _accounts(tenant_id))


def _behind(tenant_id: UUID) -> Iterator[tuple[UUID, UUID, bool]]:
    """Each once, the latest first, with whether its summaries are of an older version."""
    with tenant_scope(tenant_id):
        rows = Summary.objects.filter(conversation_id=OuterRef("conversation_id"), level=SummaryLevel.TURN)
        last = rows.order_by().values("conversation_id").annotate(last=Max("last_sequence")).values("last")
        missing = Episode.objects.filter(
            conversation_id=OuterRef("id"), origin=CONTACT, sequence__gt=Coalesce(Subquery(last), 0)
        )
        older = Summary.objects.filter(conversation_id=OuterRef("id"), version__lt=VERSION)
        behind = Conversation.objects.annotate(is_older=Exists(older), is_missing=Exists(missing))
        behind = behind.filter(Q(is_older=True) | Q(is_missing=True), is_remembered=True).order_by("-last_message_at")
        found = list(behind.values_list("id", "contact_id", "is_older"))
    yield from found


def _with_past_facts(tenant_id: UUID) -> list[UUID]:
    now = timezone.now()
    with tenant_scope(tenant_id):
        ended = Fact.objects.filter(valid_to__gt=now - _LOOKED_BACK, valid_to__lte=now)
        return sorted(set(ended.values_list("contact_id", flat=True)))


def _accounts(tenant_id: UUID) -> list[str]:
    with tenant_scope(tenant_id):
        return list(AccountSummary.objects.order_by("key").values_list("key", flat=True))


def _refresh_account(tenant_id: UUID, key: str) -> bool:
    with tenant_transaction(tenant_id):
        return refresh_account(key)
