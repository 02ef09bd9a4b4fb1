"""Where one can go on the dashboard. A person sees the places that their role may read, and
whoever runs the installation what is for them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_noop as _

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


def places_for(role: str, *, is_operator: bool = False) -> list[Place]:
    places = (*PLACES, *OPERATORS_PLACES) if is_operator else PLACES
    return [place for place in places if is_granted(role, place.permission)]
