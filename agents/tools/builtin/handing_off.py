"""Handing the conversation to a person: a decision with its reason, never a word in the answer's text."""

from agents.tools.builtin.shape import BuiltIn, an_object
from agents.tools.port import Done, Json, Outcome, Policy, ToolContext

ASKS_FOR = (
    *("human", "person", "agent", "someone", "representative", "staff", "operator", "real person", "call me"),
    *("mensch", "menschen", "mitarbeiter", "mitarbeiterin", "jemand", "jemandem", "jemanden", "berater", "kollegen"),
    *("humain", "personne", "conseiller", "quelqu un", "persona", "humano", "agente", "alguien", "operatore", "umano"),
    *("mens", "medewerker", "iemand", "pessoa", "atendente", "czlowiek", "konsultant", "insan", "temsilci"),
)


class HandOffTool(BuiltIn):
    name = "hand_off"
    description = "Hands the conversation to a person of the company. Only when the customer asks for one."
    parameters = an_object((), reason={"type": "string", "enum": ["asked"], "description": "Why."})
    policy = Policy(effect="write", consent="asked", asks_for=ASKS_FOR, is_idempotent=True)

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        return Done({"handed_off": True}, hand_off="asked")
