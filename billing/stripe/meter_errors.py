"""What Stripe found wrong with meters' events after it had taken them: told by an event that says only where to ask.

A company's tellings that are named there count as refused, until the operator has them told again.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction

from billing.models import StripePush
from billing.stripe.alerts import alert
from billing.stripe.door import call
from rapport.errors import InvalidId
from rapport.ids import Prefix, decode
from tenants.context import tenant_scope
from tenants.selectors import list_tenant_ids


def note_meter_error(event_id: str) -> str:
    """Returns what became of it. Raises StripeUnavailable, StripeRefused."""
    report = call(lambda stripe: stripe.v2.core.events.retrieve(event_id))
    data = report.get("data") or {}
    refused = sum(_refuse(identifier, code) for identifier, code in _samples(data))
    count = (data.get("reason") or {}).get("error_count", 0)
    alert("reported", summary=str(data.get("developer_message_summary", ""))[:200], errors=count, ours=refused)
    return f"{refused} of {count} are ours"


def _samples(data: Any) -> Iterator[tuple[str, str]]:
    for kind in (data.get("reason") or {}).get("error_types", ()):
        for each in kind.get("sample_errors", ()):
            yield str((each.get("request") or {}).get("identifier", "")), str(kind.get("code", ""))


def _refuse(identifier: str, code: str) -> int:
    tenant_id = _company(identifier)
    if tenant_id is None:
        return 0
    with tenant_scope(tenant_id), transaction.atomic():
        return (
            StripePush.objects.filter(identifier=identifier)
            .exclude(state="credit")
            .update(state="refused", error=code[:300])
        )


def _company(identifier: str) -> UUID | None:
    """It stands in the identifier; one that is none of ours names nobody."""
    try:
        found = decode(Prefix.TENANT, identifier.partition(":")[0])
    except InvalidId:
        return None
    return found if found in set(list_tenant_ids()) else None
