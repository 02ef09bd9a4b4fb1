"""What each contact cost. The ledger names no contact, so that it can stay when one is erased: its conversations do."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.models import Conversation
from billing.selectors import UsageLine, UsageSum, usage_by
from tenants.context import tenant_scope


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
