"""Whether a text says again, word for word, what is erased. Pure but for `is_known`, which asks what others say, too.

What repeats it: a word that it alone brought in, five of its words in a row, the value of a fact that goes with it.
What says the same in other words is not found; who wants that gone too erases the conversation.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:[-.@+'’_]\w+)*")
_SHORTEST = 4  # letters of a word that can be anybody's own
_ROW = 5  # words
MOST_WORDS = 200  # that are looked for among what others say

Row = tuple[str, ...]
IsKnown = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Erased:
    """What is erased, as what gives it away. `words`: its own; `values`: of facts that go with it."""

    words: frozenset[str]
    rows: frozenset[Row]
    values: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        said = words_of(text)
        if not self.words.isdisjoint(said):
            return True
        if any(row in self.rows for row in rows_of(said)):
            return True
        return any(_stands_in(value, text.casefold()) for value in self.values)


NOTHING = Erased(frozenset(), frozenset(), ())


def erased(
    texts: Iterable[str], values: Iterable[str], *, before: Iterable[str], after: Iterable[str], is_known: IsKnown
) -> Erased:
    """`before` and `after`: what was said beside it, earlier and later. Only words that come again afterwards matter,
    and none that had been said before."""
    said = [words_of(text) for text in texts]
    own = {word for words in said for word in words if _can_tell(word)}
    own -= {word for text in before for word in words_of(text)}
    again = sorted(own & {word for text in after for word in words_of(text)}, key=lambda word: (-len(word), word))
    telling = frozenset(word for word in again[:MOST_WORDS] if not is_known(word))
    rows = frozenset(row for words in said for row in rows_of(words))
    return Erased(telling, rows, tuple(sorted({value.casefold() for value in values if len(value) > 1})))


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def rows_of(words: Collection[str]) -> Iterator[Row]:
    listed = list(words)
    return (tuple(listed[start : start + _ROW]) for start in range(len(listed) - _ROW + 1))


def _can_tell(word: str) -> bool:
    return len(word) >= _SHORTEST or (any(each.isdigit() for each in word) and len(word) > 2)


def _stands_in(value: str, text: str) -> bool:
    """Not within a longer word."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
