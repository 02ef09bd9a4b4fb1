"""What it costs: the usage ledger, prices, and the sums that tenants see."""
