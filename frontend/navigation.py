"""Where one can go on the dashboard. A person sees the places that their role may read, and
whoever runs the installation what is for them."""

from dataclasses import dataclass

from django.urls import reverse

from tenants.permissions import Permission, is_granted


@dataclass(frozen=True, slots=True)
class Place:
    """`view` is the address' name; `section` marks it current on all the pages beneath it."""

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
    Place("Home", "home", "home", Permission.USAGE_READ, "home", in_bottom_bar=True),
    Place("Knowledge", "knowledge", "book", Permission.KNOWLEDGE_READ, "knowledge", "Answering", in_bottom_bar=True),
    Place("Search", "search", "search", Permission.KNOWLEDGE_READ, "search", "Answering"),
    Place("Agent", "agent", "agent", Permission.AGENTS_READ, "agent", "Answering", in_bottom_bar=True),
    Place("Prompts", "prompts", "file", Permission.AGENTS_READ, "prompts", "Answering"),
    Place("Models", "models", "chart", Permission.AGENTS_READ, "models", "Answering"),
    Place("Widget", "widget", "code", Permission.AGENTS_READ, "widget", "Answering"),
    Place("Phone", "phone", "phone", Permission.AGENTS_READ, "phone", "Answering"),
    Place("Inbox", "inbox", "chat", Permission.CONVERSATIONS_READ, "inbox", "People", True),
    Place("Conversations", "conversations", "list", Permission.CONVERSATIONS_READ, "conversations", "People"),
    Place("Questions", "questions", "question", Permission.CONVERSATIONS_READ, "questions", "People"),
    Place("Feedback", "feedback", "thumb", Permission.CONVERSATIONS_READ, "feedback", "People"),
    Place("Contacts", "contacts", "users", Permission.CONTACTS_READ, "contacts", "People"),
    Place("Privacy", "privacy", "shield", Permission.CONTACTS_READ, "privacy", "People"),
    Place("Approvals", "approvals", "check", Permission.CONVERSATIONS_READ, "approvals", "People"),
    Place("Tools", "tools", "send", Permission.AGENTS_READ, "tools", "Integration"),
    Place("API keys", "api_keys", "key", Permission.KEYS_READ, "api_keys", "Integration"),
    Place("Webhooks", "webhooks", "hook", Permission.WEBHOOKS_READ, "webhooks", "Integration"),
    Place("Traces", "traces", "clock", Permission.TRACES_READ, "traces", "Integration"),
    Place("Trace export", "trace_export", "trace", Permission.WEBHOOKS_READ, "trace_export", "Integration"),
    Place("Health", "health", "health", Permission.TRACES_READ, "health", "Integration"),
    Place("Usage & cost", "usage", "coin", Permission.USAGE_READ, "usage", "Company"),
    Place("Billing", "billing", "file", Permission.USAGE_READ, "billing", "Company"),
    Place("Members", "members", "team", Permission.MEMBERS_READ, "members", "Company"),
    Place("Audit", "audit", "list", Permission.AUDIT_READ, "audit", "Company"),
    Place("Settings", "settings", "gear", Permission.USAGE_READ, "settings", "Company"),
)


OPERATORS_PLACES = (Place("Companies", "companies", "team", Permission.USAGE_READ, "companies", "Installation"),)


def places_for(role: str, *, is_operator: bool = False) -> list[Place]:
    places = (*PLACES, *OPERATORS_PLACES) if is_operator else PLACES
    return [place for place in places if is_granted(role, place.permission)]
