"""Of whom this app's rows are."""

from collections.abc import Iterator

from django.db.models import Q

from tenants.privacy.holdings import (
    Company,
    OfContact,
    OfPlatform,
    OfTenant,
    Person,
    Store,
    Subject,
    by_links,
    declare,
    declare_store,
)


def _spenders(person: Person) -> Iterator[Q]:
    for each in person.contacts:
        yield Q(subject__startswith=f"contact:{each.hex}")
    yield Q(subject__in=[f"conversation:{each.hex}" for each in person.linked("conversations")])


def _count_customers(subject: Subject) -> int:
    """1 until Stripe has deleted it: only then it is forgotten here."""
    from billing.stripe.customers import customer_of

    return int(isinstance(subject, Company) and bool(customer_of(subject.tenant_id)))


def _erase_customer(subject: Subject) -> None:
    """Its subscription ends with it, and no card is charged again."""
    from billing.stripe.customers import delete_customer

    if isinstance(subject, Company):
        delete_customer(tenant_id=subject.tenant_id)


declare("billing.UsageRecord", OfTenant("the ledger: numbers, and ids of what was paid for", is_append_only=True))
declare("billing.UsageRollup", OfTenant("sums of the ledger: numbers", is_exported=False))
declare("billing.BillingPeriod", OfTenant("what the company was billed: numbers", is_append_only=True))
declare("billing.CompanyMonth", OfTenant("what a month came to, for whoever runs the installation", is_exported=False))
declare("billing.PlanTerm", OfTenant("which plan the company is on", is_append_only=True))
declare("billing.UsageLimit", OfTenant("where the company wants to be stopped: numbers"))
declare("billing.QuotaNotice", OfTenant("that the company was told of a quota", is_exported=False))
declare("billing.PriceOverride", OfTenant("what the company says that tokens cost it"))
declare("billing.CompanyBudget", OfTenant("what the company may spend in a month: numbers"))
declare("billing.Spend", OfContact(_spenders, "numbers", is_exported=False))
declare("billing.BudgetHold", OfContact(by_links("turn_id", "turns"), by_links("turn_id", "turns"), is_exported=False))
declare("billing.StripeCustomer", OfPlatform("which company a customer of Stripe is: ids, until Stripe has deleted it"))
declare("billing.StripeEvent", OfPlatform("that Stripe sent something: ids and times, for ninety days"))
declare("billing.StripeAccount", OfTenant("what the company bought"))
declare("billing.StripeInvoice", OfTenant("the company's invoices: numbers"))
declare("billing.StripePush", OfTenant("what Stripe was told of the company's usage: numbers"))
declare_store(Store("payments", "The company as a customer of Stripe", _count_customers, _erase_customer))
