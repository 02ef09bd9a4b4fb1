"""The version that the user agent names; the same as in pyproject.toml."""

VERSION = "0.1.0"
