"""The dashboard's icons: strokes on a grid of 24, drawn inline so that they take the colour of the text around them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

STROKES = {
    "agent": '<path d="M12 4v3M8.5 7h7A3.5 3.5 0 0 1 19 10.500v5A3.500 3.500 0 0 1 15.500 19h-7A3.500 3.500 0 0 1 5 15.500v-5A3.500 3.500 0 0 1 8.500 7Z"/><path d="M9.500 12v1.500M14.500 12v1.500M2.500 12v2.500M21.500 12v2.500"/>',
    "alert": '<path d="M12 9v4.500M12 17h.01M10.300 4.300 2.900 17a2 2 0 0 0 1.700 3h14.800a2 2 0 0 0 1.700-3L13.700 4.300a2 2 0 0 0-3.400 0Z"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "book": '<path d="M12 6.500C10.500 5.300 8.500 4.800 6 4.800c-1 0-2 .1-3 .4v13.600c1-.3 2-.4 3-.4 2.500 0 4.500.6 6 1.800 1.500-1.200 3.500-1.800 6-1.800 1 0 2 .1 3 .4V5.200c-1-.3-2-.4-3-.4-2.500 0-4.500.5-6 1.700Zm0 0v13.700"/>',
    "chart": '<path d="M4 4v14.500A1.500 1.500 0 0 0 5.500 20H20"/><path d="M8.500 15.500V12M13 15.500V7.500M17.500 15.500V10"/>',
    "chat": '<path d="M20 11.500a7.500 7.500 0 0 1-11 6.600L4 19.500l1.400-4.600A7.500 7.500 0 1 1 20 11.500Z"/>',
    "check": '<path d="m5 12.500 4.500 4.500L19 7.500"/>',
    "chevron": '<path d="m9.500 6 6 6-6 6"/>',
    "clock": '<circle cx="12" cy="12" r="8.500"/><path d="M12 7v5l3.200 2"/>',
    "code": '<path d="m8.500 7-5 5 5 5M15.500 7l5 5-5 5"/>',
    "coin": '<ellipse cx="12" cy="6.500" rx="7.500" ry="3"/><path d="M4.500 6.500v11c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3v-11M4.500 12c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3"/>',
    "download": '<path d="M12 4v11M7 10.500l5 5 5-5M4.500 20h15"/>',
    "external": '<path d="M13.500 4.500h6v6M19 5l-8.500 8.500M10 6H6.500a2 2 0 0 0-2 2v9.500a2 2 0 0 0 2 2H16a2 2 0 0 0 2-2V14"/>',
    "file": '<path d="M13.500 3.500H7a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V9l-5.500-5.500Z"/><path d="M13.500 3.500V9H19"/>',
    "gear": '<circle cx="12" cy="12" r="3"/><path d="M12 3v2.500M12 18.500V21M3 12h2.500M18.500 12H21M5.600 5.600l1.800 1.800M16.600 16.600l1.800 1.800M5.600 18.400l1.800-1.800M16.600 7.400l1.800-1.800"/>',
    "globe": '<circle cx="12" cy="12" r="8.500"/><path d="M3.500 12h17M12 3.500c2.300 2.300 3.500 5.200 3.500 8.500s-1.200 6.200-3.500 8.500c-2.300-2.300-3.500-5.200-3.500-8.500S9.700 5.800 12 3.500Z"/>',
    "health": '<path d="M3 12.500h4l2.500-7 4.500 13 2.500-6H21"/>',
    "home": '<path d="m4 10.500 8-6.500 8 6.500V19a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 19v-8.500Z"/><path d="M9.500 20.500V14h5v6.500"/>',
    "info": '<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5M12 8h.01"/>',
    "leave": '<path d="M14 4.500h3.500a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H14M10 8l-4 4 4 4M6 12h9"/>',
    "mail": '<rect x="3.500" y="5" width="17" height="14" rx="2"/><path d="m4 7 8 6 8-6"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "moon": '<path d="M20 14.500A8.500 8.500 0 1 1 9.500 4 6.600 6.600 0 0 0 20 14.500Z"/>',
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.600"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "refresh": '<path d="M20 5v5h-5M4 19v-5h5"/><path d="M19.200 10A7.500 7.500 0 0 0 6 7.500L4.500 9M4.800 14A7.500 7.500 0 0 0 18 16.500l1.500-1.500"/>',
    "screen": '<rect x="3.500" y="4.500" width="17" height="12" rx="2"/><path d="M9 20h6M12 16.500V20"/>',
    "search": '<circle cx="11" cy="11" r="6.500"/><path d="m20 20-4.300-4.300"/>',
    "send": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100"/>',
    "trace": '<path d="M4 6h9M8 12h10M12 18h8"/>',
    "trash": '<path d="M4.500 6.500h15M9.500 6.500V4.500h5v2M6.500 6.500l.8 12a2 2 0 0 0 2 1.900h5.400a2 2 0 0 0 2-1.900l.8-12M10 10.500v6M14 10.500v6"/>',
    "upload": '<path d="M12 16V5M7 9.500l5-5 5 5M4.500 20h15"/>',
    "users": '<circle cx="9" cy="8.500" r="3.500"/><path d="M2.500 19.500c.5-3.300 3.200-5.500 6.500-5.500s6 2.200 6.500 5.500M15.500 5.300a3.500 3.500 0 0 1 0 6.400M18 14.300c1.900.8 3.100 2.700 3.500 5.200"/>',
    "x": '<path d="m6 6 12 12M18 6 6 18"/>',
}


def draw(name: str, css_class: str = "") -> SafeString:
    """The icon as SVG, hidden from screen readers. An unknown name raises KeyError: it is a mistake in a template."""
    strokes = mark_safe(STROKES[name])  # noqa: S308 - the table above, not anyone's input
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        f"icon {css_class}".strip(),
        strokes,
    )
