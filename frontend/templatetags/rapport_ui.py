"""Template tags and filters of the dashboard: icons, figures, moments. They format; they decide nothing."""

import datetime as dates
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

import yaml
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from agents.selectors.summaries import LineView
from frontend import audit_words, formats, icons, memory_words, navigation, script_words
from frontend.phrases import phrase
from frontend.said import said, told
from rapport.ids import Prefix, encode

register = template.Library()


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    return icons.draw(name, css_class)


register.simple_tag(navigation.sidebar_links)
register.simple_tag(navigation.bottom_links)


@register.simple_tag
def script_sentences() -> dict[str, str]:
    return script_words.translated_sentences()


@register.simple_tag
def table_rows(rows: Iterable[Sequence[object]]) -> SafeString:
    """Of a table, the first cell of each row being its name. As a template would write them, whose loops take ten times
    as long."""
    return mark_safe("".join(map(_table_row, rows)))  # noqa: S308 - each cell is escaped


def _table_row(cells: Sequence[object]) -> str:
    name, *figures = map(_cell, cells)
    ended = "".join(f'<td class="end">{each}</td>' for each in figures)
    return f"<tr><td>{name}</td>{ended}</tr>"


def _cell(value: object) -> str:
    """Texts and whole numbers are in the page's language as they are, and most of what there is."""
    return conditional_escape(
        value if isinstance(value, str) else str(value if type(value) is int else localize(value))
    )


_STATES = {
    "waiting": ("badge badge--warn", phrase("waiting")),
    "human": ("badge badge--ok", phrase("with a person")),
    "closed": ("badge", phrase("closed")),
}


@register.filter
def state_badge(state: str) -> SafeString:
    """Of a conversation."""
    css_class, word = _STATES.get(state, ("badge badge--info", phrase("agent")))
    return mark_safe(f'<span class="{css_class}">{escape(word)}</span>')  # noqa: S308 - words of ours


@register.filter
def badge(word: str, tone: str = "") -> SafeString:
    """As `c-badge` draws it, for rows of long lists: a component costs ten times as much."""
    css_class = f"badge badge--{tone}" if tone else "badge"
    return mark_safe(f'<span class="{css_class}">{escape(word)}</span>')  # noqa: S308 - tones are ours


@register.filter
def bar(percent: float) -> SafeString:
    """As `c-bar` draws it, likewise."""
    return mark_safe(  # noqa: S308 - a number
        '<svg class="bar" preserveAspectRatio="none" aria-hidden="true"><rect class="bar__track" width="100%" '
        f'height="100%" rx="4"/><rect class="bar__fill" width="{tenths(percent)}%" height="100%" rx="4"/></svg>'
    )


@register.filter
def number_of_messages(number: int) -> str:
    return ngettext("%(message_count)s message", "%(message_count)s messages", number) % {"message_count": number}


@register.filter
def with_agent(contact: str, agent: str) -> str:
    """Who talks with whom."""
    return gettext("%(contact_name)s with %(agent_name)s") % {"contact_name": contact, "agent_name": agent}


@register.filter
def money(micros: int | None, currency: str = "USD") -> str:
    return "–" if micros is None else formats.format_money(int(micros), currency)


@register.filter
def count(number: int | None) -> str:
    return "–" if number is None else formats.format_count(int(number))


@register.filter
def amount(number: int, meter: str) -> str:
    """So much of a meter of the ledger."""
    return formats.format_bytes(int(number)) if meter == "stored_bytes" else formats.format_count(int(number))


@register.filter
def milliseconds(value: float | None) -> str:
    return "–" if value is None else formats.format_milliseconds(float(value))


@register.filter
def microseconds(value: float | None) -> str:
    return "–" if value is None else formats.format_milliseconds(float(value) / 1000)


@register.filter
def seconds(value: float | None) -> str:
    return "–" if value is None else formats.format_seconds(float(value))


@register.filter
def bytes_size(value: int | None) -> str:
    return "–" if value is None else formats.format_bytes(int(value))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A `<time>`: near times by distance, the whole of it on hover, in the company's zone."""
    if value is None:
        return "–"
    zone = timezone.get_current_timezone()
    local = value.astimezone(zone)
    whole, ago = escape(formats.format_moment(local)), escape(formats.format_ago(local, datetime.now(zone)))
    return mark_safe(  # noqa: S308 - what is no number is escaped; `format_html` takes half of a long list's time
        f'<time datetime="{value.isoformat()}" title="{whole}">{ago}</time>'
    )


@register.filter(expects_localtime=True)
def date(value: dates.date | None, pattern: str) -> str:
    """Django's, but ordered as the language does; by one of `formats.PATTERNS`."""
    return formats.format_date(value, pattern) if value else ""


@register.filter("said")
def write_said(sentence: str | None) -> str:
    """What a floor below said in English, or stored so: the message of an error."""
    return said(sentence or "")


register.filter("told", told)
register.filter("fact_label", memory_words.fact_label)
register.filter("kind_words", memory_words.kind_words)
register.filter("made_of", memory_words.made_of)
register.filter("named", memory_words.named)


@register.filter
def talk_line(text: str) -> str:
    """What a summary says of one conversation, where that stands by itself."""
    return memory_words.summary_line("conversation", text)


@register.filter
def summary_line(line: LineView) -> str:
    return memory_words.summary_line(line.kind, line.text)


@register.filter
def translated(word: str) -> str:
    """One of `lower_words`, which a floor below gave."""
    return gettext(word) if word else ""


@register.filter
def public_id(value: UUID, prefix: str) -> str:
    """`{{ document.id|public_id:"doc" }}`: the id as it stands in addresses."""
    return encode(Prefix(prefix), value)


@register.filter
def shortened(text: str, most: int) -> str:
    """At most so many characters, the last of them "…" where there are more. Django's counts what is seen as one
    character as one, which takes a fifth of a millisecond."""
    text = str(text)
    if len(text) <= most:
        return text
    end = most - 1
    while end and unicodedata.combining(text[end]):
        end -= 1
    return f"{text[:end]}…"


@register.filter
def tenths(value: float) -> str:
    """As attributes of SVG have numbers, in every language: 33.333 → `33.3`."""
    return f"{float(value):.1f}"


@register.filter
def address(text: str, view: str) -> str:
    """`{{ trace.id|public_id:"trc"|address:"trace" }}`: of a page with one id in its address, as `url` says it; in long
    lists a twentieth of its time."""
    before, after = _around(view)
    return f"{before}{text}{after}"


@cache
def _around(view: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=["~"]).partition("~")
    return before, after


@register.filter
def pace(a_second: float) -> str:
    """Units a second, or a minute when they are slow."""
    if a_second >= 1.5:
        return gettext("%(number)s a second") % {"number": f"{a_second:.0f}"}
    return gettext("%(number)s a minute") % {"number": f"{a_second * 60:.0f}"}


@register.filter
def percent(value: float | None) -> str:
    return "–" if value is None else formats.format_percent(value)


@register.filter
def figure(value: float | None) -> str:
    """A score: three significant digits, never in powers of ten."""
    if value is None:
        return "–"
    return formats.localised("< 0.001" if 0 < value < 0.001 else f"{value:.3g}")


@register.filter
def written(value: object) -> str:
    """A setting's value in one line; of several parts as YAML."""
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=True).strip()
    return audit_words.written(value)


@register.filter
def lookup(mapping: Mapping[str, object] | None, key: str) -> object:
    return (mapping or {}).get(key, "")


@register.filter
def spark_path(values: Sequence[float]) -> str:
    """A polyline's path over a box of 100 × 28, the highest value at the top."""
    if len(values) < 2:
        return ""
    high = max(*values, 1e-9)
    step = 100 / (len(values) - 1)
    points = (f"{at * step:.2f} {26 - 24 * value / high:.2f}" for at, value in enumerate(values))
    return "M" + "L".join(points)
