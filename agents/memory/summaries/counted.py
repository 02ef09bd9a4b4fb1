"""Accounts whose numbers count a contact that is erased: they are made anew of those who are left."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from agents.memory.summaries.accounts import is_behind, refresh_account
from agents.models import AccountPart, AccountSummary
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.holdings import Someone


def accounts_counting(someone: Someone) -> Iterable[UUID]:
    """In the open scope, while the contact is there."""
    rows = AccountPart.objects.filter(contact_id__in=someone.contacts)
    return list(rows.values_list("account_id", flat=True).distinct())


def count_behind(tenant_id: UUID, accounts: Sequence[UUID]) -> int:
    with tenant_scope(tenant_id):
        return sum(is_behind(each) for each in AccountSummary.objects.filter(id__in=accounts))


def remake_accounts(tenant_id: UUID, accounts: Sequence[UUID]) -> None:
    with tenant_transaction(tenant_id):
        for key in AccountSummary.objects.filter(id__in=accounts).order_by("key").values_list("key", flat=True):
            refresh_account(key)
