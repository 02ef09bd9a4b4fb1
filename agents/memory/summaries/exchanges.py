"""A conversation as exchanges: what the contact said in a row, and what came of it; and what of each is worth keeping,
word for word. Pure: the same words give the same lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.llm.extractive.phrases import recognise_small_talk
from agents.llm.extractive.sentences import split_sentences
from agents.memory.episodes.terms import terms_of
from agents.memory.extraction import extract
from agents.memory.forgetting import wish_to_forget
from agents.memory.summaries.lines import Kind, Line, shortened

CONTACT, AGENT, RECALLED = "contact", "agent", "recalled"
UNANSWERED = frozenset({"unknown", "failed"})  # outcomes of turns
MOST_TOLD = 2  # of one exchange
_ASKING = re.compile(
    r"\W*(?:how|what|when|where|who|whose|which|why|can|could|may|do|does|did|is|are|was|were|will|would|should|has|have|"
    r"wie|was|wann|wo|woher|wohin|wer|wem|wen|welche\w*|warum|wieso|weshalb|kann|können|könnte\w*|darf|gibt|ist|sind|"
    r"hat|haben|habt|wird|werden|muss|müssen|soll\w*)\b",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\s*\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message, as its episode has it."""

    id: UUID
    message_id: UUID
    sequence: int
    origin: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """Begins with the contact's words. `outcomes`: of the turns that its messages began."""

    spoken: tuple[Spoken, ...]
    outcomes: tuple[str, ...] = ()

    @property
    def first(self) -> Spoken:
        return self.spoken[0]

    @property
    def last(self) -> Spoken:
        return self.spoken[-1]

    def of(self, origin: str) -> list[Spoken]:
        return [each for each in self.spoken if each.origin == origin]


@dataclass(frozen=True, slots=True)
class _Sentence:
    spoken: Spoken
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.spoken.text[self.start : self.end]

    @property
    def is_question(self) -> bool:
        return "?" in self.text or bool(_ASKING.match(self.text))

    def line(self, kind: Kind) -> Line:
        text = shortened(_MARKER.sub("", self.text))
        return Line(kind, text, self.spoken.message_id, self.start, self.end, self.spoken.said_at)


def exchanges_of(spoken: Iterable[Spoken]) -> list[list[Spoken]]:
    """In order; what the agent says before the contact has said anything is left out."""
    found: list[list[Spoken]] = []
    for each in spoken:
        is_new = each.origin == CONTACT and (not found or found[-1][-1].origin != CONTACT)
        if is_new:
            found.append([each])
        elif found:
            found[-1].append(each)
    return found


def lines_of(exchange: Exchange) -> list[Line]:
    """What was asked, told and answered, and what became of it; nothing of greetings and thanks."""
    said = [each for one in exchange.of(CONTACT) for each in _sentences(one)]
    told = [each for each in said if _tells(each)]
    asked = _most_telling([each for each in said if each not in told and not recognise_small_talk(each.text)])
    lines = [each.line("told") for each in told[:MOST_TOLD]]
    lines += [asked.line("asked" if asked.is_question else "told")] if asked else []
    lines += [_forgets(each) for each in exchange.of(CONTACT) if _wants_all_forgotten(each.text)]
    return lines + list(_outcome(exchange, asked))


def _outcome(exchange: Exchange, asked: _Sentence | None) -> Iterator[Line]:
    if "handed_off" in exchange.outcomes:
        yield Line("handed_off", at=exchange.last.said_at)
        return
    answer = _best_answer(exchange, asked) if asked else None
    if answer is not None and not UNANSWERED.intersection(exchange.outcomes):
        yield answer.line("answered")
    elif asked and not exchange.of(RECALLED) and (exchange.outcomes or exchange.of(AGENT)):
        yield Line("unanswered", at=exchange.last.said_at)


def _sentences(spoken: Spoken) -> Iterator[_Sentence]:
    """Within its lines."""
    at = 0
    for line in spoken.text.splitlines(keepends=True):
        for start, end in split_sentences(line):
            if re.search(r"\w", line[start:end]):
                yield _Sentence(spoken, at + start, at + end)
        at += len(line)


def _tells(sentence: _Sentence) -> bool:
    """A fact of the contact, and no question."""
    text = sentence.text
    return "?" not in text and any(not each.is_proposal for each in extract(text, sentence.spoken.said_at))


def _most_telling(sentences: Sequence[_Sentence]) -> _Sentence | None:
    """A question before anything else, then the one of most different words."""
    some = [each for each in sentences if terms_of(each.text)]
    return max(some, key=lambda each: (each.is_question, len(set(terms_of(each.text)))), default=None)


def _best_answer(exchange: Exchange, asked: _Sentence) -> _Sentence | None:
    """Of the sentences that say something, the one that has most of the question's words; the first one of those."""
    wanted = set(terms_of(asked.text))
    found = [each for one in exchange.of(AGENT) for each in _sentences(one) if not recognise_small_talk(each.text)]
    found = [each for each in found if terms_of(_MARKER.sub("", each.text))]
    plain = [each for each in found if "?" not in each.text] or found

    def worth(sentence: _Sentence) -> tuple[int, bool]:
        text = _MARKER.sub("", sentence.text)
        return len(wanted.intersection(terms_of(text))), bool(re.search(r"\d", text))

    return max(plain, key=worth, default=None)


def _wants_all_forgotten(text: str) -> bool:
    wish = wish_to_forget(text)
    return wish is not None and wish.is_everything


def _forgets(spoken: Spoken) -> Line:
    return Line("forgets", "", spoken.message_id, at=spoken.said_at)
