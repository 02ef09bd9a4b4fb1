"""When a contact asks to be forgotten, in English and German: "forget my phone number", "vergiss alles über mich".

One kind is taken back, like everything that a contact takes back: it is not used any more, and the company still sees
that it was. To forget everything takes all kinds back and asks people of the company to erase the contact for good.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from agents.memory.extraction import Extracted
from agents.memory.questions import NOUNS
from agents.models import ServiceRequest
from ingestion.contacts.holding import hold_contact
from rapport.ids import Prefix, encode
from tenants.actors import visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

SUBJECT = "Wants everything that is known of them to be erased"
_FORGET = (
    r"(?:(?:please|bitte|can you|could you|would you|kannst du|können sie|könnten sie|I want you to|"
    r"ich möchte, dass sie)[, ]+)*"
    r"(?:forget|delete|erase|remove|vergiss|vergessen sie|vergessen|lösche?|löschen sie|löschen|entferne?|"
    r"entfernen sie)"
)
_EVERYTHING = re.compile(
    rf"^\W*{_FORGET}\s+(?:bitte\s+)?(?:everything|all(?: of)?(?: (?:my|the))? (?:data|information|facts)?|"
    rf"all about me|all you know|"
    r"my (?:personal )?data|me\b|alles|alle(?: meine)? (?:daten|informationen)|meine (?:persönlichen )?daten|mich\b)"
    r"(?:[\s,]*(?:(?:that |what )?you (?:know|have|remember|stored|saved)|you've got|was sie|was du|die sie|"
    r"über mich|von mir|about me|on me|"
    r"wissen|weißt|haben|hast|gespeichert|please|bitte|löschen|vergessen|completely|komplett|sofort|"
    r"now))*\s*[.!?]*\s*$",
    re.IGNORECASE,
)
_ONE = {
    predicate: re.compile(
        rf"^\W*{_FORGET}\s+(?:bitte\s+)?(?:my|meine?[nrs]?)\s+(?:old |alte[nr]? )?(?P<what>{noun})n?(?:\s+(?:please|"
        rf"bitte|löschen|vergessen|again|wieder))*\s*[.!?]*\s*$",
        re.IGNORECASE,
    )
    for predicate, noun in NOUNS.items()
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forgotten: these kinds of facts, or everything. The span is of the message."""

    predicates: tuple[str, ...]
    is_everything: bool
    start: int
    end: int


def wish_to_forget(text: str) -> Wish | None:
    if match := _EVERYTHING.search(text):
        return Wish((), True, match.start(), match.end())
    for predicate, pattern in _ONE.items():
        if match := pattern.search(text):
            return Wish((predicate,), False, match.start("what"), match.end("what"))
    return None


def taken_back_by(wish: Wish, known: Iterable[str]) -> list[Extracted]:
    """As statements of the message that says it: whatever is known of these kinds is taken back. `known`: the kinds of
    which there is something, which everything is."""
    return [
        Extracted(each, "", wish.start, wish.end, 1.0, is_retracted=True)
        for each in (known if wish.is_everything else wish.predicates)
        if each != "commitment"  # what the company has promised is the company's
    ]


def ask_for_erasure(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, turn_id: UUID) -> None:
    """A ticket that people of the company see; the same turn asks once. Raises ContactNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        hold_contact(contact_id)
        row, is_new = ServiceRequest.objects.get_or_create(
            run_id=turn_id,
            defaults={
                "kind": "ticket",
                "conversation_id": conversation_id,
                "contact_id": contact_id,
                "subject": SUBJECT,
                "text": "Asked in the conversation. Erase the contact on its page once you know who asks.",
            },
        )
        if is_new:
            record_audit(
                actor=visitor_actor(contact_id),
                action="ticket.opened",
                subject=encode(Prefix.SERVICE_REQUEST, row.id),
                details={
                    "conversation": encode(Prefix.CONVERSATION, conversation_id),
                    "contact": encode(Prefix.CONTACT, contact_id),
                },
            )
