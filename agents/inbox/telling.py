"""What the contact is told when people come in or leave: always what happens next, in the contact's language, and
in the company's where the contact's is not known."""

from collections.abc import Mapping

from django.utils import timezone

from agents.configuration.sections.handoff import Handoff
from agents.inbox.hours import hours_in_words, is_open
from agents.memory.language import language_of
from agents.models import Conversation, Message, MessageRole
from agents.selectors.agents import answering_agent
from agents.transcript import append_message
from ingestion.contacts.selectors import get_contacts
from tenants.selectors import get_tenant

_SENTENCES = {
    "waiting": {
        "en": "A person from the team will answer you here. You can keep writing meanwhile.",
        "de": "Ein Mensch aus dem Team antwortet Ihnen hier. Sie können inzwischen weiterschreiben.",
    },
    "away_known": {
        "en": "Nobody from the team is there right now ({hours}). Your question is kept, and they answer you by e-mail "
        "or here.",
        "de": "Gerade ist niemand aus dem Team da ({hours}). Ihre Frage bleibt erhalten; die Antwort kommt per E-Mail "
        "oder hier.",
    },
    "away_unknown": {
        "en": "Nobody from the team is there right now ({hours}). Write your e-mail address here, and they answer you.",
        "de": "Gerade ist niemand aus dem Team da ({hours}). Schreiben Sie hier Ihre E-Mail-Adresse, dann antworten "
        "wir Ihnen.",
    },
    "address_noted": {
        "en": "Thank you. The team will write to {address}.",
        "de": "Danke. Das Team schreibt an {address}.",
    },
    "joined": {"en": "{name} has joined and answers you now.", "de": "{name} ist da und antwortet Ihnen jetzt."},
    "given_back": {"en": "The AI agent answers you again.", "de": "Der KI-Assistent antwortet Ihnen wieder."},
    "closed": {
        "en": "This conversation was closed. Write again at any time to go on.",
        "de": "Dieses Gespräch wurde geschlossen. Schreiben Sie jederzeit weiter.",
    },
}


def tell(conversation: Conversation, what: str, facts: Mapping[str, str] | None = None) -> Message:
    """A message of the system into a conversation that the caller has locked."""
    sentences = _SENTENCES[what]
    text = sentences[language_of_conversation(conversation)].format(**(facts or {}))
    return append_message(conversation, role=MessageRole.SYSTEM, text=text)


def tell_waiting(conversation: Conversation) -> None:
    """That a person is waited for; and when nobody is there, that the fall-back address is told, or needs an answer's
    address first."""
    handoff = handoff_of(conversation)
    zone = get_tenant(conversation.tenant_id).time_zone
    if is_open(handoff, company_zone=zone, now=timezone.now()):
        tell(conversation, "waiting")
        return
    conversation.is_mail_due = True
    conversation.reply_to = conversation.reply_to or _known_address(conversation)
    conversation.save(update_fields=["is_mail_due", "reply_to"])
    hours = hours_in_words(handoff.office_hours, language_of_conversation(conversation))
    tell(conversation, "away_known" if conversation.reply_to else "away_unknown", {"hours": hours})


def handoff_of(conversation: Conversation) -> Handoff:
    return answering_agent(conversation).config.handoff


def _known_address(conversation: Conversation) -> str:
    contacts = get_contacts(tenant_id=conversation.tenant_id, contact_ids=[conversation.contact_id])
    contact = contacts.get(conversation.contact_id)
    return contact.email if contact else ""


def language_of_conversation(conversation: Conversation) -> str:
    said = Message.objects.filter(conversation_id=conversation.id, role=MessageRole.CONTACT).order_by("-sequence")
    text = said.values_list("text", flat=True).first() or ""
    return language_of(text, otherwise=get_tenant(conversation.tenant_id).locale)
