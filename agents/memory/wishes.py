"""How people say what they want and do not want, once or for good, what they cancel and what they spend: patterns as in
`agents.memory.rules`, in English and German."""

from agents.memory.rules import CLAUSE, Rule, said, taken_back

MONEY = (
    r"(?P<value>(?:[€$£]|(?:EUR|USD|GBP|CHF)\b)\s?\d[\d.,'’]*\d|(?:[€$£]|(?:EUR|USD|GBP|CHF)\b)\s?\d|"
    r"\d[\d.,'’]*(?:[€$£]|\s?(?:€|\$|£|euros?\b|eur\b|dollars?\b|usd\b|pounds?\b|gbp\b|franken\b|chf\b)))"
)
_VERBS = (
    r"(?:call|phone|ring|text|message|contact|e-?mail|mail|write|send|address|ship|deliver|leave|speak|talk|answer|"
    r"reply|"
    r"respond|use|share|charge|bill|invoice|wake|disturb|bother|visit|notify|remind|put|give)"
)
_LANGUAGE = (
    r"(?P<value>english|german|french|spanish|italian|dutch|polish|turkish|englisch|deutsch|französisch|spanisch|"
    r"italienisch|niederländisch|polnisch|türkisch)"
)
_BEGINS = (
    r"(?:^|(?<=[,;:] )|(?<=\band )|(?<=\bbut )|(?<=\bso ))\s*(?:please,? |kindly |and please |but please |so please )?"
)
_BEGINNT = r"(?:^|(?<=[,;:] )|(?<=\bund )|(?<=\baber ))\s*(?:bitte,? )?"
_ENDS = r"(?:,? (?:please|thanks|thank you|bitte|danke))?(?=\s*(?:[.!?;,\n]|$))"
_RUFEN = r"rufe?n?|kontaktiere?n?|schreibe?n?|schicke?n?|senden?|sende|antworte?n?|sprich|sprechen|liefern?|liefere"
_THING = r"(?:order|subscription|membership|contract|booking|reservation|account|plan|newsletter|ticket|appointment)"
_DING = (
    r"(?:bestellung|abo(?:nnement)?|mitgliedschaft|vertrag|buchung|reservierung|konto|tarif|newsletter|auftrag|termin)"
)
_IDENTIFIED = r"(?: (?:number |no\.? |nr\.? |nummer )?#?[A-Za-z]{0,4}-?\d[\w-]{2,20})?"

WISHES: tuple[Rule, ...] = (
    taken_back(
        "cancels",
        rf"\bI (?:did not|didn['’]t|never|haven['’]t|have not) cancell?(?:ed)? (?:my |"
        rf"the )?(?P<value>{_THING}{_IDENTIFIED})",
    ),
    taken_back("cancels", rf"\b(?:don['’]t|do not) cancel (?:my |the )?(?P<value>{_THING}{_IDENTIFIED})", implied=True),
    taken_back(
        "cancels",
        rf"\bich habe (?:meine?n? |die |den |das )?(?P<value>{_DING}{_IDENTIFIED}) (?:nicht|nie) (?:storniert|"
        rf"gekündigt|abbestellt)",
    ),
    taken_back(
        "instruction",
        r"\byou (?:can|may) (?:now )?(?P<value>(?:call|phone|ring|text|contact|e-?mail|write|deliver|ship|"
        r"send)\b[^.!?,;\n]{2,80}?)"
        r"(?: again| now| any ?time)?(?=\s*(?:[.!?,;\n]|$))",
        implied=True,
    ),
    taken_back(
        "instruction",
        r"\bsie (?:können|dürfen) mich (?:jetzt |nun )?(?:auch )?(?:wieder )?(?P<value>[^.!?,;\n]{2,60}? (?:anrufen|"
        r"kontaktieren))",
        implied=True,
    ),
    said(
        "language",
        rf"\b(?:answer|reply|respond|write|speak|talk|text|e-?mail)(?: to)?(?: me)?(?: (?:only|"
        rf"always))? in {_LANGUAGE}\b",
        0.9,
    ),
    said(
        "language",
        rf"\bI(?: only)? (?:prefer|want|would like) (?:to (?:speak|write|"
        rf"talk)(?: in)? )?{_LANGUAGE}\b(?=\s*(?:[.!?,;\n]|$))",
        0.8,
    ),
    said(
        "language",
        rf"\b(?:antworte\w*|schreib\w*|sprich|sprechen|rede\w*)(?: sie)?(?: (?:mir|mit mir|bitte|immer|"
        rf"nur))* auf {_LANGUAGE}\b",
        0.9,
    ),
    said("language", rf"^\s*bitte (?:immer |nur )?auf {_LANGUAGE}\b", 0.9),
    said("language", rf"\bich (?:spreche|verstehe) (?:nur|leider nur) {_LANGUAGE}\b", 0.8),
    said(
        "instruction",
        rf"{_BEGINS}(?P<value>(?:never|always|only|don['’]t ever|do not ever) {_VERBS}\b[^.!?;,\n]{{2,110}}?){_ENDS}",
    ),
    said(
        "instruction",
        rf"{_BEGINS}(?P<value>(?:don['’]t|do not) {_VERBS} (?:me|us|my|to me|anything|any|"
        rf"the)\b[^.!?;,\n]{{0,110}}?){_ENDS}",
        0.8,
    ),
    said(
        "instruction",
        rf"{_BEGINS}(?P<value>{_VERBS}\b[^.!?;,\n]{{0,60}}? (?:only|always|never|at all times|"
        rf"every time)(?: [^.!?;,\n]{{1,60}}?)?){_ENDS}",
        0.8,
    ),
    said(
        "instruction",
        rf"\b(?:from now on|in (?:the )?future|going forward|"
        rf"as a rule),? (?:please )?(?P<value>(?!my |our |I |we )[^.!?;\n]{{4,110}}?){_ENDS}",
        0.8,
    ),
    said(
        "instruction",
        rf"\b(?:I want you to|you must|you should|you are to) (?P<value>(?:never|always|"
        rf"only) [^.!?;,\n]{{4,110}}?){_ENDS}",
    ),
    said(
        "instruction",
        rf"{_BEGINNT}(?P<value>(?:{_RUFEN}) (?:sie )?(?:mich|mir|uns)\b[^.!?;,\n]{{0,30}}?\b(?:nie(?:mals)?|immer|"
        rf"nur|nicht|stets|ausschließlich)\b[^.!?;,\n]{{2,80}}?){_ENDS}",
    ),
    said(
        "instruction",
        rf"{_BEGINNT}bitte (?P<value>(?:mich |mir )?(?:nie(?:mals)?|immer|nur|nicht|stets|"
        rf"ausschließlich)\b[^.!?;,\n]{{4,90}}?(?:en|an|ern)){_ENDS}",
    ),
    said(
        "instruction",
        rf"\b(?:ab jetzt|ab sofort|von nun an|in zukunft|künftig)\b,? (?:bitte )?(?P<value>(?!ist |bin |meine? |"
        rf"unsere? )[^.!?;\n]{{4,110}}?){_ENDS}",
        0.8,
    ),
    said("instruction", rf"{_BEGINNT}(?P<value>(?:duzen|siezen) sie mich(?: bitte)?(?: nicht)?){_ENDS}"),
    said(
        "cancels",
        rf"\bI(?: (?:have|had|just|already|now))* cancell?ed (?:my |the |our )?(?P<value>{_THING}{_IDENTIFIED})",
    ),
    said(
        "cancels",
        rf"\b(?:(?:please|to|want to|would like to|need to|must|can you|could you|I['’]d like to) )cancel (?:my |"
        rf"the |our )?(?P<value>{_THING}{_IDENTIFIED})",
        always=True,
    ),
    said("cancels", rf"^\s*cancel (?:my |the |our )?(?P<value>{_THING}{_IDENTIFIED})", always=True),
    said("cancels", rf"\b(?:my|the) (?P<value>{_THING}{_IDENTIFIED}) (?:is|was|has been) cancell?ed"),
    said(
        "cancels",
        rf"\b(?:ich habe|wir haben) (?:meine?n?|unsere?n?|die|den|das) (?P<value>{_DING}{_IDENTIFIED}) (?:bereits |"
        rf"schon |gestern |heute )?(?:storniert|gekündigt|abbestellt|abgesagt)",
    ),
    said(
        "cancels",
        rf"\b(?:storniere?n?|kündige?n?|ich kündige|ich storniere)(?: sie)?(?: bitte| hiermit)* (?:meine?n?|"
        rf"unsere?n?|die|den|das) (?P<value>{_DING}{_IDENTIFIED})",
        always=True,
    ),
    said(
        "cancels",
        rf"\b(?:möchte|will|muss|würde gern) (?:meine?n?|unsere?n?|die|den|"
        rf"das) (?P<value>{_DING}{_IDENTIFIED}) (?:bitte )?(?:stornieren|kündigen|abbestellen|absagen)",
        always=True,
    ),
    said(
        "budget",
        rf"\b(?:my|our) budget(?: is| was| of|:)(?: now| only| just| about| around| roughly|"
        rf" up to)* {MONEY}",
    ),
    said(
        "budget",
        rf"\b(?:I|we) (?:can|could|want to|would|will) (?:only )?spend (?:up to|at most|no more than|around|about|"
        rf"a maximum of)? ?{MONEY}",
    ),
    said(
        "budget",
        rf"\b(?:mein|unser) budget(?: ist| liegt| beträgt|:)(?: jetzt| nur| bei| nun| etwa| rund| ungefähr|"
        rf" höchstens)* {MONEY}",
    ),
    said(
        "budget",
        rf"\b(?:ich|wir) (?:kann|können|möchte|möchten|will|wollen) (?:höchstens|maximal|nur|bis zu|nicht mehr als|"
        rf"etwa)? ?{MONEY} ausgeben",
    ),
    said("paid", rf"\b(?:I|we)(?: (?:have|already|just))* paid (?:you )?{MONEY}"),
    said("paid", rf"\b(?:I|we) (?:was|were|have been|['’]ve been) charged {MONEY}"),
    said("paid", rf"\b(?:ich habe|wir haben) (?:bereits |schon |ihnen )*{MONEY} (?:bezahlt|überwiesen|gezahlt)"),
    said("paid", rf"\b(?:mir|uns) wurden? {MONEY} (?:abgebucht|berechnet)"),
    said(
        "avoids",
        rf"\bI(?: really| still)? (?:don['’]t|do not|never|no longer)(?: really)? (?:want|like|eat|drink|"
        rf"need)(?: to be| to get|"
        rf" to receive)? {CLAUSE}",
        0.8,
    ),
    said("avoids", rf"\bI(?: am|['’]m) allergic to {CLAUSE}"),
    said("avoids", rf"\bI (?:hate|dislike|can['’]t stand|avoid) {CLAUSE}", 0.8),
    said("avoids", rf"\bich (?:möchte|will|mag|esse|trinke|brauche)(?: jetzt| bitte)? keine?[nmr]? {CLAUSE}", 0.8),
    said("avoids", rf"\bich bin allergisch gegen {CLAUSE}"),
    said("avoids", rf"\bich (?:hasse|meide|vertrage keine?n?) {CLAUSE}", 0.8),
    said(
        "prefers",
        rf"\bI(?: would|['’]d)?(?: (?:much|now|always|usually|really))* (?:prefer|rather have)(?! not\b)(?: to (?:be|"
        rf"have|get))? {CLAUSE}",
        0.8,
    ),
    said("prefers", rf"\bmy (?:preference|preferred \w+|favou?rite \w+) is {CLAUSE}", 0.8),
    said(
        "prefers",
        rf"\bich (?:bevorzuge|hätte lieber|möchte lieber|nehme lieber|mag lieber)(?: jetzt| immer)? {CLAUSE}",
        0.8,
    ),
    said("prefers", rf"\b(?:lieber|am liebsten) (?:habe|hätte|nehme|mag) ich {CLAUSE}", 0.8),
)
