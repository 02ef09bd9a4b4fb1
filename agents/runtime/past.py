"""What was said in earlier conversations, for the question: found, chosen, and given to the model as sources.

A question about the past ("what did I tell you about …?") is given what was found before everything else. Any other is
given only what fits it closely, behind the documents, and only where a model writes the answer: one that quotes would
quote an old question back. No transaction is open while it works.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agents.cache.looking import Embedded
from agents.llm.catalogue import BUILTIN
from agents.llm.port import Passage
from agents.llm.sizes import estimate_tokens
from agents.memory.episodes.asked import asks_past
from agents.memory.episodes.finding import FoundEpisode, FoundEpisodes, Wanted
from agents.retrieval.packing import Candidate, Packed, pack
from agents.runtime.manifest import Considered
from agents.runtime.steps import Run, Source
from agents.tracing import names
from agents.tracing.recorder import OpenSpan
from billing.prices import TokenCounts
from rapport.config import get_config

MOST_FOUND = 20
MOST_GIVEN = 6
BUDGET_TOKENS = 800
CLOSE_MEANING, CLOSE_COVERAGE = 0.5, 0.6  # from which on a turn fits a question that is not about the past
STEP = "embed_memory"
_TITLES = {"en": "Earlier conversation, {}", "de": "Früheres Gespräch, {}"}
_SPEAKERS = {
    "en": {"contact": "The customer said", "agent": "The assistant said"},
    "de": {"contact": "Die Kundin oder der Kunde sagte", "agent": "Der Assistent sagte"},
}


@dataclass(frozen=True, slots=True)
class Past:
    """`first` go before documents' passages, `last` behind them; `considered` is all that was found."""

    first: tuple[Source, ...] = ()
    last: tuple[Source, ...] = ()
    considered: tuple[Considered, ...] = ()

    @property
    def is_used(self) -> bool:
        return bool(self.first or self.last)


def recall_past(run: Run, language: str, embedded: Embedded | None) -> Past:
    """What the model gets of earlier conversations. `embedded`: the question as it was asked."""
    context, find = run.context, run.parts.find_past
    is_asked = asks_past(context.question, context.asked_at)
    if find is None or not context.is_remembered or not (is_asked or writes(context.agent.config.models.answer)):
        return Past()
    with run.step("recall", names.SEARCH_MEMORY, "Earlier conversations") as span:
        wanted = Wanted(
            context.contact_id,
            context.question,
            context.asked_at,
            MOST_FOUND,
            context.agent.name,
            frozenset({context.question_id}),
            embedded,
        )
        found = find(context.tenant_id, wanted)
        _note_embedding(run, span, found)
        known = {message.text for message in context.history}
        fitting = [each for each in found.episodes if each.text not in known and (is_asked or is_close(each))]
        packed = pack([_candidate(each, language) for each in fitting], budget_tokens=BUDGET_TOKENS, limit=MOST_GIVEN)
        _describe(span, found, packed)
    sources = tuple(_source(each.item, language) for each in packed.kept)
    considered = _considered(packed, language)
    return Past(sources, (), considered) if is_asked else Past((), sources, considered)


def is_close(found: FoundEpisode) -> bool:
    """It is about what is asked, whatever else was said."""
    meaning = found.arms.get("meaning")
    return found.coverage >= CLOSE_COVERAGE or (meaning is not None and meaning[1] >= CLOSE_MEANING)


def writes(chain: Sequence[str]) -> bool:
    """Some model of the chain writes its own words."""
    return any(not (name or get_config().llm_model_name or BUILTIN).startswith(BUILTIN) for name in chain)


def _candidate(found: FoundEpisode, language: str) -> Candidate[FoundEpisode]:
    heading = " ".join((_title(found, language), _speaker(found, language)))
    return Candidate(found, estimate_tokens(found.text) + estimate_tokens(heading), found.text)


def _source(found: FoundEpisode, language: str) -> Source:
    title = _title(found, language)
    passage = Passage(found.message_id, title, (_speaker(found, language),), found.text)
    return Source(passage, title, "", None, origin="memory")


def _title(found: FoundEpisode, language: str) -> str:
    return _TITLES[language].format(_date(found.said_at))


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _speaker(found: FoundEpisode, language: str) -> str:
    return _SPEAKERS[language][found.origin]


def _considered(packed: Packed[FoundEpisode], language: str) -> tuple[Considered, ...]:
    dropped = {each.item.message_id: reason for each, reason in packed.dropped}
    everything = (*packed.kept, *(each for each, _ in packed.dropped))
    return tuple(
        Considered(
            source_id=str(each.item.message_id),
            document_id="",
            title=_title(each.item, language),
            heading=_speaker(each.item, language),
            score=each.item.score,
            tokens=each.tokens,
            arms=each.item.arms,
            dropped=dropped.get(each.item.message_id, ""),
        )
        for each in everything
    )


def _note_embedding(run: Run, span: OpenSpan, found: FoundEpisodes) -> None:
    """It was made beside the search, by a thread of its own."""
    if not found.embedding_model:
        return
    duration = round(found.embedding_ms * 1000)
    part = run.recorder.note_part(
        names.EMBEDDINGS, start_us=span.start_us, duration_us=duration, label="Question's meaning"
    )
    part.set(names.REQUEST_MODEL, found.embedding_model)
    tokens = TokenCounts(embedding=found.embedding_tokens)
    run.recorder.use(part, step=STEP, model=found.embedding_model, tokens=tokens)


def _describe(span: OpenSpan, found: FoundEpisodes, packed: Packed[FoundEpisode]) -> None:
    """Ids, times and ranks; the words are where they were said."""
    span.set(names.MEMORY_RECORD_COUNT, len(packed.kept))
    span.set(names.MEMORY_SEARCHED, found.searched)
    if found.failed:
        span.set(names.FAILED_ARMS, [f"meaning: {found.failed}"])
    given = {each.item.message_id for each in packed.kept}
    span.set(names.EPISODES, [_told(each, is_given=each.message_id in given) for each in found.episodes])


def _told(found: FoundEpisode, *, is_given: bool) -> dict[str, object]:
    return {
        "message_id": str(found.message_id),
        "conversation_id": str(found.conversation_id),
        "said_at": found.said_at.isoformat(),
        "origin": found.origin,
        "channel": found.channel,
        "score": found.score,
        "is_given": is_given,
        **{f"{arm}_rank": rank for arm, (rank, _) in found.arms.items()},
    }
