"""The model gateway: one port, several models."""
