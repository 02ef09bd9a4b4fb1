"""Traces to a company's own collector: OTLP over HTTP, as protobuf, by the event path and never in the turn."""
