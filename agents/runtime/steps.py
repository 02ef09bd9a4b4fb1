"""The steps of a turn, one function each, in a span each. No transaction is open while a model or a search works.

The order, and what follows from what, is in `agents.runtime.turn`.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from agents.cache.keys import Setting
from agents.cache.looking import LOOKING, Embed, Embedded, LookedUp, look_up
from agents.cache.personal import is_personal
from agents.llm.catalogue import Feature
from agents.llm.choosing import remember_answering
from agents.llm.gateway import Attempt, Choice
from agents.llm.noting import describe_attempt, note_failure, note_usage
from agents.llm.port import AboutContact, ChatEvent, ChatRequest, Citation, Finished, Passage, TextDelta, ToolCall
from agents.llm.reckoning import MAX_OUTPUT_TOKENS
from agents.masking.masking import Mask, Restoring
from agents.memory.recall import Recalled, recall
from agents.presenting import citation_json
from agents.runtime.affording import affordable, check_attempt
from agents.runtime.context import TurnContext
from agents.runtime.frames import FrameWriter
from agents.runtime.manifest import Considered, manifest_of
from agents.runtime.parts import Parts
from agents.runtime.stopping import refuse_stopped
from agents.selectors.conversations import CitationView
from agents.services.conversations import MAX_MESSAGE_CHARACTERS
from agents.tracing import names
from agents.tracing.recorder import OpenSpan, TraceRecorder
from billing.prices import TokenCounts
from ingestion.parsing.language import detect_question_language
from rapport.database import give_connection_back
from rapport.errors import InvalidRequest
from rapport.outbound.stopping import Stop

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """A turn under way."""

    context: TurnContext
    parts: Parts
    recorder: TraceRecorder
    frames: FrameWriter
    mask: Mask | None = None  # what models are not shown
    stop: Stop = field(default_factory=Stop)
    about: tuple[AboutContact, ...] = ()  # what models are told of the contact
    shown: list[CitationView] = field(default_factory=list)  # citations that the browser was told of

    @property
    def model_name(self) -> str:
        return self.context.agent.model or self.parts.model.name

    def keep_answering(self, attempt: Attempt, choices: Sequence[Choice]) -> None:
        """So that the conversation's next question goes to whoever answered this one."""
        if self.parts.choose is not None:
            tenant_id, conversation_id = self.context.tenant_id, self.context.conversation_id
            remember_answering(tenant_id=tenant_id, conversation_id=conversation_id, attempt=attempt, choices=choices)

    @contextmanager
    def step(self, stage: str, name: str, label: str) -> Iterator[OpenSpan]:
        """Tell the browser, and record. Raises TurnCancelled."""
        refuse_stopped(self.stop)
        self.frames.status(stage)
        with self.recorder.span(name, label=label) as span:
            yield span


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as the model gets it, and what a citation of it shows. `offset`: where it begins in the document;
    `fact_ids`: of what is remembered, the facts that it says."""

    passage: Passage
    title: str
    url: str
    document_id: UUID | None
    offset: int = 0
    origin: str = "document"
    fact_ids: tuple[UUID, ...] = ()


@dataclass(slots=True)
class Draft:
    """What the model said so far. `is_held`: the browser is told nothing of it until it is whole."""

    is_held: bool = False
    text: list[str] = field(default_factory=list)
    citations: list[CitationView] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    reason: str = ""
    confidence: float | None = None
    is_counted: bool = False


def guard_question(run: Run) -> None:
    """Raises InvalidRequest for a message that no turn should work on (the door has checked it before)."""
    with run.step("guard", names.GUARD, "Guard") as span:
        size = len(run.context.question)
        span.set(names.GUARD_CHARACTERS, size)
        if not 0 < size <= MAX_MESSAGE_CHARACTERS:
            raise InvalidRequest(f"A message has between 1 and {MAX_MESSAGE_CHARACTERS} characters.", param="text")


def look_up_answer(run: Run) -> LookedUp | None:
    """What was kept for this question or one like it; None when it must be neither looked up nor kept."""
    context = run.context
    with run.step("cache", names.CACHE, "Known answers") as span:
        wanted = context.agent.config.cache
        span.set(names.CACHE_MODE, wanted.mode)
        if wanted.mode == "off" or context.history or not context.asked.is_plain or is_personal(context.question):
            span.set(names.CACHE_OUTCOME, "skipped")
            return None
        looked = look_up(
            tenant_id=context.tenant_id,
            turn_id=context.turn_id,
            setting=_setting(run),
            question=context.question,
            wanted=wanted,
            embed=_embedding(run),
        )
        _describe_lookup(span, looked)
        return looked


def _embedding(run: Run) -> Embed | None:
    """The question's vector, in a span of its own with what it cost."""
    embed = run.parts.embed_question
    if embed is None:
        return None

    def embedded(tenant_id: UUID, question: str) -> Embedded | None:
        with run.recorder.span(names.EMBEDDINGS, label="Question's meaning") as span:
            found = embed(tenant_id, question)
            if found is not None:
                span.set(names.REQUEST_MODEL, found.model)
                run.recorder.use(span, step=LOOKING, model=found.model, tokens=TokenCounts(embedding=found.tokens))
            return found

    return embedded


def _setting(run: Run) -> Setting:
    context = run.context
    return Setting(
        agent_id=context.agent.id,
        agent_version=context.agent.version,
        configuration=f"{context.agent.digest}:{context.prompt.digest}",  # its tools are part of it
        model=run.model_name,
        language=detect_question_language(context.question),
    )


def _describe_lookup(span: OpenSpan, looked: LookedUp) -> None:
    known = looked.known
    span.set(names.CACHE_OUTCOME, "hit" if looked.is_served else "shadow" if known else "miss")
    span.set(names.CACHE_FOUND, looked.found)
    if looked.confidence is not None:
        span.set(names.CACHE_CONFIDENCE, round(looked.confidence, 4))
    if known:
        span.set(names.CACHE_TURN_ID, str(known.turn_id))
    if known and looked.is_served:
        span.set(names.CACHE_SAVED_MICROS, known.saved_micros)
        span.set(names.COST_CURRENCY, known.currency)


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
        if recalled.is_answered:
            span.set(names.MEMORY_USED, [str(each) for _, ids in recalled.said() for each in ids])
        return recalled


def ask_model(
    run: Run,
    sources: Sequence[Source],
    *,
    instructions: str,
    considered: Sequence[Considered] = (),
    draft: Draft | None = None,
) -> Draft:
    """Stream the answer to the browser while it is written. The only place that asks a chat model for an answer; each
    attempt has its span, and a later one goes on where the one before broke off. `considered`: what the search found,
    for the manifest. `draft`: what was said before, behind which it goes on."""
    context, draft = run.context, draft or Draft()
    models = context.agent.config.models
    request = ChatRequest(
        question=context.question,
        passages=tuple(source.passage for source in sources),
        history=context.history,
        instructions=instructions,
        max_output_tokens=min(context.asked.max_output_tokens or MAX_OUTPUT_TOKENS, MAX_OUTPUT_TOKENS),
        timeout_seconds=TIMEOUT_SECONDS,
        tools=context.asked.tools,
        tool_choice=context.asked.tool_choice,
        exchange=context.asked.exchange,
        effort=models.effort,
        caches_prompt=models.prompt_caching,
        compacts=models.compaction,
        about=run.about,
    )
    request, restoring = (run.mask.request(request), run.mask.restoring()) if run.mask else (request, None)
    by_id = {source.passage.id: source for source in sources}
    features: frozenset[Feature] = frozenset({"tools"} if request.tools else ())
    choices = run.parts.choices(
        tenant_id=context.tenant_id, models=models, features=features, conversation_id=context.conversation_id
    )
    most = context.agent.config.budget.turn_micros
    choices = affordable(choices, request, run.recorder, most)
    run.frames.status("model")
    give_connection_back()
    for attempt in run.parts.gateway.attempts(request, choices):
        check_attempt(attempt, context, run.recorder)
        with run.recorder.span(names.CHAT, label="Model") as span:
            try:
                _listen(run, span, draft, attempt, by_id, restoring)
            finally:  # not before: whoever waits for the first word would wait for it
                _describe_attempt(run, span, attempt, sources, considered)
        if attempt.is_finished:
            run.keep_answering(attempt, choices)
    return draft


def _describe_attempt(
    run: Run, span: OpenSpan, attempt: Attempt, sources: Sequence[Source], considered: Sequence[Considered]
) -> None:
    """Who is asked, and with what: as it goes over the wire, after packing."""
    context, request = run.context, attempt.packed.request
    span.set(names.PROMPT_DIGEST, context.prompt.digest)
    span.set(names.PROMPT_PARTS, [each.to_json() for each in context.prompt.parts])
    if attempt.packed.dropped:
        span.set(names.DROPPED, list(attempt.packed.dropped))
    manifest = manifest_of(
        request,
        considered,
        memory={source.passage.id for source in sources if source.document_id is None},
        budget_tokens=context.agent.config.knowledge.context_tokens,
    )
    span.set(names.MANIFEST, manifest.to_json())
    if used := _remembered(request, sources):
        span.set(names.MEMORY_USED, used)


def _remembered(request: ChatRequest, sources: Sequence[Source]) -> list[str]:
    """Ids of the facts and turns that the model was given."""
    given = {each.id for each in request.passages}
    ids = [fact_id for each in request.about for fact_id in each.fact_ids]
    for source in sources:
        if source.origin == "memory" and source.passage.id in given:
            ids += source.fact_ids or (source.passage.id,)
    return [str(each) for each in dict.fromkeys(ids)]


def _listen(
    run: Run,
    span: OpenSpan,
    draft: Draft,
    attempt: Attempt,
    by_id: dict[UUID, Source],
    restoring: Restoring | None,
) -> None:
    """One attempt to its end. What it used is noted however it ends."""
    describe_attempt(span, attempt)
    try:
        told = restoring.events(attempt.events()) if restoring else attempt.events()
        with closing(told) as events:  # type: ignore[type-var]  # it is a generator
            for event in events:
                refuse_stopped(run.stop)
                _hear(run, span, draft, event, by_id)
        refuse_stopped(run.stop)  # the connection was ended from here: that is no failure of the model's
        run.frames.flush()
    finally:
        _note_usage(run, span, attempt, draft)
    if note_failure(span, attempt):
        return
    span.set(names.RESPONSE_FINISH_REASONS, [draft.reason])
    span.set(names.CONFIDENCE, draft.confidence)


def _hear(run: Run, span: OpenSpan, draft: Draft, event: ChatEvent, by_id: dict[UUID, Source]) -> None:
    match event:
        case TextDelta(text):
            _say(run, span, draft, text)
        case Citation():
            _cite(run, draft, event, by_id)
        case ToolCall():
            draft.tool_calls.append(event)
        case Finished(reason, confidence):
            draft.reason, draft.confidence = reason, confidence


def _note_usage(run: Run, span: OpenSpan, attempt: Attempt, draft: Draft) -> None:
    """However often a model is asked between calls of tools, it is one message."""
    is_told = attempt.is_finished and attempt.usage is not None
    counts = {"messages": 1} if is_told and not draft.is_counted else {}
    draft.is_counted |= is_told
    note_usage(run.recorder, span, attempt, step="chat", **counts)


def release(run: Run, draft: Draft) -> None:
    """Show what was held, and hold no more."""
    draft.is_held = False
    run.frames.token("".join(draft.text))
    for view in draft.citations:
        _show_citation(run, view)
    run.frames.flush()


def _say(run: Run, span: OpenSpan, draft: Draft, text: str) -> None:
    if not draft.text:
        run.recorder.mark_first_token()
        span.set(names.TIME_TO_FIRST_CHUNK, round((run.recorder.elapsed_us() - span.start_us) / 1e6, 4))
    add_text(run, draft, text)


def _cite(run: Run, draft: Draft, citation: Citation, by_id: dict[UUID, Source]) -> None:
    """A passage that was not given cannot be cited."""
    source = by_id.get(citation.passage_id)
    if source is not None and citation.marker not in {each.marker for each in draft.citations}:
        add_citation(run, draft, citation, source)


def add_text(run: Run, draft: Draft, text: str) -> None:
    """Say more, after the model or in its place."""
    draft.text.append(text)
    if not draft.is_held:
        run.frames.token(text)


def add_citation(run: Run, draft: Draft, citation: Citation, source: Source) -> None:
    """Characters past the passage's ends are left out."""
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
        _show_citation(run, view)


def _show_citation(run: Run, view: CitationView) -> None:
    run.shown.append(view)
    run.frames.citation(citation_json(view))
