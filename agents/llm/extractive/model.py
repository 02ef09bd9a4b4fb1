"""The built-in model: answers by quoting the passages, with citations, and says when they do not answer.

It needs no key and no network, keeps to the conversation, and never puts a fact into its own words.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from agents.llm.extractive.follow_up import resolve_follow_up
from agents.llm.extractive.meaning import MeaningReader
from agents.llm.extractive.phrases import language_of_small_talk, recognise_small_talk, say
from agents.llm.extractive.questions import read_question
from agents.llm.extractive.quoting import Quote, choose_quotes, write_quote
from agents.llm.extractive.ranking import Ranking, rank_segments
from agents.llm.extractive.words import guess_language
from agents.llm.port import ChatEvent, ChatRequest, Citation, Finished, Passage, TextDelta, Usage
from ingestion.embedding.port import Embedder

NAME = "builtin-extractive-1"
# Quotes its best find however unsure it is, and still says how sure: for search playgrounds and measurements.
ALWAYS_NAME = "builtin-extractive-1-always"
NEAR_CONFIDENCE = 0.15  # below it not even the closest page is worth naming

_PIECE = re.compile(r"\s*(?:\S+\s*){1,4}")


class ExtractiveModel:
    """See `ChatModel`. `embedder` opens the embedder with the first question; by default that of the settings."""

    name = NAME

    def __init__(self, embedder: Callable[[], Embedder] | None = None) -> None:
        self._open_embedder = embedder or _product_embedder

    @cached_property
    def _meaning(self) -> MeaningReader:
        return MeaningReader(self._open_embedder())

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Raises what the embedder raises when it cannot be reached."""
        standing = resolve_follow_up(request.question, request.history)
        language = request.language or guess_language(f"{standing} {request.question}")
        talk = recognise_small_talk(request.question)
        if talk is not None:
            language = request.language or language_of_small_talk(request.question, language)
            yield from _speak(say(talk, language), request, Finished("small_talk"))
            return
        question = read_question(standing, language=language)
        ranking = rank_segments(question, request.passages, meaning=self._meaning)
        if ranking.ranked and (ranking.is_answer or request.model == ALWAYS_NAME):
            quotes = choose_quotes(question, ranking)
            yield from _quote(quotes, request, ranking.confidence)
        else:
            yield from _speak(_admit(ranking, request.passages, language), request, _unknown(ranking))

    def get_ready(self, question: str, passages: Sequence[Passage]) -> None:
        """Read them for a question that may be asked next; it stands alone. The embedder keeps what it made of them,
        for whichever process answers. Raises as `stream`."""
        if recognise_small_talk(question) is None:
            read = read_question(question, language=guess_language(question))
            rank_segments(read, passages, meaning=self._meaning)


def _product_embedder() -> Embedder:
    from ingestion.embedding.registry import get_embedder

    return get_embedder()


def _unknown(ranking: Ranking) -> Finished:
    return Finished("unknown", round(ranking.confidence, 4))


def _admit(ranking: Ranking, passages: Sequence[Passage], language: str) -> str:
    if not passages:
        return say("no_documents", language)
    title = passages[ranking.ranked[0].passage].title if ranking.ranked else ""
    if title and ranking.confidence >= NEAR_CONFIDENCE:
        return say("unknown_near", language, title=title)
    return say("unknown", language)


def _quote(quotes: Sequence[Quote], request: ChatRequest, confidence: float) -> Iterator[ChatEvent]:
    """Each quote with a marker of its own, best first; text beyond the limit is left out whole."""
    said = 0
    for marker, quote in enumerate(quotes, start=1):
        passage = request.passages[quote.passage]
        text = _as_text(write_quote(quote, passage.text), marker)
        words = len(text.split())
        if said and said + words > request.max_output_tokens:
            break
        said += words
        yield from _deltas(text)
        yield Citation(marker, passage.id, quote.start, quote.end)
    yield Usage(input=_input_words(request), output=said)
    yield Finished("answered", round(confidence, 4))


def _as_text(quoted: str, marker: int) -> str:
    """The quote and its marker, which stands below a listing or table."""
    ends_as_block = quoted.endswith(("```", "|"))
    return ("\n\n" if marker > 1 else "") + quoted + ("\n\n" if ends_as_block else " ") + f"[{marker}]"


def _speak(text: str, request: ChatRequest, finished: Finished) -> Iterator[ChatEvent]:
    yield from _deltas(text)
    yield Usage(input=_input_words(request), output=len(text.split()))
    yield finished


def _deltas(text: str) -> Iterator[TextDelta]:
    yield from (TextDelta(piece) for piece in _PIECE.findall(text))


def _input_words(request: ChatRequest) -> int:
    """This model's tokens are words: those of the question and of the passages it read."""
    return len(request.question.split()) + sum(len(passage.text.split()) for passage in request.passages)
