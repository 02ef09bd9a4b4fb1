"""Whether two answers say the same: so that what was kept can be checked beside what was said just now.

The same text; or the same passages cited, with the same numbers and mostly the same words.
"""

import re
from collections.abc import Sequence

from agents.cache.slots import read_slots
from agents.cache.words import words_of
from agents.selectors.conversations import CitationView

SHARED_WORDS = 0.6  # of the words of both
_MARKER = re.compile(r"\s*\[\d+\]")


def say_the_same(
    text: str, citations: Sequence[CitationView], other: str, other_citations: Sequence[CitationView]
) -> bool:
    said, kept = _plain(text), _plain(other)
    if said == kept:
        return True
    if _cited(citations) != _cited(other_citations) or read_slots(" ".join(said)) != read_slots(" ".join(kept)):
        return False
    mine, theirs = set(said), set(kept)
    return len(mine & theirs) >= SHARED_WORDS * len(mine | theirs)


def _plain(text: str) -> list[str]:
    return words_of(_MARKER.sub("", text))


def _cited(citations: Sequence[CitationView]) -> set[str]:
    return {str(each.chunk_id or each.document_id or each.title) for each in citations}
