"""A person's question → an FTS5 query. Whatever they type is words; no syntax of theirs reaches the engine."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"\w+")
_TERM = re.compile(r"[^\W_]+")
_MOST_WORDS = 64
_SHORTEST_STEMMED, _LONGEST_STEMMED = 3, 64

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
    return " OR ".join(f'"{word}"' for word in _asked_words(text))


def _asked_words(text: str) -> list[str]:
    found = list(dict.fromkeys(_WORD.findall(text.lower())))
    return ([word for word in found if word not in STOP_WORDS] or found)[:_MOST_WORDS]


def analyse(text: str) -> list[str]:
    """What FTS5's `porter unicode61 remove_diacritics 2` makes of a text, for stores that cannot do it themselves."""
    return [_term(word) for word in _TERM.findall(text.lower())]


def analyse_query(text: str) -> list[str]:
    """A person's question as terms, each once; stop words as in `fts_query`."""
    return list(dict.fromkeys(term for word in _asked_words(text) for term in analyse(word)))


@lru_cache(maxsize=50_000)
def _term(word: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))
    is_stemmed = plain.isascii() and _SHORTEST_STEMMED <= len(plain) <= _LONGEST_STEMMED  # as FTS5 does
    stem: str = _stemmers().stemWord(plain) if is_stemmed else plain
    return stem or word


_local = threading.local()


def _stemmers() -> "snowballstemmer.stemmer":
    """One for each thread: a stemmer keeps the word it works on."""
    if not hasattr(_local, "porter"):
        _local.porter = snowballstemmer.stemmer("porter")
    return _local.porter
