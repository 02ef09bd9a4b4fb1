"""What each contact and each channel cost. The ledger names neither, so that it can stay when a contact is erased: its
conversations do."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.utils import timezone

from agents.models import Conversation
from billing.explained import PartSum
from billing.selectors import UsageLine, UsageRow, usage_by
from billing.sums import UsageSum
from tenants.context import tenant_scope

TOGETHER = 500  # SQLite takes only so many parameters


def usage_by_contact(*, tenant_id: UUID, days: int = 30, most: int | None = None) -> list[UsageLine]:
    """Dearest first; "" is what belongs to no conversation, or to one that is gone. `days` as in `usage_by`."""
    lines = usage_by(tenant_id=tenant_id, dimension="conversation_id", days=days)
    contacts = _contacts(tenant_id, days)
    sums: dict[str, UsageSum] = defaultdict(UsageSum)
    records: dict[str, int] = defaultdict(int)
    for line in lines:
        key = contacts.get(line.key, "")
        sums[key] += line.usage
        records[key] += line.records
    found = [UsageLine(key, usage, records[key]) for key, usage in sums.items()]
    return sorted(found, key=lambda line: (-line.usage.cost_micros, line.key))[:most]


def _contacts(tenant_id: UUID, days: int) -> dict[str, str]:
    """Of the conversations in which something was said in these days: what was used, was used for a message."""
    since = timezone.now() - timedelta(days=days + 2)  # the first day begins in the company's own time zone
    with tenant_scope(tenant_id):
        rows = Conversation.objects.filter(last_message_at__gte=since).values_list("id", "contact_id")
        return {str(conversation): str(contact) for conversation, contact in rows}


def sum_channels(*, tenant_id: UUID, conversations: Iterable[PartSum]) -> list[PartSum]:
    """What these conversations of a period come to, by channel, the dearest first; "" is what belongs to no
    conversation, or to one that is gone."""
    with tenant_scope(tenant_id):  # all at once: a big company has some hundred times as many as go into one question
        channels = {str(each): channel for each, channel in Conversation.objects.values_list("id", "channel")}
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in conversations:
        key = channels.get(each.key, "")
        for place, number in enumerate((each.records, each.cost_micros, each.price_micros)):
            sums[key][place] += number
    found = [PartSum(key, *numbers) for key, numbers in sums.items()]
    return sorted(found, key=lambda each: (-each.price_micros, -each.cost_micros, each.key))


def rows_in_channel(*, tenant_id: UUID, channel: str, rows: Iterable[UsageRow]) -> Iterator[UsageRow]:
    """Of these rows those of a channel's conversations, in their order; asked for some hundred at a time."""
    waiting = iter(rows)
    while part := list(islice(waiting, TOGETHER)):
        channels = _channels(tenant_id, [each.conversation_id for each in part if each.conversation_id])
        for row in part:
            if (channels.get(row.conversation_id, "") if row.conversation_id else "") == channel:
                yield row


def _channels(tenant_id: UUID, conversations: Sequence[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    with tenant_scope(tenant_id):
        for start in range(0, len(conversations), TOGETHER):
            part = conversations[start : start + TOGETHER]
            found.update(Conversation.objects.filter(id__in=part).values_list("id", "channel"))
    return found
