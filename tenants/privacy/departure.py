"""A company's deletion is due: everything of it is erased, each store asked again, and its owners get the receipt.

The row that says how far it is belongs to the platform, because the company's own rows go. Whoever finds an unfinished
one goes on with it: a worker that dies midway loses nothing.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from rapport import encryption, logs
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.deletion import list_due_for_deletion
from tenants.mail import Attachment, Mail, Reader, readers_in, send_each
from tenants.models import Role, Tenant
from tenants.privacy.emptying import Found, ask_again, empty_all
from tenants.privacy.holdings import Company, names_of
from tenants.privacy.models import Departure, DepartureState
from tenants.privacy.receipts import sign

FORMAT = "rapport-deletion/1"
CLAIM = timedelta(minutes=30)

SUBJECT = gettext_noop("{company} was deleted")
MESSAGE = gettext_noop("""\
{company} was deleted from Rapport: agents, documents, conversations, contacts, keys and members.

Every store was asked again until it counted nothing. The signed receipt is attached; what it says can be
checked with `manage.py verify_receipt` where Rapport runs.
""")

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Recipients:
    """Whom the receipt goes to, when the company's members are gone already."""

    company: str
    readers: tuple[Reader, ...]

    @classmethod
    def read(cls, text: str) -> "_Recipients":
        stored = json.loads(encryption.decrypt(text))
        readers = stored.get("readers") or [(each, "en") for each in stored["addresses"]]  # as they were written before
        return cls(stored["company"], tuple(Reader(*each) for each in readers))

    def encrypted(self) -> str:
        readers = [(each.address, each.language) for each in self.readers]
        return encryption.encrypt(json.dumps({"company": self.company, "readers": readers}))


def run_departures() -> int:
    """Delete companies that are due, and go on with deletions that were broken off; returns how many were finished."""
    for tenant_id in list_due_for_deletion():
        _begin(tenant_id)
    finished, put_off = 0, []
    while (row := _claim()) is not None:
        try:
            _run(row)
            finished += 1
        except RapportError as error:  # a store is away, or got something meanwhile: the next call goes on
            put_off.append(row.id)
            log.warning("departure_put_off", tenant_id=str(row.tenant_id), error=error.code)
    Departure.objects.filter(id__in=put_off).update(claimed_until=None)
    return finished


@transaction.atomic
def _begin(tenant_id: UUID) -> None:
    """Once: who asks a second time finds the row. A company that was taken back meanwhile stays."""
    tenant = Tenant.objects.select_for_update().filter(id=tenant_id, deletion_due_at__lte=timezone.now()).first()
    if tenant is None:
        return
    recipients = _Recipients(tenant.name, tuple(readers_in([Role.OWNER], tenant_id)))
    Departure.objects.get_or_create(tenant_id=tenant_id, defaults={"recipients": recipients.encrypted()})


def _claim() -> Departure | None:
    """One that no one works on; two workers never take the same one."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    for row in Departure.objects.filter(free, state=DepartureState.ERASING).order_by("started_at"):
        if Departure.objects.filter(free, id=row.id, state=DepartureState.ERASING).update(claimed_until=now + CLAIM):
            row.refresh_from_db()
            return row
    return None


def _run(row: Departure) -> None:
    company, found = Company(row.tenant_id), row.stores

    def save(stores: Found) -> None:
        Departure.objects.filter(id=row.id).update(stores=stores, claimed_until=timezone.now() + CLAIM)

    empty_all(company, found, save)
    ask_again(company, found, save)
    _finish(row, found)


def _finish(row: Departure, found: Found) -> None:
    order = names_of(Company(row.tenant_id))
    with transaction.atomic():
        done = Departure.objects.select_for_update().get(id=row.id)
        if done.state == DepartureState.DONE:
            return
        recipients = _Recipients.read(done.recipients)
        done.state, done.finished_at, done.claimed_until, done.recipients = (
            DepartureState.DONE,
            timezone.now(),
            None,
            "",
        )
        done.receipt = sign(_receipt(done, found, order))
        done.save()
        transaction.on_commit(lambda: _tell(recipients, done.receipt))
    log.info("company_deleted", tenant_id=str(row.tenant_id), stores=len(order))


def _receipt(row: Departure, found: Found, order: list[str]) -> dict[str, object]:
    assert row.finished_at
    return {
        "format": FORMAT,
        "company": encode(Prefix.TENANT, row.tenant_id),
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat(),
        "stores": [{"name": name, **found[name]} for name in order],
        "erased": sum(found[name]["before"] for name in order),
    }


def _tell(recipients: _Recipients, receipt: dict[str, object]) -> None:
    text = json.dumps(receipt, indent=2, ensure_ascii=False)
    attachment = Attachment("rapport-deletion-receipt.json", text, "application/json")

    def write() -> Mail:
        company = recipients.company
        return Mail(gettext(SUBJECT).format(company=company), gettext(MESSAGE).format(company=company))

    send_each(recipients.readers, write, attachment=attachment)
