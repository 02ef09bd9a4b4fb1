"""The steps of a turn, one function each, in a span each. No transaction is open while a model or a search works.

The order, and what follows from what, is in `agents.runtime.turn`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from agents.llm.port import ChatRequest, Citation, Finished, Passage, TextDelta, ToolCall, Usage
from agents.memory.recall import Recalled, recall
from agents.presenting import citation_json
from agents.runtime.cache import KnownAnswer, cache_key, find_answer
from agents.runtime.context import TurnContext
from agents.runtime.frames import FrameWriter
from agents.runtime.grounding import Grounding, check_grounding
from agents.runtime.parts import Arm, Found, Parts
from agents.selectors.conversations import CitationView
from agents.services.conversations import MAX_MESSAGE_CHARACTERS
from agents.tracing import names
from agents.tracing.recorder import OpenSpan, TraceRecorder
from billing.prices import TokenCounts
from ingestion.selectors import get_passages
from rapport.errors import InvalidRequest

PASSAGES = 10
MAX_OUTPUT_TOKENS = 1024
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """A turn under way."""

    context: TurnContext
    parts: Parts
    recorder: TraceRecorder
    frames: FrameWriter

    @property
    def model_name(self) -> str:
        return self.context.agent.model or self.parts.model.name

    @contextmanager
    def step(self, stage: str, name: str, label: str) -> Iterator[OpenSpan]:
        """Tell the browser, and record."""
        self.frames.status(stage)
        with self.recorder.span(name, label=label) as span:
            yield span


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as the model gets it, and what a citation of it shows. `offset`: where it begins in the document."""

    passage: Passage
    title: str
    url: str
    document_id: UUID | None
    offset: int = 0
    origin: str = "document"


@dataclass(slots=True)
class Draft:
    """What the model said so far. `is_held`: the browser is told nothing of it until it is whole."""

    is_held: bool = False
    text: list[str] = field(default_factory=list)
    citations: list[CitationView] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    reason: str = ""
    confidence: float | None = None


def guard_question(run: Run) -> None:
    """Raises InvalidRequest for a message that no turn should work on (the door has checked it before)."""
    with run.step("guard", names.GUARD, "Guard") as span:
        size = len(run.context.question)
        span.set("rapport.guard.characters", size)
        if not 0 < size <= MAX_MESSAGE_CHARACTERS:
            raise InvalidRequest(f"A message has between 1 and {MAX_MESSAGE_CHARACTERS} characters.", param="text")


def look_up_answer(run: Run, *, is_personal: bool) -> tuple[str, KnownAnswer | None]:
    """The key under which the answer may be kept ("" when it must not be), and the answer kept before."""
    context = run.context
    with run.step("cache", names.CACHE, "Known answers") as span:
        if context.history or is_personal or not context.asked.is_plain:
            span.set(names.CACHE_OUTCOME, "skipped")
            return "", None
        key = cache_key(
            tenant_id=context.tenant_id,
            agent_id=context.agent.id,
            agent_version=context.agent.version,
            model=run.model_name,
            question=context.question,
        )
        known = find_answer(tenant_id=context.tenant_id, key=key)
        span.set(names.CACHE_OUTCOME, "hit" if known else "miss")
        if known:
            span.set(names.CACHE_TURN_ID, str(known.turn_id))
        return key, known


def recall_contact(run: Run) -> Recalled:
    """What is remembered of the contact, as far as the question touches it."""
    with run.step("recall", names.SEARCH_MEMORY, "Memory") as span:
        if not run.context.is_remembered:
            return Recalled()
        recalled = recall(
            tenant_id=run.context.tenant_id,
            contact_id=run.context.contact_id,
            conversation_id=run.context.conversation_id,
            question=run.context.question,
        )
        span.set(names.MEMORY_RECORD_COUNT, len(recalled.facts))
        span.set(names.FACTS, [{"predicate": fact.predicate, "id": str(fact.id)} for fact in recalled.facts])
        return recalled


def search_knowledge(run: Run, question: str) -> tuple[list[Source], Found]:
    """The passages for the question, best first, with their arms' ranks and scores in the trace; and what was found
    how."""
    tenant_id = run.context.tenant_id
    with run.step("retrieval", names.RETRIEVAL, "Search") as span:
        found = run.parts.search(tenant_id=tenant_id, query=question, limit=PASSAGES)
        cited = get_passages(tenant_id=tenant_id, ids=[each.passage.id for each in found.passages])
        if found.embedding_model:
            tokens = TokenCounts(embedding=found.embedding_tokens)
            run.recorder.use(span, step="embed_query", model=found.embedding_model, tokens=tokens)
        _describe_search(span, question, found)
    sources = []
    for each in found.passages:
        place = cited.get(each.passage.id)
        url, offset = (place.url, place.passage.char_start) if place else ("", 0)
        sources.append(Source(each.passage, each.passage.title, url, each.document_id, offset))
    return sources, found


def _describe_search(span: OpenSpan, question: str, found: Found) -> None:
    span.set(names.QUERY_TEXT, question)
    span.set(names.TOP_K, PASSAGES)
    span.set(names.ARMS_MS, [_arm_json(arm) for arm in found.arms])
    if found.is_partial:
        span.set(names.FAILED_ARMS, [f"{arm.name}: {arm.error}" for arm in found.arms if arm.error])
    documents = [
        {
            "id": str(each.passage.id),
            "document_id": str(each.document_id),
            "title": each.passage.title,
            "heading": " › ".join(each.passage.heading_path),
            "score": round(each.score, 5),
            "dense_rank": each.dense_rank,
            "dense_score": _rounded(each.passage.dense_score),
            "words_rank": each.words_rank,
            "words_score": _rounded(each.passage.words_score),
        }
        for each in found.passages
    ]
    span.set(names.DOCUMENTS, documents)


def _arm_json(arm: Arm) -> dict[str, object]:
    facts: dict[str, object] = {"arm": arm.name, "ms": round(arm.ms, 2), "found": arm.found}
    return facts | {"error": arm.error} if arm.error else facts


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(float(score), 4)


def ask_model(run: Run, sources: Sequence[Source], *, instructions: str, is_held: bool = False) -> Draft:
    """Stream the answer to the browser while it is written. The only place that calls a chat model."""
    context, draft = run.context, Draft(is_held)
    request = ChatRequest(
        question=context.question,
        passages=tuple(source.passage for source in sources),
        history=context.history,
        instructions=instructions,
        model=context.agent.model,
        max_output_tokens=min(context.asked.max_output_tokens or MAX_OUTPUT_TOKENS, MAX_OUTPUT_TOKENS),
        timeout_seconds=TIMEOUT_SECONDS,
        tools=context.asked.tools,
        tool_choice=context.asked.tool_choice,
        exchange=context.asked.exchange,
    )
    by_id = {source.passage.id: source for source in sources}
    with run.step("model", names.CHAT, "Model") as span:
        span.set(names.REQUEST_MODEL, run.model_name)
        span.set(names.REQUEST_MAX_TOKENS, request.max_output_tokens)
        for event in run.parts.model.stream(request):
            match event:
                case TextDelta(text):
                    _say(run, span, draft, text)
                case Citation():
                    _cite(run, draft, event, by_id)
                case ToolCall():
                    draft.tool_calls.append(event)
                case Usage():
                    run.recorder.use(span, step="chat", model=run.model_name, tokens=_tokens(event), messages=1)
                case Finished(reason, confidence):
                    draft.reason, draft.confidence = reason, confidence
        run.frames.flush()
        span.set(names.RESPONSE_FINISH_REASONS, [draft.reason])
        span.set(names.CONFIDENCE, draft.confidence)
    return draft


def release(run: Run, draft: Draft) -> None:
    """Show what was held."""
    run.frames.token("".join(draft.text))
    for view in draft.citations:
        run.frames.citation(citation_json(view))
    run.frames.flush()


def _say(run: Run, span: OpenSpan, draft: Draft, text: str) -> None:
    if not draft.text:
        run.recorder.mark_first_token()
        span.set(names.TIME_TO_FIRST_CHUNK, round((run.recorder.elapsed_us() - span.start_us) / 1e6, 4))
    draft.text.append(text)
    if not draft.is_held:
        run.frames.token(text)


def _cite(run: Run, draft: Draft, citation: Citation, by_id: dict[UUID, Source]) -> None:
    """A passage that was not given cannot be cited."""
    source = by_id.get(citation.passage_id)
    if source is None:
        return
    text = source.passage.text
    start, end = max(0, citation.start), min(len(text), citation.end)
    view = CitationView(
        marker=citation.marker,
        title=source.title,
        url=source.url,
        quote=text[start:end],
        document_id=source.document_id,
        chunk_id=source.passage.id if source.document_id else None,
        char_start=source.offset + start,
        char_end=source.offset + end,
        origin=source.origin,
    )
    draft.citations.append(view)
    if not draft.is_held:
        run.frames.citation(citation_json(view))


def _tokens(usage: Usage) -> TokenCounts:
    return TokenCounts(
        input=usage.input,
        cached_input=usage.cached_read,
        cache_write=usage.cache_write,
        output=usage.output,
        reasoning=usage.reasoning,
    )


def check_draft(run: Run, draft: Draft, sources: Sequence[Source]) -> Grounding:
    """Hold the answer against what it cites."""
    with run.step("grounding", names.GROUNDING, "Grounding") as span:
        cited = {each.marker: each.chunk_id for each in draft.citations}
        texts = {source.passage.id: _evidence(source.passage) for source in sources}
        quotes = {each.marker: each.quote for each in draft.citations}
        passages = {marker: texts.get(chunk_id or UUID(int=0), quotes[marker]) for marker, chunk_id in cited.items()}
        context = run.context
        history = (message.text for message in context.history)
        said = " ".join((context.question, context.agent.name, context.asked.told, *history))
        grounding = check_grounding("".join(draft.text), passages, known=said)
        span.set(names.EVALUATION_NAME, "grounding")
        span.set(names.EVALUATION_SCORE, grounding.score)
        span.set(names.EVALUATION_LABEL, "grounded" if grounding.is_grounded else "ungrounded")
        span.set(names.CHECKED_CLAIMS, grounding.checked)
        span.set(names.UNSUPPORTED, list(grounding.unsupported))
        return grounding


def _evidence(passage: Passage) -> str:
    return " ".join((passage.title, *passage.heading_path, passage.text))
