"""What the words around a match say of it: whose it is, and whether it is stated, doubted, supposed, quoted or denied.
Patterns only, in English and German; pure."""

import re

from agents.memory.rules import ORDER

# Sentences that state nothing. What they take for granted ("where is my order A-1?") is read all the same.
ASKS = re.compile(
    r"^\s*(?:(?:hi|hello|hey|hallo|so|and|und|but|aber|ok|okay)[,! ]+)*(?:is|are|was|were|do|does|did|what|which|who|"
    r"where|"
    r"when|how|why|can|could|would|should|may|shall|will|have|has|ist|sind|war|was|wer|wo|wie|warum|wann|welche\w*|"
    r"kann|"
    r"können|könnte\w*|habe[nt]?|hast|hat|soll\w*|darf|dürfen)\b",
    re.IGNORECASE,
)
SUPPOSES = re.compile(
    r"^\s*(?:(?:and|und|but|aber|so)[, ]+)?(?:if|whether|suppose|supposing|imagine|assuming|pretend|let['’]s (?:say|"
    r"assume|pretend)|say,|"
    r"what if|unless|in case|for example|for instance|hypothetically|wenn|falls|ob|angenommen|mal angenommen|"
    r"nehmen wir an|"
    r"stell\w* (?:dir|ihnen|sie sich) vor|was wäre|zum beispiel|z\. ?b\.|sofern|gesetzt den fall|(?:wäre|hätte|"
    r"wohnte|hieße) ich)\b"
    r"|\b(?:if I (?:were|was)|would be if|I wish|ich wünschte)\b",
    re.IGNORECASE,
)
# A doubt in the clause itself, before or after what it is about.
HEDGED = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|presumably|I think|I guess|I believe|I suppose|I assume|not sure|unsure|"
    r"not certain|if I remember|"
    r"if I['’]m not mistaken|I might|might be|may be|could be|should be|must be|as far as I know|afaik|iirc|"
    r"something like|I may|might have|"
    r"vielleicht|eventuell|wahrscheinlich|vermutlich|möglicherweise|wohl|ich (?:glaube|denke|meine|vermute|"
    r"schätze)(?! nicht\b)|glaube ich|denke ich|"
    r"nicht sicher|unsicher|müsste|könnte|dürfte|sei|wäre|sollte|wenn ich mich (?:recht|richtig) erinnere|"
    r"soweit ich weiß|oder so(?: ähnlich)?)\b",
    re.IGNORECASE,
)
# A doubt about all that follows in the sentence, whatever clauses it has.
DOUBTS_ALL = re.compile(
    r"\b(?:(?:es )?(?:kann|könnte) (?:es )?sein,? dass|it (?:could|may|might) be(?: that)?|möglich,? dass|"
    r"possible that|not sure|unsure|not certain|don['’]t remember exactly|if I remember|if I['’]m not mistaken|"
    r"nicht sicher|"
    r"unsicher|"
    r"weiß nicht (?:genau|mehr genau)|wenn ich mich (?:recht|richtig) erinnere)\b",
    re.IGNORECASE,
)
TOLD_BY_OTHERS = re.compile(
    r"\b(?:you|he|she|they|it|someone|somebody|(?:your |the |my |a )?(?:colleague|agent|bot|assistant|support|system|"
    r"letter|e-?mail|website|invoice|"
    r"wife|husband|friend|boss|brother|sister|mother|father))(?: (?:just|also|have|has|had))? (?:said|says|told|"
    r"wrote|writes|claimed|claims|thinks|thought|"
    r"suggested|mentioned|calls?|called|believes?)\b"
    r"|\b(?:according to|it says|it said|(?:the|a|an) \w+ (?:said|says|reads)|auf \w+ \w+ (?:stand|steht)|supposedly|"
    r"allegedly)\b"
    r"|\b(?:er|sie|man|(?:(?:ihr|der|die|mein|meine|das) )?(?:kollege|kollegin|agent|bot|assistent|support|system|"
    r"brief|rechnung|frau|mann|freund|freundin|chef))"
    r" (?:hat |haben |hatte )?(?:gesagt|sagten?|sagt|meinte?|schrieb\w*|behauptet\w*|glaubt|denkt|erzählt\w*|nannte|"
    r"nennt)\b"
    r"|\b(?:laut|angeblich|da steht|da stand)\b",
    re.IGNORECASE,
)
DENIES_SAYING = re.compile(
    r"\b(?:never|did(?:n['’]t| not)|don['’]t|do not|haven['’]t|have not) (?:ever )?(?:said?|say|told|tell|wrote|"
    r"write|claim(?:ed)?|think|thought|believe)\b"
    r"|\bnot true that\b|\bit is wrong that\b|\b(?:nie|nicht|niemals) (?:gesagt|behauptet|geschrieben)\b|"
    r"\bstimmt nicht,? dass\b"
    r"|\bich (?:habe nie gesagt|sagte nie|glaube nicht|denke nicht)\b",
    re.IGNORECASE,
)
ASKS_WHETHER_IT_IS = re.compile(rf"^\s*(?:is|was|ist|war|isn't|isn’t)\b.*\b{ORDER}\s*\?\s*$", re.IGNORECASE)
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|»[^«]*«|(?<!\w)'[^'\n]{12,}'(?!\w)")
SPOKEN_WORDS = 3  # quotation marks around no more than these are no quotation but emphasis
CORRECTION = re.compile(
    r"\b(?:actually|correction|i meant|sorry(?! (?:to|for|that|about|if)\b)|wrong|instead|"
    r"eigentlich|korrektur|ich meinte|tut mir leid|falsch|sondern)\b",
    re.IGNORECASE,
)
NEGATED = re.compile(
    r"(?:\b(?:not|never|no longer|nicht|nie|niemals|kein\w*)|n['’]t)(?: (?:mehr|länger|any ?more|any longer))?\s*$",
    re.IGNORECASE,
)
BOUNDARY = re.compile(r"[,;:]\s+|\s+(?:and|but|und|aber|so|weil|because|denn)\s+", re.IGNORECASE)
# "Ich glaube, meine Nummer ist …": the comma does not end the doubt.
DOUBT_GOES_ON = re.compile(
    r"\b(?:I (?:think|guess|believe|suppose|assume)|I['’]m (?:fairly |quite )?sure|ich (?:glaube|denke|meine|vermute|"
    r"schätze)|"
    r"vielleicht|maybe|perhaps|kann sein|es könnte sein|it may be|möglich)(?: that| dass)?,?\s*(?:dass\s*)?$",
    re.IGNORECASE,
)
DOUBTED_AFTER = re.compile(
    r"^[^.!?;]{0,30}?,?\s*(?:I (?:think|guess|believe|suppose)|maybe|perhaps|probably|or so|not sure|glaube ich|"
    r"denke ich|vielleicht|"
    r"oder so|nicht sicher|wenn ich mich (?:recht|richtig) erinnere|if I remember)",
    re.IGNORECASE,
)

_PERSON = (
    r"(?:(?:ex-?|late |older |younger |new |old )?(?:husband|wife|friend|girlfriend|boyfriend|colleague|boss|company|"
    r"mother|father|mum|mom|dad|parents?|brother|sister|son|daughter|"
    r"partner|neighbou?r|roommate|flatmate|client|customer|assistant|secretary|uncle|aunt|cousin|grandmother|"
    r"grandfather|"
    r"kid|child|team|employer|landlady|vermieter(?:in|s)?|manager|lawyer|doctor|landlord|teacher|frau|mann|"
    r"freund(?:in)?|kolleg(?:e|in|en)|"
    r"chef(?:in)?|firma|mutter|vater|eltern|bruders?|schwester|sohn(?:es)?|tochter|"
    r"nachbar(?:in|n|s)?|mitbewohner(?:in|s)?|kund(?:e|in|en)|oma|opa|tante|onkels?|cousine?|kindes?|ehemann(?:s|"
    r"es)?|ehefrau|mannes|vaters|freundes))"
)
# Whose is it? The last possessive before it decides.
_POSSESSIVE = re.compile(
    rf"\b(?P<other>(?:my|our|meine?[rsmn]?|unsere?[rsmn]?|the|der|des|dem|einer?|a) {_PERSON}(?:['’]s|s['’]|s)?\b)"
    r"|\b(?P<theirs>your|his|her|their|its|support|deren|dessen|eure?[rsmn]?|ihre?[rsmn]?|dein\w*|sein(?:e[rsmn]?)?|"
    r"\w+['’]s(?<!it's)(?<!it’s)(?<!that's)(?<!that’s)(?<!name's)(?<!name’s)(?<!here's)(?<!here’s)(?<!what's))\b"
    r"|\b(?P<own>my|mine|our|meine?[nmrs]?|unsere?[nmrs]?)\b",
    re.IGNORECASE,
)
_OWNER_BEHIND = re.compile(
    rf"^\s*(?:of|from|von|by)\s+(?:my|our|the|meine[mnr]|unsere[mnr]|de[mr])\s+{_PERSON}\b", re.IGNORECASE
)
_SENT = re.compile(
    r"^\s*(?:(?:sure|yes|ok(?:ay)?|it's|it’s|it is|that's|that’s|that is|here you go|here it is|here|ja|klar|gerne|"
    r"das ist|es ist|hier)[\s,:!-]*)*$"
    r"|(?:^|[\s,(;])(?:e-?mail|mail|phone|tel(?:efon)?|mobile|cell|handy|mobil)\.?:?\s*$"
    r"|(?<!\bI )(?<!\bto )\b(?:reach|contact|e-?mail|write|send|mail|answer|reply|call|ring|text|phone|use|ruf\w*|"
    r"drop|erreich\w*|schreib\w*|schick\w*|send\w*|antwort\w*|nutz\w*|verwend\w*|mailen|mailt?)\b.{0,40}$"
    r"|\b(?:but|sondern|instead|it is now|it's now|jetzt|now)\s*:?\s*$"
    r"|\b(?:ich (?:bin|habe)|bin ich|habe ich)\b[^.]{0,30}\b(?:unter|die nummer|die adresse|die e-?mail)\s*$"
    r"|(?:^|,)\s*(?:the|die) (?:number|nummer|address|adresse) (?:is|ist|lautet)(?: now| jetzt)?\s*$"
    r"|\b(?:new|neue[rsn]?|right|correct|richtige?) (?:(?:phone |mobile )?number|nummer|handynummer|telefonnummer|"
    r"e-?mail\w*|"
    r"address|adresse)(?: is| ist|,? it['’]s|,? das ist|,? es ist)?\s*:?\s*$",
    re.IGNORECASE,
)


def is_given_to_others(after: str) -> bool:
    """ "… von meinem Freund", "… of my friend", right behind the value."""
    return bool(_OWNER_BEHIND.match(after))


def is_of_others(before: str) -> bool:
    """The words before a value say that it is somebody else's."""
    found = list(_POSSESSIVE.finditer(before))
    return bool(found) and found[-1].lastgroup != "own"


def is_of_the_contact(before: str) -> bool:
    """The words before a value say that it is the contact's own, or offer it."""
    if is_of_others(before):
        return False
    return any(match.lastgroup == "own" for match in _POSSESSIVE.finditer(before)) or bool(_SENT.search(before))
