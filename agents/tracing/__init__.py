"""Traces: what a turn did, step by step. Recorded in memory, written once at its end."""
