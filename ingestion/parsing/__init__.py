"""Bytes of a file → a `ParsedDocument`: one module per kind, all of it run in a limited process (`sandbox`).

Nothing here may import Django or another app: the parser process stays light and knows no tenant.
"""
