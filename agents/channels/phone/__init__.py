"""Telephone calls: a carrier turns speech into words and words into speech, and the same turn answers as in a chat."""
