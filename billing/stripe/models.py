"""What is known of Stripe's objects: enough to say what was bought, and what was told. Stripe has the truth."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class StripeCustomer(models.Model):
    """Which company a customer of Stripe is. Never changed. A control table: it is read to find the tenant, and stays
    until Stripe has deleted the customer too."""

    id = models.CharField(max_length=255, primary_key=True)  # "cus_…"
    tenant = models.OneToOneField("tenants.Tenant", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class StripeEvent(models.Model):
    """That Stripe sent something: once by its id, whatever it says. A control table: what it is about is asked for when
    it is handled. No payload is kept."""

    id = models.CharField(max_length=255, primary_key=True)  # "evt_…"
    type = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True)
    customer_id = models.CharField(max_length=255, blank=True)
    api_version = models.CharField(max_length=60, blank=True)
    is_live = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # not tried again before
    attempts = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=40, blank=True)  # "applied", "not ours", …; of one that waits its last error

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="stripe_event_waiting", condition=models.Q(handled_at=None))
        ]


class StripeAccount(TenantModel):
    """What a company bought, as Stripe said it last. One for a company that ever went to pay."""

    customer_id = models.CharField(max_length=255)
    subscription_id = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=40, blank=True)  # the subscription's, in Stripe's words
    plan = models.CharField(max_length=40, blank=True)  # that it grants now; "" for none
    seats = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    period_ends_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)  # cancelled: until then it holds
    grace_ends_at = models.DateTimeField(null=True)  # unpaid: from then on nothing new is begun
    trial_ends_at = models.DateTimeField(null=True)  # it is tried: until then it costs nothing
    discount = models.CharField(max_length=100, blank=True)  # the coupon that Stripe takes off, by our code or its id
    discount_ends_at = models.DateTimeField(null=True)
    priced_as = models.CharField(max_length=40, blank=True)  # version of the rates that its prices at Stripe are by
    metered_from = models.DateTimeField(null=True)  # usage since then is told; None: nothing is
    metered_until = models.DateTimeField(null=True)
    metered_at = models.DateTimeField(null=True)  # when it was last looked for what is new
    version = models.PositiveIntegerField(default=0)  # of whoever reads at Stripe, only who read last may write
    synced_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="stripe_account_one")]


class StripeInvoice(TenantModel):
    """An invoice, as Stripe said it last."""

    invoice_id = models.CharField(max_length=255)  # "in_…"
    number = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20)  # "draft", "open", "paid", "void", "uncollectible"
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()  # in Stripe's smallest unit, as `due`
    due = models.BigIntegerField()
    issued_at = models.DateTimeField()
    page = models.URLField(max_length=2000, blank=True)  # Stripe's own, with the receipt

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "invoice_id"], name="stripe_invoice_unique")]


class StripePush(TenantModel):
    """So much of an hour of a meter, told to Stripe under this identifier: written before it is sent."""

    meter = models.CharField(max_length=32)  # a Meter, or "model_tokens"
    hour = models.DateTimeField()
    revision = models.PositiveIntegerField()  # what comes late, or is corrected, is told as a further one
    quantity = models.BigIntegerField()
    identifier = models.CharField(max_length=100)
    customer_id = models.CharField(max_length=255)
    stamped_at = models.DateTimeField()  # the moment that Stripe is told
    state = models.CharField(max_length=10, default="new")  # and "unknown", "sent", "refused", "disputed", "invoiced"
    first_sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "meter", "hour", "revision"], name="stripe_push_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state"], name="stripe_push_state", condition=~models.Q(state="sent"))
        ]
