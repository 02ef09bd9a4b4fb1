"""`Idempotency-Key`: the same call sent twice is done once. See `rapport.idempotency.claims`."""
