"""Which customer of Stripe a company is: made once, and never anybody else's."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from billing.errors import StripeRefused
from billing.models import StripeAccount, StripeCustomer
from billing.stripe.door import call, is_on
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.selectors import get_tenant


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    tenant_id: UUID


def find_customer(customer_id: str) -> Customer | None:
    row = StripeCustomer.objects.filter(id=customer_id).first() if customer_id else None
    return Customer(row.id, row.tenant_id) if row else None


def customer_of(tenant_id: UUID) -> str:
    """ "" for a company that never went to pay."""
    return StripeCustomer.objects.filter(tenant_id=tenant_id).values_list("id", flat=True).first() or ""


def list_customers() -> list[UUID]:
    """Companies that ever went to pay."""
    return list(StripeCustomer.objects.order_by("tenant_id").values_list("tenant_id", flat=True))


def ensure_customer(*, tenant_id: UUID, email: str, actor: Actor) -> str:
    """The company's, made now when there is none. Of two that ask at once both get the same: Stripe answers the same
    key with the same customer."""
    known = customer_of(tenant_id)
    if known:
        return known
    public, name = encode(Prefix.TENANT, tenant_id), get_tenant(tenant_id).name
    made = call(
        lambda stripe: stripe.v1.customers.create(
            {"metadata": {"rapport_tenant": public}}, {"idempotency_key": f"customer-{public}"}
        )
    )["id"]
    call(lambda stripe: stripe.v1.customers.update(made, {"name": name, "email": email}))
    try:
        with tenant_scope(tenant_id), transaction.atomic():
            StripeCustomer.objects.create(id=made, tenant_id=tenant_id)
            StripeAccount.objects.create(customer_id=made)
            record_audit(actor=actor, action="customer.linked", subject=public, details={"customer": made})
    except IntegrityError:  # somebody else was quicker
        return customer_of(tenant_id)
    return str(made)


def is_at_stripe(*, tenant_id: UUID) -> bool:
    """False where Stripe is off: nobody can be asked, and nothing is charged from here."""
    customer = customer_of(tenant_id)
    if not customer or not is_on():
        return False
    try:
        found = call(lambda stripe: stripe.v1.customers.retrieve(customer))
    except StripeRefused as error:
        if error.stripe_code == "resource_missing":
            return False
        raise
    return not found.get("deleted")


def delete_customer(*, tenant_id: UUID) -> None:
    """At Stripe, with its subscriptions, and here; its invoices stay there, as the law asks. Repeatable. No audit row:
    it is part of a company's departure, which leaves a receipt."""
    if is_at_stripe(tenant_id=tenant_id):
        customer = customer_of(tenant_id)
        call(lambda stripe: stripe.v1.customers.delete(customer))
    StripeCustomer.objects.filter(tenant_id=tenant_id).delete()
