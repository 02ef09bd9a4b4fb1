"""Which language a text is in, by its most common small words. Enough to choose a stemmer; "" when unsure.

Written out here rather than asked of a library: those that know a hundred languages weigh up to 96 MB, and there are
stemmers for seven.
"""

import re
from collections import Counter

_WORDS = {
    "en": "the of and to in is that for with as are on this be by it not or from you can an was have at which",
    "de": "der die und das ist nicht von mit den ein zu auf für eine im dem des sich werden auch als an es sie bei",
    "fr": "le la les des et est une un du dans pour que qui par sur pas avec plus au ce sont vous ou être cette",
    "es": "el la los las de que y en un una es por con para del se no su al lo como más o pero son",
    "it": "il di che la e un una per è non in con del della sono i le da si dei alla gli come nel più",
    "pt": "o a os as de que e do da em um uma para com não é por no na dos se mais como ao são",
    "nl": "de het een van en in is dat op te zijn voor met die niet aan er om ook als bij door of naar je",
}
_TELLING = {language: frozenset(words.split()) for language, words in _WORDS.items()}

# How questions begin and whom they speak to: what a text seldom says and a question nearly always.
_ASKING = {
    "en": """what which who whom whose when where why how do does did can could will would should may might i you my
        your he she his her their they we our were had has been there about into many much""",
    "de": """was wer wen wem wessen wann wo warum wieso weshalb wie welche welcher welches welchen welchem wohin woher
        wird wurde wurden war waren hat hatte haben kann können muss sind ich sie mein meine ihr ihre wir uns einen
        einem einer eines am vom zum zur über unter nach aus um bis gab gibt viele viel dieser diese dieses durch oder
        wenn""",
    "fr": """quoi quel quelle quels quelles quand où comment pourquoi combien est-ce je j ai mon ma mes vos nous votre
        puis peut peux dois qu l d a ont été""",
    "es": """qué cuál cuáles quién quiénes cuándo dónde cómo cuánto cuánta cuántos cuántas puedo puede mi mis tengo hay
        fue fueron había ha han""",
    "it": """cosa quale quali chi quando dove perché quanto quanti quanta quante posso può mio mia miei ho ha hanno
        era stato stata l nell dell""",
    "pt": """qual quais quem quando onde porque quanto quantos quantas posso pode meu minha foi foram tem são eu
        você""",
    "nl": """wat welke wie wanneer waar waarom hoe hoeveel kan kunnen ik mijn jullie wordt werd werden heeft hebben was
        waren zijn deze dit uit""",
}
_ASKED_WITH = {language: _TELLING[language] | frozenset(words.split()) for language, words in _ASKING.items()}
_LETTERS = {
    "ß": "de",
    "ä": "de",
    "ö": "de",
    "ü": "de",
    "ñ": "es",
    "¿": "es",
    "ã": "pt",
    "õ": "pt",
    "œ": "fr",
    "ê": "fr",
}

# Words that nearly every passage of a language has: in a search for any of the words they only cost time.
STOP_WORDS = {
    **_ASKED_WITH,
    "en": frozenset(
        """
        a about after all also am an and any are as at be because been before being but by can could did do does doing
        for from had has have having he her here him his how i if in into is it its just like may me might more most
        must my no nor not now of off on once only or other our out over own she should so some such than that the their
        them then there these they this those through to too under until up us was we were what when where which while
        who whom whose why will with would you your
        """.split()
    ),
    "de": frozenset(
        """
        aber als am an auch auf aus bei beim bin bis da dabei damit dann das dass daß dein deine dem den denn der deren
        des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines einige
        er es etwas euch euer für gegen gab gibt hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre
        ihrem ihren ihrer im in ins ist ja jede jeden jeder jedes kann kein keine keinem keinen können könnte man mehr
        mein meine meinem meinen meiner mich mir mit muss musst müssen nach nicht nichts noch nun nur ob oder ohne sehr
        sein seine seinem seinen seiner seit selbst sich sie sind so soll sollen sollte sondern um und uns unser unsere
        unter viel viele vom von vor war waren warum was weil welche welchem welchen welcher welches wem wen wenn wer
        werde werden wessen wie wieso wir wird wo woher wohin wurde wurden während zu zum zur zwischen über
        """.split()
    ),
}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_CHARACTERS = 20_000


def detect_language(text: str) -> str:
    """ISO 639-1, or "" when the text is too short or two languages fit as well."""
    counts = Counter(_WORD.findall(text[:_SAMPLE_CHARACTERS].lower()))
    total = counts.total()
    if total < 5:
        return ""
    scores = {language: sum(counts[word] for word in words) / total for language, words in _TELLING.items()}
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best < 0.08 or best < second * 1.15:
        return ""
    return max(scores, key=lambda language: scores[language])


def detect_question_language(text: str) -> str:
    """The same for a few words that ask: by how one asks, and by letters that only some languages have. "" when no
    language has more of them than every other."""
    lower = text[:_SAMPLE_CHARACTERS].lower()
    words = _WORD.findall(lower)
    scores = Counter({language: sum(word in known for word in words) for language, known in _ASKED_WITH.items()})
    scores.update(language for letter, language in _LETTERS.items() if letter in lower)
    (best, most), (_, next_most) = scores.most_common(2)
    return best if most > next_most else ""
