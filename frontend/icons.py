"""The dashboard's icons: strokes on a grid of 24, drawn inline so that they take the colour of the text around them."""

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

STROKES: dict[str, str] = json.loads((Path(__file__).parent / "icons.json").read_text())


@cache
def draw(name: str, css_class: str = "") -> SafeString:
    """The icon as SVG, hidden from screen readers. An unknown name raises KeyError: it is a mistake in a template."""
    strokes = mark_safe(STROKES[name])  # noqa: S308 - our own file, not anyone's input
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        f"icon {css_class}".strip(),
        strokes,
    )
