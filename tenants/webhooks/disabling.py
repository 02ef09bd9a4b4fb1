"""Switching an endpoint off that takes nothing any more, and telling those who can mend it."""

from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.models import Membership, Role, Tenant
from tenants.permissions import Permission, is_granted
from tenants.webhooks.models import WebhookEndpoint

FAILING_FOR = timedelta(days=5)
REASONS = {
    "failures": "none of our deliveries has been accepted for five days",
    "gone": "it answered with 410 Gone, which says that it is not there any more",
}
SUBJECT = "A webhook of {company} was switched off"
MESSAGE = """\
Rapport sends nothing more to this webhook of {company}, because {reason}:

{url}

Mend it and switch it on again here; what was not delivered is in its log and can be sent again:

{page}
"""


def disable_failing(endpoint: WebhookEndpoint, *, is_gone: bool) -> bool:
    """In the open scope and transaction, after an attempt that failed; True when it is switched off now."""
    since = endpoint.failing_since
    if is_gone:
        reason = "gone"
    elif since is not None and timezone.now() - since >= FAILING_FOR:
        reason = "failures"
    else:
        return False
    endpoint.is_enabled, endpoint.disabled_reason = False, reason
    endpoint.save(update_fields=["is_enabled", "disabled_reason"])
    record_audit(
        actor=SYSTEM,
        action="webhook.disabled",
        subject=encode(Prefix.WEBHOOK, endpoint.id),
        details={"reason": reason, "failing_since": since.isoformat() if since else ""},
        before={"is_enabled": True},
        after={"is_enabled": False},
    )
    _tell(endpoint, reason)
    return True


def _tell(endpoint: WebhookEndpoint, reason: str) -> None:
    company = " ".join(Tenant.objects.get(id=endpoint.tenant_id).name.split())
    text = MESSAGE.format(
        company=company,
        reason=REASONS[reason],
        url=endpoint.url,
        page=f"{get_config().public_url}/webhooks/{encode(Prefix.WEBHOOK, endpoint.id)}/",
    )
    roles = [role for role in Role if is_granted(role, Permission.WEBHOOKS_WRITE)]
    members = Membership.objects.filter(tenant_id=endpoint.tenant_id, role__in=roles).select_related("user")
    for address in [each.user.email for each in members]:  # each by itself
        transaction.on_commit(lambda address=address: _send(SUBJECT.format(company=company), text, address))  # type: ignore[misc]


def _send(subject: str, text: str, address: str) -> None:
    send_mail(subject, text, None, [address], fail_silently=True)
