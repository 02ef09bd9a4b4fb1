"""The public API, /v1."""
