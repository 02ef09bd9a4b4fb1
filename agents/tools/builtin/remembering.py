"""Remembering what the contact said of itself. The value stands in the contact's own message, which is its source."""

from django.db import transaction

from agents.memory.extraction import Extracted
from agents.memory.predicates import PREDICATES
from agents.memory.reconciling import Origin, reconcile
from agents.models import Message
from agents.tools.builtin.shape import BuiltIn, a_text, an_object
from agents.tools.port import Done, Failed, Json, Outcome, Policy, ToolContext
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from tenants.actors import agent_actor
from tenants.context import tenant_scope

EXTRACTOR = "agent"
_ASKS_FOR = (
    *("i", "i m", "my", "me", "mine", "we", "our", "ich", "mein", "meine", "meinen", "mir", "mich", "wir", "unser"),
    *("je", "j", "mon", "ma", "mes", "moi", "yo", "mi", "me", "mio", "mia", "io", "ik", "mijn", "eu", "meu", "minha"),
)


class Remember(BuiltIn):
    name = "remember"
    description = "Remembers a fact that the customer has just told about themselves, word for word."
    parameters = an_object(
        ("kind", "value"),
        kind={"type": "string", "enum": sorted(PREDICATES), "description": "What kind of fact."},
        value=a_text("The fact in the customer's own words.", most=300),
    )
    policy = Policy(effect="write", consent="asked", asks_for=_ASKS_FOR, is_idempotent=True)

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        """Only from the message that is being answered: its characters are the fact's source."""
        if not context.is_remembered:
            return Failed("not_remembered", "Nothing is remembered of this conversation.")
        value = " ".join(arguments["value"].split())
        with tenant_scope(context.tenant_id), transaction.atomic():
            try:
                hold_contact(context.contact_id)
            except ContactNotFound:
                return Failed("not_remembered", "Nothing is remembered of this customer any more.")
            message = Message.objects.select_for_update().filter(id=context.question_id).first()
            start = message.text.casefold().find(value.casefold()) if message else -1
            if message is None or start < 0:
                return Failed("not_said", "The customer's message does not say that, word for word.")
            said = Extracted(arguments["kind"], value, start, start + len(value))
            origin = Origin(
                message.created_at, EXTRACTOR, message_id=message.id, conversation_id=message.conversation_id
            )
            is_news = reconcile(context.contact_id, origin, said, agent_actor(context.agent_id))
        return Done({"remembered": True, "was_known": not is_news})
