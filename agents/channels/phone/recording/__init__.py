"""Recordings of calls whose sound we have: only after the caller agreed, both sides apart, gone when they should be."""
