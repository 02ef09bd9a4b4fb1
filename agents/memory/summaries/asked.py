"""Whether a question asks what an earlier conversation was about and nothing else, in English and German. Pure."""

import re

_WHEN = (
    r"(?:last time|the last time|yesterday|the day before yesterday|earlier|before|previously|"
    r"(?:last|this) (?:week|month|year|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|"
    r"(?:\d+|a|an|one|two|three|four|five|six) (?:days?|weeks?|months?|years?) ago|in [a-z]+(?: \d{4})?|"
    r"on [a-z]+ \d{1,2}(?:st|nd|rd|th)?|on \d{4}-\d\d-\d\d)"
)
_TALK = r"(?:conversation|chat|call|talk|discussion|phone call|exchange)"
_LAST = r"(?:last|previous|latest|most recent|earlier|prior)"
_WANN = (
    r"(?:(?:beim |das )?letzte[sn]? mal|zuletzt|gestern|vorgestern|vorhin|früher|neulich|"
    r"(?:letzte|vorige|vergangene|diese)[nmrs]? (?:woche|monat|jahr|wochenende|montag|dienstag|mittwoch|donnerstag|"
    r"freitag|samstag|sonntag)|am (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|"
    r"vor (?:\d+|einem|einer|zwei|drei|vier|fünf|sechs) (?:tag\w*|woche\w*|monat\w*|jahr\w*)|im [a-zä]+(?: \d{4})?|"
    r"am \d{1,2}\. ?(?:\d{1,2}\.(?: ?\d{4})?|[a-zä]+(?: \d{4})?))"
)
_GESPRAECH = r"(?:gespräch\w*|unterhaltung|chat|anruf\w*|telefonat\w*|austausch)"
_OUR_LAST = rf"(?:our|my|the) {_LAST} {_TALK}(?: with you)?"
_UNSER_LETZTES = rf"(?:unser\w*|mein\w*|de[rmns]|das|die) (?:letzte|vorige|vergangene)[nmrs]? {_GESPRAECH}"
_POLITE = (
    r"(?:(?:hi|hello|hey|hallo|guten tag|please|bitte|(?:can|could|would) you(?: please)?|(?:kannst du|können sie|"
    r"könnten sie)(?: mir)?(?: bitte)?|do you (?:still )?(?:remember|know)|(?:weißt du|wissen sie)(?: noch)?|"
    r"remind me(?: of)?|tell me(?: again)?|sag(?:en sie)? mir)[,:! ]+)*"
)
_TAIL = r"(?: (?:again|please|exactly|noch ?mal|noch|bitte|eigentlich|denn|genau|zusammen(?:fassen)?|with you))*"
_ENGLISH = (
    rf"what (?:was|were|is) {_OUR_LAST}(?: all)? about",
    rf"what {_OUR_LAST} was about",
    rf"what (?:did|have) we (?:talk(?:ed)?|sp[eo]ak(?:en)?|chat(?:ted)?|discuss(?:ed)?)(?: about)?"
    rf"(?: (?:{_WHEN}|in {_OUR_LAST}|during {_OUR_LAST}))",
    rf"what we (?:talked|spoke|chatted|discussed)(?: about)? (?:{_WHEN}|in {_OUR_LAST})",
    rf"what was (?:it|that|this) about {_WHEN}",
    rf"what was our {_TALK}(?: (?:{_WHEN}))? about(?: {_WHEN})?",
    rf"(?:(?:summari[sz]e|recap|sum up)|(?:a )?summary of) {_OUR_LAST}",
    rf"{_OUR_LAST}",
    r"where did we (?:leave off|stop)(?: last time)?",
)
_GERMAN = (
    rf"(?:worum|um was) (?:ging|geht|drehte) (?:es|sich)(?: (?:es|noch))?(?: (?:bei|in|im|beim))? ?"
    rf"(?:{_WANN}|{_UNSER_LETZTES}|(?:letzten|vorigen) {_GESPRAECH})",
    rf"(?:worüber|über was|wovon|was) (?:haben|hatten|sprachen) wir(?: uns)?(?: noch)? (?:{_WANN}|(?:bei|in) "
    rf"{_UNSER_LETZTES}|(?:im|beim) letzten {_GESPRAECH})"
    r"(?: noch)?(?: (?:gesprochen|geredet|geschrieben|besprochen|unterhalten|diskutiert))?",
    rf"(?:worüber|über was|was) wir (?:{_WANN}) (?:gesprochen|geredet|besprochen) haben",
    rf"was war (?:das thema |thema )?(?:(?:bei|in) {_UNSER_LETZTES}|(?:im|beim) letzten {_GESPRAECH}|{_WANN})",
    rf"(?:fass(?:e|en)?(?: sie)?|fasse) (?:mir )?(?:bitte )?{_UNSER_LETZTES}",
    rf"{_UNSER_LETZTES}",
)
_ASKS = {
    language: tuple(
        re.compile(rf"^\W*{_POLITE}(?:{pattern}){_TAIL}\s*[?.!…]*\s*$", re.IGNORECASE) for pattern in patterns
    )
    for language, patterns in (("en", _ENGLISH), ("de", _GERMAN))
}


def asks_last_conversation(question: str) -> str:
    """In which language it does, "en" or "de"; "" for any other question. About one thing more ("…about the invoice")
    it is another one: its words are searched for."""
    return next((each for each, patterns in _ASKS.items() if any(one.match(question) for one in patterns)), "")
