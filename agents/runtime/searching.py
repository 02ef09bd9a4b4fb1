"""The turn's search: what the agent's configuration says of it, the passages that fit its budget, and searching again.

No transaction is open while it works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from agents.cache.looking import Embedded
from agents.configuration.sections.knowledge import Knowledge
from agents.llm.port import Passage
from agents.llm.sizes import estimate_tokens
from agents.retrieval import ArmEvidence
from agents.retrieval.packing import Candidate, Packed, pack
from agents.runtime.foreseen import found_before
from agents.runtime.manifest import Considered
from agents.runtime.parts import Arm, Found, FoundPassage, SearchPlan
from agents.runtime.steps import Run, Source
from agents.tracing import names
from agents.tracing.recorder import OpenSpan
from billing.prices import TokenCounts
from ingestion.selectors import CitedPassage, get_neighbours, get_passages
from rapport.ids import Prefix, decode
from tenants.context import tenant_scope

EXPANDED = 3  # of the best passages, how many are looked at for being short
SHORT_TOKENS = 100
MOST_SEARCHES = 3  # of one turn, the first one included


@dataclass(frozen=True, slots=True)
class Gathered:
    """`sources` best first, as many as fit; `considered` all that were found, those that were left out among them."""

    sources: tuple[Source, ...] = ()
    considered: tuple[Considered, ...] = ()
    found: Found = field(default_factory=Found)
    budget_tokens: int = 0


def plan_of(knowledge: Knowledge, embedded: Embedded | None = None) -> SearchPlan:
    """What the agent's configuration wants of a search."""
    arms = knowledge.arms
    return SearchPlan(
        limit=knowledge.passages,
        source_ids=tuple(decode(Prefix.SOURCE, each) for each in knowledge.sources),
        weights={"words": arms.words, "dense": arms.dense, "graph": arms.graph},
        reranker=knowledge.reranker,
        embedded=embedded,
    )


def search_knowledge(run: Run, question: str, embedded: Embedded | None = None) -> Gathered:
    """The passages for the question, with their arms' ranks and scores in the trace; and what was found how.
    `embedded`: this very question, if it is."""
    knowledge = run.context.agent.config.knowledge
    plan = plan_of(knowledge, embedded)
    if run.mask and plan.reranker == "api":
        plan = replace(plan, reranker="none")  # it would be shown what is hidden
    tenant_id = run.context.tenant_id
    with run.step("retrieval", names.RETRIEVAL, "Search") as span:
        found, cited = _found(run, span, question, plan)
        with tenant_scope(tenant_id):
            whole, beside = _with_neighbours(tenant_id, found, cited)
        _note_embedding(run, span, found)
        _describe_search(span, question, plan, found)
    found = whole
    cited = {**beside, **cited}
    packed = pack(
        [_candidate(each, cited.get(each.passage.id)) for each in found.passages],
        budget_tokens=knowledge.context_tokens,
        limit=plan.limit,
    )
    sources = tuple(_source(each.item, cited.get(each.item.passage.id)) for each in packed.kept)
    return Gathered(sources, _considered(packed, found.passages), found, knowledge.context_tokens)


def _found(run: Run, span: OpenSpan, question: str, plan: SearchPlan) -> tuple[Found, dict[UUID, CitedPassage]]:
    """What was found before the question was known to be whole, else what is found now."""
    tenant_id = run.context.tenant_id
    before = found_before(run.context.asked.foreseen, tenant_id=tenant_id, question=question, plan=plan)
    if before:
        found, cited, begun_early_us = before
        span.set(names.BEGUN_EARLY_US, begun_early_us)
        return found, cited
    found = run.parts.search(tenant_id=tenant_id, query=question, plan=plan)
    return found, get_passages(tenant_id=tenant_id, ids=[each.passage.id for each in found.passages])


def _note_embedding(run: Run, span: OpenSpan, found: Found) -> None:
    """The question's vector is made within the search, by a thread of its own: a part of its span that has a cost."""
    if not found.embedding_model:
        return
    ms = next((arm.ms for arm in found.arms if arm.name == "embed"), 0.0)
    part = run.recorder.note_part(
        names.EMBEDDINGS, start_us=span.start_us, duration_us=round(ms * 1000), label="Question's meaning"
    )
    part.set(names.REQUEST_MODEL, found.embedding_model)
    tokens = TokenCounts(embedding=found.embedding_tokens)
    run.recorder.use(part, step="embed_query", model=found.embedding_model, tokens=tokens)


def _with_neighbours(
    tenant_id: UUID, found: Found, cited: Mapping[UUID, CitedPassage]
) -> tuple[Found, dict[UUID, CitedPassage]]:
    """A short passage among the best comes with what stands before and after it: it says too little alone."""
    best = [each for each in found.passages[:EXPANDED] if _is_short(cited.get(each.passage.id))]
    around = get_neighbours(tenant_id=tenant_id, ids=[each.passage.id for each in best]) if best else {}
    known = {each.passage.id for each in found.passages}
    passages: list[FoundPassage] = []
    beside: dict[UUID, CitedPassage] = {}
    for each in found.passages:
        passages.append(each)
        for neighbour in around.get(each.passage.id, ()):
            if neighbour.passage.id not in known:
                known.add(neighbour.passage.id)
                beside[neighbour.passage.id] = neighbour
                passages.append(_neighbour(each, neighbour))
    return replace(found, passages=tuple(passages)), beside


def _is_short(cited: CitedPassage | None) -> bool:
    return cited is not None and cited.passage.tokens < SHORT_TOKENS


def _neighbour(of: FoundPassage, cited: CitedPassage) -> FoundPassage:
    """Nothing found it by itself: its score is half of the passage's that it stands beside."""
    passage = cited.passage
    shown = Passage(passage.id, cited.title, passage.heading_path, passage.text, words_score=0.0)
    arms = {"neighbour": ArmEvidence(1, of.score)}
    return FoundPassage(shown, passage.document_id, of.score / 2, arms)


@dataclass(slots=True)
class SearchBudget:
    """How often a turn may search. The model is told when it is used up, and answers from what it has."""

    most: int = MOST_SEARCHES
    used: int = 1

    @property
    def refusal(self) -> str:
        """What the model is told instead of passages."""
        return (
            f"The search was refused: this answer has already searched {self.used} times, which is the limit. "
            "Answer from the passages that you have, or say that you do not know."
        )


def search_again(run: Run, question: str, gathered: Gathered, budget: SearchBudget) -> tuple[Gathered, str]:
    """More passages for another question, behind those that are there, within the same budget of tokens; and what to
    tell the model: "" or the refusal. Numbers of passages that were given stay what they were."""
    if budget.used >= budget.most:
        with run.step("retrieval", names.RETRIEVAL, "Search refused") as span:
            span.set(names.QUERY_TEXT, question)
            span.set(names.REFUSED, "search_budget")
        return gathered, budget.refusal
    budget.used += 1
    return _joined(gathered, search_knowledge(run, question)), ""


def _joined(first: Gathered, more: Gathered) -> Gathered:
    """`more` as far as it is new and there is room for it."""
    texts = {" ".join(source.passage.text.split()) for source in first.sources}
    sizes = {each.source_id: each.tokens for each in more.considered}
    given = [each for each in first.considered if each.document_id and not each.dropped]  # not what was remembered
    left = first.budget_tokens - sum(each.tokens for each in given)
    fresh: list[Source] = []
    dropped: dict[str, str] = {}
    for source in more.sources:
        identity = str(source.passage.id)
        if " ".join(source.passage.text.split()) in texts:
            dropped[identity] = "duplicate"
        elif sizes[identity] > left:
            dropped[identity] = "budget"
        else:
            fresh.append(source)
            left -= sizes[identity]
    seen = {each.source_id for each in first.considered}
    others = (
        replace(each, dropped=each.dropped or dropped.get(each.source_id, ""))
        for each in more.considered
        if each.source_id not in seen
    )
    return Gathered((*first.sources, *fresh), (*first.considered, *others), more.found, first.budget_tokens)


def _candidate(found: FoundPassage, cited: CitedPassage | None) -> Candidate[FoundPassage]:
    passage = found.passage
    counted = cited.passage.tokens if cited else estimate_tokens(passage.text)
    heading = estimate_tokens(" > ".join((passage.title, *passage.heading_path)))
    return Candidate(found, counted + heading, passage.text)


def _source(found: FoundPassage, cited: CitedPassage | None) -> Source:
    url, offset = (cited.url, cited.passage.char_start) if cited else ("", 0)
    return Source(found.passage, found.passage.title, url, found.document_id, offset)


def _considered(packed: Packed[FoundPassage], found: Sequence[FoundPassage]) -> tuple[Considered, ...]:
    """In the order in which they were found."""
    dropped = {each.item.passage.id: reason for each, reason in packed.dropped}
    everything = {each.item.passage.id: each for each in (*packed.kept, *(each for each, _ in packed.dropped))}
    return tuple(_one(everything[each.passage.id], dropped.get(each.passage.id, "")) for each in found)


def _one(candidate: Candidate[FoundPassage], dropped: str) -> Considered:
    found = candidate.item
    return Considered(
        source_id=str(found.passage.id),
        document_id=str(found.document_id),
        title=found.passage.title,
        heading=" › ".join(found.passage.heading_path),
        score=round(found.score, 5),
        tokens=candidate.tokens,
        arms={arm: (said.rank, round(float(said.score), 4)) for arm, said in found.arms.items()},
        dropped=dropped,
    )


def _describe_search(span: OpenSpan, question: str, plan: SearchPlan, found: Found) -> None:
    span.set(names.QUERY_TEXT, question)
    span.set(names.TOP_K, plan.limit)
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
            **_said(each),
        }
        for each in found.passages[: plan.limit]
    ]
    span.set(names.DOCUMENTS, documents)


def _arm_json(arm: Arm) -> dict[str, object]:
    facts: dict[str, object] = {"arm": arm.name, "ms": round(arm.ms, 2), "found": arm.found}
    return facts | {"error": arm.error} if arm.error else facts


def _said(found: FoundPassage) -> dict[str, int | float]:
    """Rank and score in the list of each arm that has it."""
    facts: dict[str, int | float] = {}
    for arm, evidence in found.arms.items():
        facts |= {f"{arm}_rank": evidence.rank, f"{arm}_score": round(float(evidence.score), 4)}
    return facts
