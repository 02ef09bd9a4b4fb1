"""How people say things of themselves, in English and German: the patterns, one rule a way of saying it.

Each pattern names the characters of its value `(?P<value>…)`. Only data and how to write it; what a match is worth is
decided in `agents.memory.extraction`, what the words around it say in `agents.memory.guards`.
"""

import re
from dataclasses import dataclass

# Hedged ones make a proposal: see `agents.memory.guards`.
IS = (
    r"(?:is|was|ist|war|lautet|wäre|=|:|might be|may be|could be|should be|must be|is probably|is maybe|is perhaps|"
    r"könnte|müsste|dürfte|sollte|ist vielleicht|ist wohl|ist wahrscheinlich|sei|will be|wird)"
    r"(?:,? (?:I think|I believe|glaube ich|denke ich),?)?"
    r"(?: (?:now|actually|still|currently|again|jetzt|nun|inzwischen|eigentlich|immer noch|aktuell|derzeit|"
    r"neuerdings))*"
)
NOT = (
    r"(?:is not|isn['’]t|is no longer|was never|is not .{0,12}any ?more|ist nicht(?: mehr| länger)?|ist keine?|"
    r"lautet nicht(?: mehr)?|war nie|stimmt nicht(?: mehr)?)"
)
EMAIL = r"(?P<value>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
PHONE = r"(?P<value>(?<![\w+])(?:\+|00)\d[\d\s()./-]{6,20}\d)"
LOCAL_PHONE = r"(?P<value>(?<![\w+-])[(]?\d[\d\s()./-]{5,20}\d)(?![\w@-])"
_WORD = r"[A-ZÄÖÜÉ][\w'’-]*"
NAME = rf"(?-i:(?P<value>{_WORD}(?: (?:(?:van|von|de|del|da|di|zu|der|den) )?{_WORD}){{0,2}}))"
_SMALL_NAME = r"(?-i:(?P<value>[a-zäöü][a-zäöüß'-]+(?: [a-zäöü][a-zäöüß'-]+)?))"
PLACE = (
    rf"(?:the |der |dem |den )?(?-i:(?P<value>(?:St\. )?{_WORD}(?:(?: |-)(?:(?:am|an der|upon|de|le|la|im|"
    rf"bei) )?{_WORD}){{0,3}}))"
)
_SMALL_PLACE = r"(?-i:(?P<value>[a-zäöü][a-zäöüß-]+(?: [a-zäöü][a-zäöüß-]+)?))"
ORDER = r"(?P<value>#?(?=[\w-]*\d{3})[A-Za-z0-9][A-Za-z0-9-]{2,29})"
CLAUSE = r"(?P<value>[^.!?,;\n]{2,120}?)(?=\s*(?:[.!?,;\n]|$|\bbut\b|\baber\b|\bbecause\b|\bweil\b))"
ENDS = (
    r"(?=\s*(?:[.,!?;:)\n]|$|\b(?:and|from|und|aus|here|with|speaking|by the way|now|jetzt|since|seit|because|weil|"
    r"at|von|vom|but|aber)\b))"
)
_GREETING = (
    r"(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear \w+|hallo|guten (?:tag|morgen|abend)|moin|servus|"
    r"grüß gott|liebes? \w+)\b[,! ]*(?:there|zusammen|team)?[,! ]*)"
)
ORDER_WORD = (
    r"(?:orders?|purchase|booking|reservation|bestell(?:ung(?:en)?|nummern?)|auftr(?:ag|äge)s?(?:nummer)?|"
    r"buchung(?:snummer)?|reservierung(?:snummer)?)"
    r"(?: ?-?(?:number|id|no\.?|nr\.?|nummer|reference|ref))?"
)
_LIVE = (
    r"(?:live|reside|am living|am based|['’]m living|['’]m based|have lived|['’]ve lived|have been living|"
    r"['’]ve been living)"
)
_SINCE_WHEN = r"(?:(?: (?:since|for|in|from)(?: \w+){1,4}?)?)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of saying one kind of thing. `is_guarded`: the words around must show that it is the contact's own;
    `in_questions`: what it says is taken for granted, also in a question or a condition; `is_implied`: it takes back by
    the way, if there is something; `is_past`: it was so, and is no more. `of`: of what kind whoever or whatever is that
    it is said of, `(?P<subject>…)` or `(?P<role>…)` in the pattern, or the role itself; "" where it is the contact."""

    predicate: str
    pattern: re.Pattern[str]
    confidence: float = 0.9
    is_retracted: bool = False
    is_guarded: bool = False
    in_questions: bool = False
    is_implied: bool = False
    is_past: bool = False
    of: str = ""


def said(
    predicate: str,
    pattern: str,
    confidence: float = 0.9,
    *,
    guarded: bool = False,
    always: bool = False,
    past: bool = False,
    of: str = "",
) -> Rule:
    compiled = re.compile(pattern, re.IGNORECASE)
    return Rule(predicate, compiled, confidence, is_guarded=guarded, in_questions=always, is_past=past, of=of)


def taken_back(predicate: str, pattern: str, *, implied: bool = False) -> Rule:
    return Rule(predicate, re.compile(pattern, re.IGNORECASE), is_retracted=True, is_implied=implied)


_MY = r"\b(?:my|our|meine?[rsmn]?|unsere?[rsmn]?)"
_EMAIL_NOUN = r"(?:(?:new|old|neue[nr]?|alte[nr]?|private?[nr]?|work|personal) )?e-?mail\w*(?: ?-?(?:address|adresse))?"
_PHONE_NOUN = (
    r"(?:(?:new|old|neue[nr]?|alte[nr]?|private?[nr]?|work|personal|mobile|cell) )?"
    r"(?:(?:phone|mobile|cell|telephone)(?: ?phone)?(?: ?number)?|telefon\w*|handy\w*|mobil\w*|rufnummer|tel\.?)"
)

RETRACTIONS: tuple[Rule, ...] = (
    taken_back("name", rf"{_MY} (?:first |full |last )?name {NOT} {NAME}"),
    taken_back("name", rf"\bich (?:heiße|heisse) (?:gar )?nicht(?: mehr)? {NAME}"),
    taken_back("name", rf"\b(?:I am|I['’]m) (?:not|no longer)(?: called| named)? {NAME}{ENDS}", implied=True),
    taken_back("name", rf"\bich bin nicht(?: mehr)?(?: (?:der|die))? {NAME}{ENDS}", implied=True),
    taken_back("name", rf"\b(?:don['’]t|do not|stop|never) call(?:ing)? me {NAME}{ENDS}", implied=True),
    taken_back("email", rf"\be-?mail\w*(?: ?-?(?:address|adresse))? {NOT} {EMAIL}"),
    taken_back("email", rf"{EMAIL} {NOT}(?: longer)? (?:my|our|mine|meine?|unsere?)\b"),
    taken_back("email", rf"\b(?:I (?:no longer|don['’]t|do not) (?:use|have|own|read))(?: the (?:address|"
                        rf"e-?mail))? {EMAIL}"),
    taken_back("email", rf"\b(?:ich (?:benutze|verwende|nutze|habe|lese)(?: die adresse)?) {EMAIL} nicht mehr"),
    taken_back("phone", rf"\b(?:{_PHONE_NOUN}|number|nummer)(?: number)? {NOT} {PHONE}"),
    taken_back("phone", rf"{PHONE} {NOT}(?: longer)? (?:my|our|mine|meine?|unsere?)\b"),
    taken_back("phone", rf"\b(?:I (?:no longer|don['’]t|do not) (?:use|have|own|answer))(?: the number)? {PHONE}"),
    taken_back("phone", rf"\b(?:ich (?:benutze|verwende|nutze|habe)(?: die nummer)?) {PHONE} nicht mehr"),
    taken_back("phone", rf"{PHONE} gehört (?:mir|uns) nicht(?: mehr)?"),
    taken_back("email", rf"{EMAIL} gehört (?:mir|uns) nicht(?: mehr)?"),
    taken_back("order", rf"\b{ORDER_WORD} {NOT} {ORDER}"),
    taken_back("order", rf"\b{ORDER} {NOT}(?: longer)? (?:my|our|meine?|unsere?) {ORDER_WORD}"),
    taken_back(
        "place",
        rf"\b(?:I|we) (?:no longer live|don['’]t live|do not live|don['’]t reside|moved away|have moved away|"
        rf"['’]ve moved away|am no longer living|am not living)(?: any ?more)?(?: in| from) {PLACE}",
    ),
    taken_back("place", rf"\b(?:ich|wir) (?:wohnen?|leben?) (?:jetzt |inzwischen )?nicht(?: mehr| länger)? in {PLACE}"),
    taken_back("place", rf"\bin {PLACE} (?:wohnen?|leben?) (?:ich|wir) nicht(?: mehr| länger)?\b"),
    taken_back("place", rf"\b(?:I|we)(?:['’]ve| have) moved away from {PLACE}"),
    taken_back("place", rf"\b(?:ich bin|wir sind) (?:\w+ )?(?:aus|von) {PLACE} (?:weg|fort)gezogen"),
    taken_back("prefers", rf"\bI (?:no longer|don['’]t|do not) (?:prefer|want|like|need) {CLAUSE}", implied=True),
    taken_back("prefers", rf"\bI no longer (?:prefer|want|like) {CLAUSE}"),
    taken_back("prefers", rf"\bich (?:bevorzuge|möchte|will|mag) (?:jetzt )?keine?[nmr]? {CLAUSE}", implied=True),
    taken_back("avoids", rf"\b(?:I don['’]t mind|I(?: am|['’]m)(?: now)? fine with) {CLAUSE}", implied=True),
    taken_back("avoids", rf"\b(?:ich habe nichts (?:mehr )?gegen|mich stören) {CLAUSE}(?: nicht mehr)?", implied=True),
    taken_back("appointment", r"\b(?:cancel|call off|drop) (?:my|the|our) (?P<value>appointment)"),
    taken_back("appointment", r"\b(?:my|the|our) (?P<value>appointment) (?:is|was|has been) (?:cancell?ed|called off)"),
    taken_back("appointment", r"\b(?:meinen|den|unseren) (?P<value>termin)\b.{0,40}\b(?:ab(?:zu)?sagen|absage|"
                              r"stornier\w+)"),
    taken_back("appointment", r"\b(?:mein|der|unser) (?P<value>termin) (?:fällt aus|wurde abgesagt|ist abgesagt)"),
    taken_back("language", r"\b(?:no longer|not|nicht(?: mehr)?) (?:in|auf) (?P<value>english|german|deutsch|"
                           r"englisch)\b", implied=True),
)  # fmt: skip

IDENTITY: tuple[Rule, ...] = (
    said("name", rf"\b(?:(?:my|the) (?:full )?name(?:['’]s| {IS})|mein name {IS}|ich hei(?:ß|ss)e(?: jetzt| nun|"
                 rf" inzwischen)?|"
                 rf"(?:hei(?:ß|ss)e ich|und hei(?:ß|ss)e)(?: jetzt| nun| inzwischen)?) {NAME}"),
    said("name", rf"\b(?:changed my name to|(?:my|mein) name (?:has )?changed to|habe meinen namen (?:in|zu)) {NAME}"),
    said("name", rf"^\s*(?:you(?:['’]re| are) (?:now )?(?:speaking|talking) (?:to|with)|"
                 rf"sie sprechen (?:hier )?mit) {NAME}{ENDS}"),
    said("name", rf"\bnennen? (?:sie )?mich(?: bitte)? {NAME}", 0.8),
    said("name", rf"\b(?:my name is|mein name ist|ich hei(?:ß|ss)e) {_SMALL_NAME}{ENDS}", 0.7),
    said("name", rf"\b(?:call me|I prefer to be called|I go by|I(?: am|['’]m) called) {NAME}{ENDS}", 0.8),
    said("name", rf"\b(?:I am|I['’]m) {NAME}{ENDS}", 0.7),
    said("name", rf"^\s*{_GREETING}?(?:this is|here is|hier (?:ist|spricht)|ich bin(?: der| die)?) {NAME}{ENDS}", 0.7),
    said("name", rf"^\s*{_GREETING}?{NAME} (?:here|speaking)\b", 0.7),
    said("email", EMAIL, 0.8, guarded=True),
    said("phone", PHONE, 0.9, guarded=True),
    said("phone", rf"{_MY} {_PHONE_NOUN}(?: {IS}|:)?\s+{LOCAL_PHONE}", 0.8, guarded=True),
    said("order", rf"\b{ORDER_WORD}(?: I (?:have|got)| ich habe)?(?: {IS}|:)?\s+(?:number |nummer |nr\.? |"
                  rf"no\.? )?{ORDER}", guarded=True),
    said("order", rf"\b{ORDER_WORD}s?(?: (?:are|were|sind|waren|lauten)|:)?\s+{ORDER}(?=,? )", guarded=True),
    said("order", rf"\b{ORDER_WORD}s?(?: (?:are|were|is|sind|waren|lauten|ist)|:)?\s+(?:#?[\w-]*\d{{3}}[\w-]*(?:,|"
                  rf",? (?:and|und|or|oder))\s+)+{ORDER}", guarded=True),
    said("order", rf"{_MY} {ORDER_WORD} (?:hat|has|mit|with) (?:der|die|the) (?:nummer|number) {ORDER}", guarded=True),
    said("order", rf"{_MY} {ORDER_WORD}\s+{ORDER}", 0.8, guarded=True, always=True),
    said("place", rf"\b(?:I|we)(?: (?:now|currently|still|just|recently))* (?:{_LIVE}|have moved|['’]ve moved|moved|"
                  rf"relocated)"
                  rf"(?: from [\w -]{{2,40}})?{_SINCE_WHEN}(?: just \w+,)? (?:in|to) {PLACE}"),
    said("place", rf"\b(?:I|we) (?:used to live|once lived|lived|had lived) in {PLACE}", past=True),
    said("place", rf"\b(?:habe|haben) (?:ich|wir) (?:[\wäöüß.]+ ){{0,4}}?in {PLACE} (?:gewohnt|gelebt)", past=True),
    said("place", rf"\b(?:ich habe|wir haben) (?:[\wäöüß.]+ ){{0,4}}?in {PLACE} (?:gewohnt|gelebt)", past=True),
    said("place", rf"\b(?:not|no longer|nicht|don['’]t)\b.{{2,60}}\b(?:but|sondern)(?: now| jetzt)? in {PLACE}"),
    said("place", rf"\b(?:ich|wir) (?:jetzt )?in {PLACE} (?:wohnen?|leben?)\b"),
    said("place", rf"\b(?:I['’]m|I am|we are|we['’]re) (?:now |currently )?(?:from|based in|living in) {PLACE}"),
    said("place", rf"\b(?:I['’]m|I am|we are|we['’]re|I will be|I['’]ll be) moving(?: {_SINCE_WHEN})? to {PLACE}"),
    said("place", rf"\bI (?:live in|moved to|am from) {_SMALL_PLACE}{ENDS}", 0.6),
    said("place", rf"\b(?:I|we)['’]ve (?:(?:now|just|recently) )?(?:been living|lived|moved|"
                  rf"relocated)(?: from [\w -]{{2,40}})?(?: in| to) {PLACE}"),
    said("place", rf"\bin {PLACE} (?:wohnen?|leben?) (?:ich|wir)(?! nicht)\b"),
    said("place", rf"\b(?:zu hause|daheim) (?:bin ich|sind wir) in {PLACE}"),
    said("place", rf"\b(?:wohnsitz|umzug) (?:nach|ist nach) {PLACE} (?:verlegt|erfolgt)"),
    said("place", rf"\b(?:my|our) (?:new )?home is in {PLACE}"),
    said("place", rf"\b(?:mein|unser) (?:neues )?zuhause ist in {PLACE}"),
    said("place", rf"\b(?:my|our) (?:home ?town|city|place of residence|town) {IS} {PLACE}"),
    said("place", rf"\b(?:ich|wir) (?:wohnen?|leben?)(?: (?!nicht\b)[\wäöüß.]+){{0,4}}? in {PLACE}"),
    said("place", rf"\b(?:wohnen?|leben?) (?:ich|wir)(?: (?!nicht\b)[\wäöüß.]+){{0,4}}? in {PLACE}"),
    said("place", rf"\b(?:mein|unser) wohnort {IS} {PLACE}"),
    said("place", rf"\bich (?:komme|bin) aus {PLACE}"),
    said("place", rf"\b(?:ich bin|bin ich|wir sind|sind wir) (?:[\wäöüß.]+ ){{0,4}}?nach {PLACE} (?:um)?gezogen"),
    said("place", rf"\b(?:ich|wir) ziehen? (?:[\wäöüß.]+ ){{0,4}}?nach {PLACE}"),
    said("birthday", r"\b(?:my (?:birthday|date of birth|birth date)|mein geburts(?:tag|datum)) (?:is|ist|war|"
                     r":)(?: on| der| am)?"
                     r" (?P<value>[^,;!?\n]{3,30})"),
    said("birthday", r"\b(?:I was born|I am born)(?: on| in)? (?P<value>[^,;!?\n]{3,30})"),
    said("birthday", r"\bich (?:bin|wurde) (?:am )?(?P<value>[^,;!?\n]{3,30}?) geboren"),
    said("appointment", r"\b(?:my|our|the) appointment (?:is|was|has been|will be|got)(?: now)?(?: (?:moved|"
                        r"rescheduled|postponed|set|booked))?"
                        r"(?: on| for| to)? (?P<value>[^;!?\n]{3,60})"),
    said("appointment", r"\b(?:I|we) have (?:an|my) appointment (?:on |for )?(?P<value>[^;!?\n]{3,60})"),
    said("appointment", r"\b(?:mein|unser|der) termin (?:ist|war|findet|liegt)(?: jetzt| nun)?(?: am|"
                        r" auf)? (?P<value>[^;!?\n]{3,60})"),
    said("appointment", r"\b(?:mein|unser|der) termin wurde auf (?P<value>[^;!?\n]{3,60}?) (?:verschoben|verlegt|"
                        r"gelegt)"),
    said("appointment", r"\b(?:ich habe|wir haben) (?P<value>(?:am |um |morgen|übermorgen|nächste|"
                        r"kommende)[^;!?\n]{2,50}?) (?:einen|unseren|meinen) termin"),
)  # fmt: skip
