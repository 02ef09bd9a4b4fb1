"""How people say things of themselves, in English and German: the patterns, one rule a way of saying it.

Each pattern names the characters of its value `(?P<value>…)`. Only data and how to write it; what a match is worth is
decided in `agents.memory.extraction`.
"""

import re
from dataclasses import dataclass

_EMAIL = r"(?P<value>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
_PHONE = r"(?P<value>(?<![\w+])(?:\+|00)\d[\d\s()./-]{6,20}\d)"
_WORD = r"[A-ZÄÖÜÉ][\w'’-]*"
_NAME = rf"(?-i:(?P<value>{_WORD}(?: {_WORD}){{0,2}}))"
_SMALL_NAME = r"(?-i:(?P<value>[a-zäöü][a-zäöüß'-]+(?: [a-zäöü][a-zäöüß'-]+)?))"
_PLACE = rf"(?:the |der |dem |den )?(?-i:(?P<value>{_WORD}(?:[ -]{_WORD}){{0,3}}))"
_SMALL_PLACE = r"(?-i:(?P<value>[a-zäöü][a-zäöüß-]+(?: [a-zäöü][a-zäöüß-]+)?))"
_ORDER = r"(?P<value>#?(?=[\w-]*\d{3})[A-Za-z0-9][A-Za-z0-9-]{2,29})"
_CLAUSE = r"(?P<value>[^.!?,;\n]{2,120}?)(?=\s*(?:[.!?,;\n]|$|\bbut\b|\baber\b))"
_ENDS = r"(?=\s*(?:[.,!?;\n]|$|\b(?:and|from|und|aus|here|with|speaking|by the way|now|jetzt)\b))"
_GREETING = (
    r"(?:(?:hi|hello|hey|hallo|guten (?:tag|morgen|abend)|moin|servus|grüß gott)\b[,! ]*(?:there|zusammen)?[,! ]*)"
)
_NOT = r"(?:is not|isn't|isn’t|is no longer|ist nicht(?: mehr)?|lautet nicht(?: mehr)?)"
_ORDER_WORD = (
    r"(?:order|bestell(?:ung|nummer)|auftrag(?:snummer)?)(?: ?-?(?:number|id|no\.?|nr\.?|nummer|reference|ref))?"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of saying one kind of thing. `is_guarded`: the words around must show that it is the contact's own;
    `in_questions`: what it says is taken for granted, also in a question or a condition."""

    predicate: str
    pattern: re.Pattern[str]
    confidence: float = 0.9
    is_retracted: bool = False
    is_guarded: bool = False
    in_questions: bool = False


def _said(
    predicate: str, pattern: str, confidence: float = 0.9, *, guarded: bool = False, always: bool = False
) -> Rule:
    compiled = re.compile(pattern, re.IGNORECASE)
    return Rule(predicate, compiled, confidence, is_guarded=guarded, in_questions=always)


def _taken_back(predicate: str, pattern: str) -> Rule:
    return Rule(predicate, re.compile(pattern, re.IGNORECASE), is_retracted=True)


# Retractions first: the words of one are not read again by a later rule.
RULES: tuple[Rule, ...] = (
    _taken_back("name", rf"\b(?:my|mein) name {_NOT} {_NAME}"),
    _taken_back("name", rf"\bich (?:heiße|heisse) nicht(?: mehr)? {_NAME}"),
    _taken_back("email", rf"\be-?mail\w*(?: ?-?(?:address|adresse))? {_NOT} {_EMAIL}"),
    _taken_back("phone", rf"\b(?:phone|number|mobile|nummer|telefon\w*|handy\w*)(?: number)? {_NOT} {_PHONE}"),
    _taken_back("order", rf"\b{_ORDER_WORD} {_NOT} {_ORDER}"),
    _taken_back(
        "place",
        rf"\bI (?:no longer live|don't live|don’t live|do not live|moved away)(?: any ?more)?(?: in| from) {_PLACE}",
    ),
    _taken_back("place", rf"\bich (?:wohne|lebe) nicht(?: mehr)? in {_PLACE}"),
    _taken_back("prefers", rf"\bI no longer (?:prefer|want|like) {_CLAUSE}"),
    _said("name", rf"\b(?:my name(?: is|'s|’s)(?: actually)?|mein name ist|ich hei(?:ß|ss)e) {_NAME}"),
    _said("name", rf"\bnennen? (?:sie )?mich {_NAME}", 0.8),
    _said("name", rf"\b(?:my name is|mein name ist|ich hei(?:ß|ss)e) {_SMALL_NAME}{_ENDS}", 0.7),
    _said("name", rf"\b(?:call me|I prefer to be called|I go by) {_NAME}{_ENDS}", 0.8),
    _said("name", rf"\b(?:I am|I'm|I’m) {_NAME}{_ENDS}", 0.7),
    _said("name", rf"^\s*{_GREETING}?(?:this is|here is|hier ist|ich bin(?: (?:der|die))?) {_NAME}{_ENDS}", 0.7),
    _said("email", _EMAIL, 0.8, guarded=True),
    _said("phone", _PHONE, 0.9, guarded=True),
    _said("order", rf"\b{_ORDER_WORD}(?: (?:is|was|ist|war|lautet)|:)?\s+{_ORDER}"),
    _said("order", rf"\b(?:my|meine?[nr]?) {_ORDER_WORD}\s+{_ORDER}", 0.8, always=True),
    _said("place", rf"\bI (?:live|reside|am based|have moved|moved)(?: from [\w -]{{2,40}})? (?:in|to) {_PLACE}"),
    _said("place", rf"\b(?:I'm|I’m|I am) (?:from|based in|living in) {_PLACE}"),
    _said("place", rf"\bI (?:live in|moved to|am from) {_SMALL_PLACE}{_ENDS}", 0.6),
    _said("place", rf"\bich (?:wohne|lebe)(?: jetzt| inzwischen)? in {_PLACE}"),
    _said("place", rf"\bich (?:komme|bin) aus {_PLACE}"),
    _said("place", rf"\bich bin (?:jetzt )?nach {_PLACE} (?:um)?gezogen"),
    _said("avoids", rf"\bI (?:don't|don’t|do not|never) (?:want|like)(?: to be)? {_CLAUSE}", 0.8),
    _said("avoids", rf"\bich (?:möchte|will|mag) keine?[nmr]? {_CLAUSE}", 0.8),
    _said("prefers", rf"\bI(?: would|'d|’d)? (?:much )?(?:prefer|rather have) (?!not\b){_CLAUSE}", 0.8),
    _said("prefers", rf"\bich (?:bevorzuge|hätte lieber|möchte lieber) {_CLAUSE}", 0.8),
)  # fmt: skip

NO_STATEMENT = re.compile(
    r"^\s*(?:if|whether|suppose|imagine|is|are|was|were|do|does|did|what|which|who|where|when|how|why|can|could|would|"
    r"should|may|wenn|falls|ob|ist|sind|was|wer|wo|wie|warum|wann|"
    r"kann|können|könnte\w*|angenommen)\b",
    re.IGNORECASE,
)
HEDGED = re.compile(
    r"^\s*(?:maybe|perhaps|possibly|i think|i guess|i believe|vielleicht|ich glaube|ich denke)\b", re.IGNORECASE
)
ASKS_WHETHER_IT_IS = re.compile(rf"^\s*(?:is|was|ist|war|isn't|isn’t)\b.*\b{_ORDER}\s*\?\s*$", re.IGNORECASE)
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»")
CORRECTION = re.compile(
    r"\b(?:actually|correction|i meant|sorry(?! (?:to|for|that|about|if)\b)|wrong|instead|"
    r"eigentlich|korrektur|ich meinte|tut mir leid|falsch)\b",
    re.IGNORECASE,
)
NEGATED = re.compile(r"\b(?:not|never|nicht|kein\w*)\s*$|n['’]t\s*$", re.IGNORECASE)

# Whose address or number is it? Looked for in the words of the sentence before it.
OF_OTHERS = re.compile(
    r"\b(?:your|his|her|their|support|eure?|ihre?|dein\w*|sein\w*|(?:husband|wife|friend|colleague|boss|company|"
    r"mother|father|brother|sister|son|daughter|partner)(?:'s|’s))\b.{0,40}$",
    re.IGNORECASE,
)
OF_THE_CONTACT = re.compile(
    r"\b(?:my|mine|meine?[nmr]?)\b.{0,80}$"
    r"|^\s*(?:(?:sure|yes|ok(?:ay)?|it's|it’s|it is|that's|that’s|that is|here you go|here it is|here|ja|klar|gerne|"
    r"das ist|hier)[\s,:!-]*)*$"
    r"|(?:^|[\s,(;])(?:e-?mail|mail|phone|tel(?:efon)?|mobile|cell|handy|mobil)\.?:?\s*$"
    r"|(?<!\bI )(?<!\bto )\b(?:reach|contact|e-?mail|write|send|mail|answer|reply|call|ring|text|phone|ruf\w*|"
    r"erreich\w*|schreib\w*|schick\w*|send\w*|antwort\w*)\b.{0,40}$",
    re.IGNORECASE,
)  # fmt: skip

# First words that look like a name after "I am", "my name is", "I live in" and are none.
NO_NAMES = frozenset(
    """
    i the a an not just here sorry happy sure on in at still so very too also back ready new glad fine ok okay done
    based from currently unable able afraid wrong spelled misspelled missing incorrect correct different already
    written listed german english american french british spanish italian dutch polish turkish swiss austrian
    indian chinese interested annoyed confused disappointed worried frustrated stuck lost late pregnant vegan
    vegetarian diabetic monday tuesday wednesday thursday friday saturday sunday today tomorrow again later back
    when if about urgent kunde kundin neukunde neukundin stammkunde student studentin lehrer lehrerin arzt ärztin
    rentner rentnerin mitglied abonnent abonnentin nutzer nutzerin entwickler entwicklerin händler händlerin mieter
    mieterin besitzer besitzerin mutter vater anfänger anfängerin vegetarier vegetarierin veganer veganerin
    deutscher deutsche österreicher schweizer verkäufer verkäuferin käufer käuferin admin administrator
    administratorin geschäftsführer geschäftsführerin der die das ein eine nicht nur hier neu falsch richtig noch
    wieder zufrieden
    """.split()
)
NO_PLACES = frozenset(
    "a an the my our your fear peace constant hope rural another this that different one two der die das einer einem "
    "meiner meinem january february march april may june july august september october november december".split()
)
