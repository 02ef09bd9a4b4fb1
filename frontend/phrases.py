"""Sentences that stand in tables: in the language of whoever is shown them, not of whoever loaded the module."""

from typing import cast

from django.utils.translation import gettext_lazy


def phrase(text: str) -> str:
    """For typing it is text; what it says is looked up each time it is written out."""
    return cast(str, gettext_lazy(text))
