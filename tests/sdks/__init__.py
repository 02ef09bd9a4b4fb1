"""The SDKs against a server that misbehaves on purpose; against the real product: `tests/docs/`."""
