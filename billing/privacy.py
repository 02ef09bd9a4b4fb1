"""Of whom this app's rows are."""

from tenants.privacy.holdings import OfTenant, declare

declare("billing.UsageRecord", OfTenant("the ledger: numbers, and ids of what was paid for", is_append_only=True))
