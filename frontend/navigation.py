"""Where one can go on the dashboard. A person sees the places that their role may read, and
whoever runs the installation what is for them."""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from frontend.icons import draw
from tenants.permissions import Permission, is_granted


@dataclass(frozen=True, slots=True)
class Place:
    """`label` and `group` are in English, for the page to translate; `view` is the address' name; `section` marks it
    current on all the pages beneath it."""

    label: str
    view: str
    icon: str
    permission: Permission
    section: str
    group: str = ""
    in_bottom_bar: bool = False

    @property
    def href(self) -> str:
        return reverse(self.view)


PLACES = (
    Place(_("Home"), "home", "home", Permission.USAGE_READ, "home", in_bottom_bar=True),
    Place(
        _("Knowledge"), "knowledge", "book", Permission.KNOWLEDGE_READ, "knowledge", _("Answering"), in_bottom_bar=True
    ),
    Place(_("Search"), "search", "search", Permission.KNOWLEDGE_READ, "search", _("Answering")),
    Place(_("Agent"), "agent", "agent", Permission.AGENTS_READ, "agent", _("Answering"), in_bottom_bar=True),
    Place(_("Prompts"), "prompts", "file", Permission.AGENTS_READ, "prompts", _("Answering")),
    Place(_("Models"), "models", "chart", Permission.AGENTS_READ, "models", _("Answering")),
    Place(_("Widget"), "widget", "code", Permission.AGENTS_READ, "widget", _("Answering")),
    Place(_("Phone"), "phone", "phone", Permission.AGENTS_READ, "phone", _("Answering")),
    Place(_("Campaigns"), "campaigns", "list", Permission.CONVERSATIONS_READ, "campaigns", _("Answering")),
    Place(_("Inbox"), "inbox", "chat", Permission.CONVERSATIONS_READ, "inbox", _("People"), True),
    Place(_("Conversations"), "conversations", "list", Permission.CONVERSATIONS_READ, "conversations", _("People")),
    Place(_("Questions"), "questions", "question", Permission.CONVERSATIONS_READ, "questions", _("People")),
    Place(_("Feedback"), "feedback", "thumb", Permission.CONVERSATIONS_READ, "feedback", _("People")),
    Place(_("Contacts"), "contacts", "users", Permission.CONTACTS_READ, "contacts", _("People")),
    Place(_("Privacy"), "privacy", "shield", Permission.CONTACTS_READ, "privacy", _("People")),
    Place(_("Approvals"), "approvals", "check", Permission.CONVERSATIONS_READ, "approvals", _("People")),
    Place(_("Tools"), "tools", "send", Permission.AGENTS_READ, "tools", _("Integration")),
    Place(_("API keys"), "api_keys", "key", Permission.KEYS_READ, "api_keys", _("Integration")),
    Place(_("Webhooks"), "webhooks", "hook", Permission.WEBHOOKS_READ, "webhooks", _("Integration")),
    Place(_("Traces"), "traces", "clock", Permission.TRACES_READ, "traces", _("Integration")),
    Place(_("Trace export"), "trace_export", "trace", Permission.WEBHOOKS_READ, "trace_export", _("Integration")),
    Place(_("Health"), "health", "health", Permission.TRACES_READ, "health", _("Integration")),
    Place(_("Usage & cost"), "usage", "coin", Permission.USAGE_READ, "usage", _("Company")),
    Place(_("Billing"), "billing", "file", Permission.USAGE_READ, "billing", _("Company")),
    Place(_("Members"), "members", "team", Permission.MEMBERS_READ, "members", _("Company")),
    Place(_("Audit"), "audit", "list", Permission.AUDIT_READ, "audit", _("Company")),
    Place(_("Settings"), "settings", "gear", Permission.USAGE_READ, "settings", _("Company")),
)


OPERATORS_PLACES = (Place(_("Companies"), "companies", "team", Permission.USAGE_READ, "companies", _("Installation")),)


@cache
def places_for(role: str, *, is_operator: bool = False) -> tuple[Place, ...]:
    places = (*PLACES, *OPERATORS_PLACES) if is_operator else PLACES
    return tuple(place for place in places if is_granted(role, place.permission))


@dataclass(frozen=True, slots=True)
class _Link:
    """`opening`: up to where it is said that it is the current one."""

    section: str
    opening: str
    rest: str


def sidebar_links(places: tuple[Place, ...], section: str) -> SafeString:
    """All of the places, under their groups."""
    return _joined(_links(places, "nav__link", get_language()), section)


def bottom_links(places: tuple[Place, ...], section: str) -> SafeString:
    """The few that a phone shows beneath every page."""
    return _joined(_links(places, "bottombar__link", get_language()), section)


_CURRENT = ' aria-current="page"'


def _joined(links: tuple[_Link, ...], section: str) -> SafeString:
    parts = (f"{each.opening}{_CURRENT if each.section == section else ''}{each.rest}" for each in links)
    return mark_safe("".join(parts))  # noqa: S308 - what is no tag of ours is escaped


@cache
def _links(places: tuple[Place, ...], css_class: str, _language: str) -> tuple[_Link, ...]:
    """In the active language. Every page has them all, which a template takes a third of a small page's time for."""
    is_bar, group, links = css_class == "bottombar__link", "", []
    for place in places:
        if is_bar and not place.in_bottom_bar:
            continue
        head = ""
        if not is_bar and place.group != group:
            group = place.group
            head = f'<span class="nav__group">{escape(gettext(group))}</span>' if group else ""
        opening = f'{head}<a class="{css_class}" href="{escape(place.href)}"'
        links.append(_Link(place.section, opening, f">{draw(place.icon)}{escape(gettext(place.label))}</a>\n"))
    return tuple(links)
