"""A company's own prices and its budget: whole numbers in millionths of the currency's unit."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from billing.own_prices import METERS, MOST_MICROS
from rapport.ids import Prefix


class PriceRequest(serializers.Serializer[Any]):
    model = serializers.CharField(max_length=120, help_text="As the ledger has it; dated versions of it are meant too.")
    meter = serializers.ChoiceField(choices=[str(each) for each in METERS], help_text="The class of tokens.")
    micros_per_million = serializers.IntegerField(
        min_value=0, max_value=MOST_MICROS, help_text="Millionths of the currency's unit for a million tokens."
    )
    starts_at = serializers.DateTimeField(required=False, help_text="Left out: from now on.")


class PriceSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.PRICE)
    model = serializers.CharField()
    meter = serializers.CharField()
    micros_per_million = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class BudgetRequest(serializers.Serializer[Any]):
    month_micros = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="For a calendar month of the company's time zone; null: no limit."
    )


class BudgetSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="The month's first day.")
    month_micros = serializers.IntegerField(source="limit", allow_null=True)
    spent_micros = serializers.IntegerField(source="spent", help_text="The ledger's sum of the month.")
    held_micros = serializers.IntegerField(source="held", help_text="Kept aside for answers under way.")
    left_micros = serializers.IntegerField(source="left", allow_null=True)
