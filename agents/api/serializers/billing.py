"""A company's plan, its running period and those that are closed. Money in millionths of the currency's unit."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from billing.quotas import STOPPABLE
from rapport.ids import Prefix


class StatementLineSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="A meter, or base, seats, model_tokens, coupon.")
    label = serializers.CharField()  # type: ignore[assignment]
    quantity = serializers.IntegerField()
    unit = serializers.CharField()
    list_micros = serializers.IntegerField(help_text="By the rates of each row's moment.")
    included_quantity = serializers.IntegerField()
    included_micros = serializers.IntegerField(help_text="What the plan includes of it.")
    volume_micros = serializers.IntegerField(help_text="What is taken off because there is much of it.")
    due_micros = serializers.IntegerField(help_text="list_micros less the two.")


class StatementSerializer(serializers.Serializer[Any]):
    plan = serializers.CharField()
    version = serializers.CharField(help_text="Of the plan's rates, as the ledger's rows name it.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    currency = serializers.CharField()
    lines = StatementLineSerializer(many=True)
    records = serializers.IntegerField(help_text="Rows of the ledger that it is made of.")
    cost_micros = serializers.IntegerField(
        help_text="The sum of its rows' costs, converted as the plan's version says."
    )
    list_micros = serializers.IntegerField(help_text="The sum of its rows' list prices.")
    due_micros = serializers.IntegerField()


class QuotaSerializer(serializers.Serializer[Any]):
    meter = serializers.CharField()
    used = serializers.IntegerField()
    forecast = serializers.IntegerField(help_text="By the period's end, if it goes on like this.")
    included = serializers.IntegerField(allow_null=True, help_text="By the plan; null: no quota.")
    limit = serializers.IntegerField(allow_null=True, help_text="Where the company wants to be stopped.")
    stop = serializers.IntegerField(allow_null=True, help_text="At how much nothing more is taken.")
    level = serializers.ChoiceField(choices=["", "warn", "soft", "hard"], help_text="From 80 %, from 100 %, stopped.")


class BillingSerializer(serializers.Serializer[Any]):
    plan = serializers.CharField()
    plan_name = serializers.CharField()
    seats = serializers.IntegerField(help_text="Paid for, beside those that the plan includes.")
    seats_taken = serializers.IntegerField(help_text="By members and open invitations.")
    seats_allowed = serializers.IntegerField(allow_null=True, help_text="Null: as many as the company likes.")
    is_trial = serializers.BooleanField()
    trial_ends_at = serializers.DateTimeField(allow_null=True, help_text="Of a plan that is bought, and tried first.")
    discount = serializers.CharField(allow_blank=True, help_text="The coupon that Stripe takes off its invoices.")
    discount_ends_at = serializers.DateTimeField(allow_null=True)
    entitlements = serializers.ListField(child=serializers.CharField())
    statement = StatementSerializer(help_text="Of the running period, so far.")
    quotas = QuotaSerializer(many=True)


class BillingPeriodSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.PERIOD)
    closed_at = serializers.DateTimeField()
    statement = StatementSerializer()


class UsageLimitRequest(serializers.Serializer[Any]):
    meter = serializers.ChoiceField(choices=[str(each) for each in STOPPABLE])
    quantity = serializers.IntegerField(min_value=0, allow_null=True, help_text="In a period; null: no limit.")
