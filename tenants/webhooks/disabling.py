"""Switching an endpoint off that takes nothing any more, and telling those who can mend it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.mail import Mail, readers_with, send_each
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.webhooks.models import WebhookEndpoint

FAILING_FOR = timedelta(days=5)
REASONS = {
    "failures": gettext_noop("none of our deliveries has been accepted for five days"),
    "gone": gettext_noop("it answered with 410 Gone, which says that it is not there any more"),
}
SUBJECT = gettext_noop("A webhook of {company} was switched off")
MESSAGE = gettext_noop("""\
Rapport sends nothing more to this webhook of {company}, because {reason}:

{url}

Mend it and switch it on again here; what was not delivered is in its log and can be sent again:

{page}
""")


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
    company = Tenant.objects.get(id=endpoint.tenant_id).name
    page = f"{get_config().public_url}/webhooks/{encode(Prefix.WEBHOOK, endpoint.id)}/"

    def write() -> Mail:
        text = gettext(MESSAGE).format(
            company=" ".join(company.split()), reason=gettext(REASONS[reason]), url=endpoint.url, page=page
        )
        return Mail(gettext(SUBJECT).format(company=company), text)

    readers = readers_with(Permission.WEBHOOKS_WRITE, endpoint.tenant_id)
    transaction.on_commit(lambda: send_each(readers, write))
