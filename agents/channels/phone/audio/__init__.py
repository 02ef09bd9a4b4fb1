"""Calls that bring audio: the engine that makes of sound what a carrier's relay makes of it, words in and words out."""
