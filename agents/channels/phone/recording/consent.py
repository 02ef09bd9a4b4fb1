"""Whether what a caller says, or presses, is a yes to being recorded. Pure.

Anything else is a no: a question that somebody asks instead is answered, and nothing of it is recorded.
"""

from agents.channels.phone.audio.endpointing import words_of

RECORDED = {
    "en": "May we record this call? Say yes, or press 1. Otherwise nothing is recorded.",
    "de": "Dürfen wir den Anruf aufzeichnen? Sagen Sie ja, oder drücken Sie die 1. Sonst wird nichts aufgezeichnet.",
}
YES_KEY, NO_KEY = "1", "2"
_MOST_WORDS = 6
_YES = frozenset("yes yeah yep sure okay ok agreed agree fine gladly absolutely ja jawohl gerne einverstanden".split())
_NO = frozenset("no not don't nope never without nein nicht kein keine ohne nö".split())


def is_yes(said: str) -> bool:
    words = words_of(said)
    return 0 < len(words) <= _MOST_WORDS and not _YES.isdisjoint(words) and _NO.isdisjoint(words)


def is_answer(said: str) -> bool:
    """A yes or a no, and no question of its own."""
    words = words_of(said)
    return 0 < len(words) <= _MOST_WORDS and not (_YES | _NO).isdisjoint(words)
