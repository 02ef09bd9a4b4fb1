"""Turning text into vectors: the port, the built-in model in its own process, and OpenAI-compatible endpoints."""
