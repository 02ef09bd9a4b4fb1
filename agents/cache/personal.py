"""Questions whose answer is somebody's own: they are neither looked up nor kept.

It is asked of the text alone and errs on the side of "personal": a question too many costs its answer, one too few
would show a person what was another's.
"""

import re

from agents.memory.graph.asking import asks_of_contact
from agents.memory.questions import asked_predicates

_MASKED = r"\[[A-Z_]+(?:[_ ]?\d+)?\]|<[A-Z_]+(?:_\d+)?>"  # what stands for personal data that was taken out
_MARKS = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+"  # an e-mail address
    r"|\+?\d[\d ()/-]{6,}\d"  # a telephone, an account, a card
    r"|\b[A-Z]{2}\d{2}(?: ?\w{4}){3,}"  # an IBAN
    r"|\b(?=\w*\d)(?=\w*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)+\b|\b[A-Z]{1,4}-?\d{3,}\b"  # an order, a ticket
    r"|#\s?\d{3,}|\b\d{5,}\b"
    rf"|{_MASKED}"
)
_THINGS = (
    r"(?:orders?|parcels?|packages?|deliver(?:y|ies)|shipments?|invoices?|bills?|balances?|refunds?|subscriptions?|"
    r"contracts?|bookings?|appointments?|tickets?|claims?|applications?|payments?|plans?|tariff|"
    r"bestellung(?:en)?|paket(?:e)?|lieferung(?:en)?|rechnung(?:en)?|kontostand|guthaben|erstattung|abo|vertrag|"
    r"buchung(?:en)?|termin(?:e)?|zahlung(?:en)?|antrag|tarif)"
)
_MY = r"(?:my|our|meine?[mnrs]?|unsere?[mnrs]?)"
_STATES = re.compile(
    rf"\b(?:where(?:['’]s| is| are)|when (?:will|is|does)|has|have|did|is|was|status of|wo (?:ist|sind|bleibt)|"
    rf"wann kommt|ist|wurde|status)\b[^.?!]{{0,20}}\b{_MY} (?:\w+ )?{_THINGS}\b"
    rf"|\bhow much (?:do|did|have|am) i\b(?=[^.?!]*\b(?:owe|spent?|left|earned|paid|charged)\b)"
    rf"|\bwie viel (?:habe|schulde|muss) ich\b|\bwhat(?:['’]s| is| are| was) {_MY} (?!.{{0,40}}\bmean\b)"
    rf"|\bwas ist {_MY} |\bwie (?:hoch|lautet) (?:ist )?{_MY} "
    rf"|\b(?:my name is|i am called|ich heiße|mein name ist|ich bin (?=[A-ZÄÖÜ]))",
    re.IGNORECASE,
)


def is_personal(question: str) -> bool:
    """An identifier in it, the state of something of one's own, who one is, or what is remembered of one."""
    known = _MARKS.search(question) or _STATES.search(question) or asked_predicates(question)
    return bool(known) or asks_of_contact(question)
