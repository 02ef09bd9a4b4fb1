"""Of whom this app's rows are."""

from collections.abc import Iterator

from django.db.models import Q

from tenants.privacy.holdings import OfContact, OfTenant, Person, by_links, declare


def _spenders(person: Person) -> Iterator[Q]:
    for each in person.contacts:
        yield Q(subject__startswith=f"contact:{each.hex}")
    yield Q(subject__in=[f"conversation:{each.hex}" for each in person.linked("conversations")])


declare("billing.UsageRecord", OfTenant("the ledger: numbers, and ids of what was paid for", is_append_only=True))
declare("billing.UsageRollup", OfTenant("sums of the ledger: numbers", is_exported=False))
declare("billing.BillingPeriod", OfTenant("what the company was billed: numbers", is_append_only=True))
declare("billing.PlanTerm", OfTenant("which plan the company is on", is_append_only=True))
declare("billing.UsageLimit", OfTenant("where the company wants to be stopped: numbers"))
declare("billing.QuotaNotice", OfTenant("that the company was told of a quota", is_exported=False))
declare("billing.PriceOverride", OfTenant("what the company says that tokens cost it"))
declare("billing.CompanyBudget", OfTenant("what the company may spend in a month: numbers"))
declare("billing.Spend", OfContact(_spenders, "numbers", is_exported=False))
declare("billing.BudgetHold", OfContact(by_links("turn_id", "turns"), by_links("turn_id", "turns"), is_exported=False))
