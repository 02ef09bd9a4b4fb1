"""A company that is to be deleted: asked for by who may, thirty days in which it can be taken back, then due.

From the first moment its keys and its widget open nothing. The erasing itself, when it is due, is not done here.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import InvalidTenant
from tenants.mail import Mail, readers_in, send_each, written_day
from tenants.models import Role, Tenant

GRACE = timedelta(days=30)

REQUESTED = gettext_noop("""\
{company} is to be deleted from Rapport.

Its API keys and its widget stopped working now. On {day} everything that it has here is erased for
good: agents, documents, conversations, contacts, members. Until then an owner can take it back:

{url}
""")

TAKEN_BACK = gettext_noop("""\
{company} is not deleted from Rapport: an owner took it back. Its API keys and its widget work again.

{url}
""")


def request_deletion(*, tenant_id: UUID, typed_name: str, actor: Actor) -> datetime:
    """Returns when it is due. `typed_name`: the company's name, once more. Raises InvalidTenant.

    Asked for again, the day stays that of the first time.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        row = Tenant.objects.select_for_update().get(id=tenant_id)
        if " ".join(typed_name.split()) != row.name:
            raise InvalidTenant(f"Type the company's name as it is written here: {row.name}.", param="name")
        if row.deletion_due_at is not None:
            return row.deletion_due_at
        row.deletion_due_at = timezone.now() + GRACE
        row.save(update_fields=["deletion_due_at"])
        _record(actor, "tenant.deletion_requested", row)
        _tell_owners(row, gettext_noop("{company} is to be deleted"), REQUESTED)
    return row.deletion_due_at


def cancel_deletion(*, tenant_id: UUID, actor: Actor) -> None:
    """The company stays, and its keys work again. Nothing happens to one that was not to be deleted."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = Tenant.objects.select_for_update().get(id=tenant_id)
        if row.deletion_due_at is None:
            return
        _record(actor, "tenant.deletion_cancelled", row)
        row.deletion_due_at = None
        row.save(update_fields=["deletion_due_at"])
        _tell_owners(row, gettext_noop("{company} is not deleted"), TAKEN_BACK)


def list_due_for_deletion() -> list[UUID]:
    """Companies whose thirty days are over, the longest overdue first."""
    due = Tenant.objects.filter(deletion_due_at__lte=timezone.now()).order_by("deletion_due_at")
    return list(due.values_list("id", flat=True))


def _record(actor: Actor, action: str, row: Tenant) -> None:
    due = row.deletion_due_at.isoformat() if row.deletion_due_at else ""
    record_audit(actor=actor, action=action, subject=encode(Prefix.TENANT, row.id), details={"due_at": due})


def _tell_owners(row: Tenant, subject: str, message: str) -> None:
    company, due_at, url = row.name, row.deletion_due_at, f"{get_config().public_url}/settings/"

    def write() -> Mail:
        day = written_day(due_at) if due_at else ""
        text = gettext(message).format(company=company, day=day, url=url)
        return Mail(gettext(subject).format(company=company), text)

    readers = readers_in([Role.OWNER], row.id)
    transaction.on_commit(lambda: send_each(readers, write))
