"""Which questions ask for what is remembered of the contact, in English and German.

"What is my order number?" does; "how do I change my e-mail address?" and "where is my order?" do not: documents or
tools answer those. Pure; knows no facts.
"""

import re
from dataclasses import dataclass

_EMAIL = r"e-?mail(?:[ -]?(?:address|adresse))?s?"
_PHONE = r"(?:(?:tele)?phone|mobile|cell|telefon|handy|mobil)[ -]?(?:number|nummer)?"
_ORDER = (
    r"(?:orders?(?: (?:numbers?|ids?|no\.?|references?))?|bestell(?:ung(?:en)?|nummern?)|auftr(?:ag|äge|agsnummern?))"
)
NOUNS = {
    "name": r"name",
    "email": _EMAIL,
    "phone": _PHONE,
    "order": _ORDER,
    "place": r"(?:city|town|home ?town|place|wohnort|stadt)",
    "employer": r"(?:employer|company|firm|arbeitgeber(?:in)?|firma)",
    "prefers": r"(?:preferences?|vorlieben?|wünsche)",
    "avoids": r"(?:dislikes?|preferences?|abneigung(?:en)?|vorlieben?)",
    "language": r"(?:language|sprache)",
    "birthday": r"(?:birthday|date of birth|geburtstag|geburtsdatum)",
    "appointment": r"(?:appointment|termin)",
    "budget": r"budget",
    "instruction": r"(?:standing )?(?:instructions?|anweisung(?:en)?|wünsche)",
    "cancels": r"(?:cancell?ations?|stornierung(?:en)?|kündigung(?:en)?)",
    "paid": r"(?:payments?|zahlung(?:en)?)",
    "commitment": r"(?:callbacks?|tickets?|rückrufe?)",
}
_OPENINGS = (
    r"(?:what(?:['’]s| is| was| are| were)|wh(?:at|ich) (?:is|was|are|were)|tell me(?: again)?(?: what)?|"
    r"(?:can|could|would) you (?:tell me(?: again)?(?: what)?|remind me of|repeat)|remind me of|say|repeat|"
    r"(?:do you|you) (?:still )?(?:know|remember|have)|(?:do you )?(?:know|remember) what|"
    r"wie (?:ist|war|lautet|lauten|sind|heißt)(?: noch(?: ?mal| einmal)?)?|was (?:ist|war|sind)|welche\w* (?:ist|sind)|"
    r"(?:kennst|weißt|weisst|hast) du(?: noch)?|(?:kennen|wissen|haben) sie(?: noch)?|"
    r"(?:sag|sagen|nenn|nenne|nennen) (?:sie )?(?:mir|mich)?(?: noch(?: ?mal| einmal)?)?)"
)
_TAIL = (
    r"(?:,? (?:again|please|is|was|are|were|now|right now|on file|you have|that i gave(?: you)?|i gave(?: you)?|"
    r"i told you|still|noch|noch ?mal|bitte|ist|lautet|war|sind|denn|gleich|jetzt))*\s*[?.!…]*\s*$"
)
_SPECIAL = {
    "name": r"\bwho am i\b|\bwhat am i called\b|\bwer bin ich\b|\bwie hei(?:ß|ss)e ich\b",
    "place": r"\bwhere (?:do i live|am i from|did i move)\b|\bwo wohne ich\b|\bwo lebe ich\b|\bwoher komme ich\b",
    "employer": r"\bwho(?:m)? do i work for\b|\bwhere do i work\b|\bfür wen arbeite ich\b|\bwo arbeite ich\b|"
    r"\bbei wem arbeite ich\b",
    "prefers": r"\bwhat (?:do|did) i (?:prefer|like|want)\b|\bwas (?:bevorzuge|mag|will) ich\b",
    "avoids": r"\bwhat (?:do|did) i (?:not (?:want|like)|dislike|avoid)\b|\bwhat (?:don['’]t) i (?:want|like)\b|"
    r"\bwas (?:mag|will) ich nicht\b",
    "order": r"\b(?:what|which) orders? (?:did|do|have) i (?:mention\w*|give\w*|tell|told|have)\b|"
    r"\bwelche bestellung(?:en)? habe ich\b",
    "appointment": r"\bwhen is my appointment\b|\bwann ist mein termin\b",
    "instruction": r"\bwhat did I (?:ask|tell) you (?:never|always|not) to do\b|"
    r"\bwas sollt?en sie (?:nie|immer|nicht)\b",
    "cancels": r"\bwhat (?:did|have) I cancell?(?:ed)?\b|\bwas habe ich (?:storniert|gekündigt)\b",
    "commitment": r"\bwhat (?:did|have) you promised?(?: me)?\b|\bwas haben sie mir (?:versprochen|zugesagt)\b",
}
_EVERYTHING = re.compile(
    r"\bwhat (?:else )?(?:do|did|have) you (?:still )?(?:know|remember|learned?|stored?|saved?|kept)\b.{0,20}"
    r"\b(?:me|i)\b"
    r"|\bwhat do you (?:know|remember)\s*\?*$|\bwas (?:weißt du|wissen sie)(?: alles| noch)? (?:über|von) mi[rch]{2}\b",
    re.IGNORECASE,
)
_ASKED = {
    predicate: re.compile(
        rf"\b{_OPENINGS} (?:my|meine?[nr]?) {noun}{_TAIL}" + (f"|{special}" if special else ""), re.IGNORECASE
    )
    for predicate, noun in NOUNS.items()
    for special in [_SPECIAL.get(predicate, "")]
}
_OF_ITS_OWN = re.compile(rf"\b{_OPENINGS} (?:my|meine?[nr]?) (?P<what>[\w][\w -]{{1,58}}?){_TAIL}", re.IGNORECASE)
_LETTERS = re.compile(r"[\W_]+")
_SENTENCE_ENDS = re.compile(r"(?<=[?!.\n])\s+")


def asked_predicates(question: str) -> frozenset[str]:
    """Which kinds of remembered facts a question asks for; empty for a question about anything else."""
    return frozenset().union(*(_asked(sentence) for sentence in _sentences(question)))


def asks_memory_only(question: str, *, knows_trait: bool = False) -> bool:
    """Every question in it is one for memory: documents have nothing to add. `knows_trait`: memory has the trait that
    it asks for."""

    def is_known(sentence: str) -> bool:
        return bool(_asked(sentence)) or (knows_trait and bool(_OF_ITS_OWN.search(sentence)))

    asking = [sentence for sentence in _sentences(question) if sentence.endswith("?") or is_known(sentence)]
    return bool(asking) and all(is_known(sentence) for sentence in asking)


def _sentences(question: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE_ENDS.split(question.strip()) if sentence.strip()]


def _asked(sentence: str) -> frozenset[str]:
    if _EVERYTHING.search(sentence):
        return frozenset(_ASKED)
    return frozenset(predicate for predicate, pattern in _ASKED.items() if pattern.search(sentence))


@dataclass(frozen=True, slots=True)
class AskedTrait:
    """A kind that the tenant's own systems name, as a question does: "what is my plan type?"; "" for none."""

    what: str = ""

    def __bool__(self) -> bool:
        return bool(self.what)

    def names(self, predicate: str) -> bool:
        """Whether "trait.plan_type", or "trait.planType", is meant."""
        kind, _, name = predicate.partition(".")
        return bool(self.what) and kind == "trait" and _plain(name) == self.what


def asked_trait(question: str) -> AskedTrait:
    """Of its last sentence that asks so."""
    found = [match for each in _sentences(question) if (match := _OF_ITS_OWN.search(each))]
    return AskedTrait(_plain(found[-1]["what"])) if found else AskedTrait()


def _plain(name: str) -> str:
    return _LETTERS.sub("", name).casefold()
