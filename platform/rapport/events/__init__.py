"""Events: envelope, outbox, relay, bus, inbox and leased drain. Delivered at least once, in order per key."""
