"""A person's question → an FTS5 query. Whatever they type is words; no syntax of theirs reaches the engine."""

import re

_WORD = re.compile(r"\w+")
_MOST_WORDS = 64

# Words that nearly every passage has; in a query of an OR they only cost time.
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can could did do does doing for
    from had has have having he her here him his how i if in into is it its just like may me might more most must my no
    nor not now of off on once only or other our out over own she should so some such than that the their them then
    there these they this those through to too under until up us was we were what when where which while who whom whose
    why will with would you your
    aber als am an auch auf aus bei bin bis da das dass dein dem den der des die dies diese dieser dieses doch du durch
    ein eine einem einen einer eines er es für hat hatte ich ihr ihre im in ist ja kann kein keine man mein mit nach
    nicht noch nur ob oder ohne sehr sein seine sich sie sind so um und uns unser unter vom von vor war was wann wenn
    wer werden wie wir wird wo zu zum zur über
    """.split()
)


def fts_query(text: str) -> str:
    """Quoted words joined by OR, without stop words unless there is nothing else; "" when there is no word at all."""
    found = list(dict.fromkeys(_WORD.findall(text.lower())))
    words = [word for word in found if word not in STOP_WORDS] or found
    return " OR ".join(f'"{word}"' for word in words[:_MOST_WORDS])
