"""Of whom this app's rows are."""

from collections.abc import Iterator

from django.db.models import Q

from tenants.privacy.holdings import OfContact, OfTenant, Person, by_links, declare


def _spenders(person: Person) -> Iterator[Q]:
    yield Q(subject__in=[f"contact:{each.hex}" for each in person.contacts])


declare("billing.UsageRecord", OfTenant("the ledger: numbers, and ids of what was paid for", is_append_only=True))
declare("billing.VisitorSpend", OfContact(_spenders, is_exported=False))
declare("billing.VisitorHold", OfContact(by_links("turn_id", "turns"), is_exported=False))
