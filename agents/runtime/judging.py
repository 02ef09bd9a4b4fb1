"""What becomes of a draft: shown as it is, shown with what another source says against it, or taken back.

Small talk and "I do not know" claim nothing. Everything else must be grounded as far as the agent demands; what is not
is taken back, and the contact is told that nobody knows, or that a person takes over: a decision with its reason, which
whoever has people listens to (`turn.completed`).
"""

from collections.abc import Sequence
from uuid import UUID

from agents.llm.port import Citation, Passage
from agents.masking.patterns import whole_cut
from agents.runtime.contradictions import Contradiction, find_contradictions
from agents.runtime.finishing import Answer, HandOff
from agents.runtime.grounding import Grounding, Sentence, check_grounding
from agents.runtime.phrases import say
from agents.runtime.steps import Draft, Run, Source, add_citation, add_text
from agents.tracing import names

_LONGEST_SHOWN = 120  # characters of a sentence in the trace


def judge(run: Run, draft: Draft, sources: Sequence[Source], *, language: str) -> Answer:
    if draft.reason in ("unknown", "small_talk", "refused"):
        return Answer("".join(draft.text).strip(), tuple(draft.citations), outcome=draft.reason)
    with run.step("grounding", names.GROUNDING, "Grounding") as span:
        against = _contradictions(draft, sources)
        span.set(names.CONTRADICTED, [_shown_contradiction(each, sources) for each in against])
        for each in against:
            _show_other_side(run, draft, each, sources, language)
        grounding = _check(run, draft, sources)
        span.set(names.EVALUATION_NAME, "grounding")
        span.set(names.EVALUATION_SCORE, grounding.score)
        span.set(names.EVALUATION_LABEL, "grounded" if grounding.is_grounded else "ungrounded")
        span.set(names.CONTAINMENT, grounding.containment)
        span.set(names.COVERAGE, grounding.coverage)
        span.set(names.CHECKED_CLAIMS, grounding.checked)
        span.set(names.UNSUPPORTED, list(grounding.unsupported))
        span.set(names.SENTENCES, [_shown_sentence(each) for each in grounding.sentences])
        text, citations = "".join(draft.text).strip(), tuple(draft.citations)
        if grounding.is_grounded and text:
            is_shared = bool(citations) and all(each.origin == "document" for each in citations)
            return Answer(text, citations, outcome=draft.reason, grounding=grounding.score, is_shared=is_shared)
        decision = _decide(run, grounding)
        span.set(names.HANDOFF_REASON, decision.reason if decision else None)
    return _take_back(run, grounding, decision, language)


def _check(run: Run, draft: Draft, sources: Sequence[Source]) -> Grounding:
    cited = {each.marker: each.chunk_id for each in draft.citations}
    texts = {source.passage.id: _evidence(source.passage) for source in sources}
    quotes = {each.marker: each.quote for each in draft.citations}
    passages = {marker: texts.get(chunk_id or UUID(int=0), quotes[marker]) for marker, chunk_id in cited.items()}
    context = run.context
    history = (message.text for message in context.history)
    said = " ".join((context.question, context.agent.name, context.asked.told, *context.asked.page.values(), *history))
    minimum = context.agent.config.guardrails.minimum_grounding
    is_told = bool(context.asked.told) and not draft.citations  # by tools, which have no numbers to cite
    return check_grounding("".join(draft.text), passages, known=said, minimum=minimum, must_cite=not is_told)


def _evidence(passage: Passage) -> str:
    return " ".join((passage.title, *passage.heading_path, passage.text))


def _contradictions(draft: Draft, sources: Sequence[Source]) -> list[Contradiction]:
    """Of documents' passages only, and only such as the answer does not show by itself."""
    places = {source.passage.id: index for index, source in enumerate(sources)}
    quotes = [(places[each.chunk_id], each.quote) for each in draft.citations if each.chunk_id in places]
    documents = [source.document_id for source in sources]
    found = find_contradictions(quotes, [source.passage.text for source in sources], documents)
    shown = " ".join(" ".join(each.quote.split()) for each in draft.citations)
    return [each for each in found if " ".join(each.against.text.split()) not in shown]


def _show_other_side(run: Run, draft: Draft, found: Contradiction, sources: Sequence[Source], language: str) -> None:
    marker = max((each.marker for each in draft.citations), default=0) + 1
    source, said = sources[found.against.passage], found.against
    lead = say("contradicted", language).format(source.title)
    add_text(run, draft, f"\n\n{lead} {said.text} [{marker}]")
    add_citation(run, draft, Citation(marker, source.passage.id, said.start, said.end), source)
    run.frames.flush()


def _decide(run: Run, grounding: Grounding) -> HandOff | None:
    """Low grounding is a person's business where the agent says so."""
    config = run.context.agent.config
    if run.context.is_suggestion:  # a person has it already
        return None
    has_rule = any(rule.when == "low_grounding" for rule in config.handoff.rules)
    if config.guardrails.below != "hand_off" and not has_rule:
        return None
    return HandOff("low_grounding", {"score": grounding.score, "unsupported": len(grounding.unsupported)})


def _take_back(run: Run, grounding: Grounding, decision: HandOff | None, language: str) -> Answer:
    run.frames.restart()
    text = say("handed_off" if decision else "ungrounded", language)
    run.frames.say(text)
    outcome = "handed_off" if decision else "unknown"
    return Answer(text, (), outcome=outcome, grounding=grounding.score, hand_off=decision)


def _shown_sentence(sentence: Sentence) -> dict[str, str]:
    shown = {"title": _shortened(sentence.text), "standing": sentence.standing.replace("_", " ")}
    if sentence.cited:
        shown["cites"] = ", ".join(map(str, sentence.cited))
    if sentence.unsupported:
        shown["not in it"] = ", ".join(sentence.unsupported)
    return shown


def _shortened(text: str) -> str:
    """A cut in the middle of an address would keep it from being known for one."""
    return text[: whole_cut(text, _LONGEST_SHOWN)]


def _shown_contradiction(found: Contradiction, sources: Sequence[Source]) -> dict[str, str]:
    source = sources[found.against.passage]
    facts = {"title": source.title, "id": str(source.passage.id), "document_id": str(source.document_id)}
    return {**facts, "says": _shortened(found.against.text), "answer": _shortened(found.said.text)}
