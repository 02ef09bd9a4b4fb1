"""The turn: from a message to its answer. Runs in a worker, outside any transaction, and may be run again at any time.

guard → known answers → recall → search → model → grounding → one transaction that writes everything. When a worker
dies before that transaction nothing is left but frames, and the next attempt begins with a `restart` frame. When it
dies after it the answer is there, and the next attempt only says the ending.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.cache.looking import Embedded, KnownAnswer
from agents.errors import TurnCancelled
from agents.llm.port import AboutContact
from agents.masking.conversation import mask_of
from agents.memory.forgetting import wish_to_forget
from agents.memory.language import language_of
from agents.memory.recall import Recalled
from agents.runtime.acting import Acted, Pause, act, pause_text
from agents.runtime.attached import read_attached
from agents.runtime.context import CANCELLED, TurnContext, begin_turn
from agents.runtime.ending import say_ending
from agents.runtime.finishing import Answer, HandOff, finish_turn, keep_failed_trace
from agents.runtime.frames import FrameWriter
from agents.runtime.judging import judge
from agents.runtime.page_context import LABEL, write_page_context
from agents.runtime.parts import Found, Parts
from agents.runtime.past import recall_past
from agents.runtime.person import reason_for_person
from agents.runtime.phrases import say
from agents.runtime.relating import relate
from agents.runtime.remembering import last_conversation, say_forgotten, say_last_conversation, say_remembered
from agents.runtime.searching import Gathered, search_knowledge
from agents.runtime.standing import standing_question
from agents.runtime.steps import (
    Draft,
    Run,
    Source,
    add_text,
    guard_question,
    look_up_answer,
    recall_contact,
    release,
)
from agents.runtime.stopping import running
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder
from rapport import logs
from rapport.giving_way import say_waiting
from rapport.outbound.stopping import Stop

log = logs.get_logger(__name__)


def answer_turn(*, tenant_id: UUID, turn_id: UUID, parts: Parts) -> None:
    """Answer, or say again how it ended. Raises what a step raised; the caller decides about another attempt."""
    say_waiting()
    frames = FrameWriter(parts.streams, tenant_id, turn_id)
    with running(tenant_id, turn_id) as stop:
        context = begin_turn(tenant_id=tenant_id, turn_id=turn_id)
        if context is not None:
            if context.attempt > 1:
                frames.restart()
            _work(_run_of(context, parts, frames, stop))
    say_ending(frames, tenant_id=tenant_id, turn_id=turn_id)


def _work(run: Run) -> None:
    """To what is written of the turn, whatever becomes of it."""
    context, turn_id = run.context, run.context.turn_id
    with logs.bind(turn_id=str(turn_id), trace_id=str(run.recorder.id), conversation_id=str(context.conversation_id)):
        try:
            answer = _answer_until_stopped(run)
            finish_turn(context, answer, run.recorder)
        except Exception:  # also when another worker has the turn by now: what was spent was spent
            keep_failed_trace(context, run.recorder)
            raise
        log.info("turn_answered", outcome=answer.outcome, attempt=context.attempt, ms=run.recorder.elapsed_us() // 1000)


def _answer_until_stopped(run: Run) -> Answer:
    """What was shown stays, with the sources of what it cites."""
    try:
        return _answer(run)
    except TurnCancelled:
        run.frames.flush()
        text = "".join(run.frames.said).strip()
        return Answer(text, tuple(each for each in run.shown if f"[{each.marker}]" in text), outcome=CANCELLED)


def _run_of(context: TurnContext, parts: Parts, frames: FrameWriter, stop: Stop) -> Run:
    """What is hidden from models is hidden in the trace, too."""
    guardrails, plain = context.agent.config.guardrails, context.prompt.text
    mask = mask_of(conversation_id=context.conversation_id, guardrails=guardrails, plain=plain)
    recorder = TraceRecorder(context.tenant_id, prices=context.prices, redact=mask.redacted if mask else None)
    return Run(context, parts, recorder, frames, mask, stop)


def _answer(run: Run) -> Answer:
    with run.recorder.span(names.INVOKE_AGENT, _root_attributes(run.context), label=run.context.agent.name):
        guard_question(run)
        if run.context.is_suggestion:
            return _make_answer(run, None)
        if reason := reason_for_person(run):
            return _call_person(run, reason)
        return _answer_itself(run)


def _answer_itself(run: Run) -> Answer:
    looked = look_up_answer(run)
    if looked and looked.known and looked.is_served:
        return replace(_say_known(run, looked.known), looked=looked)
    return replace(_make_answer(run, looked.embedded if looked else None), looked=looked)


def _make_answer(run: Run, embedded: Embedded | None) -> Answer:
    recalled = recall_contact(run)
    if wish := wish_to_forget(run.context.question) if run.context.is_remembered else None:
        return say_forgotten(run, wish, recalled.language)
    if related := relate(run, recalled.language):
        return related
    if recalled.is_answered:
        return say_remembered(run, recalled)
    if last := last_conversation(run):
        return say_last_conversation(run, last)
    attached = read_attached(run)
    run = replace(run, about=(*recalled.about, *_page(run.context), *attached.about))
    past = recall_past(run, recalled.language, embedded)
    gathered = _knowledge(run, embedded)
    found = gathered.found
    sources = [*_memories(recalled), *attached.first, *past.first, *gathered.sources, *past.last, *attached.last]
    gathered = replace(gathered, considered=(*gathered.considered, *past.considered))
    acted = act(
        run,
        gathered,
        sources,
        instructions=_instructions(run.context),
        language=recalled.language,
        is_held=_tells(run.context, recalled) or found.is_blind,
    )
    answer = _end_with_calls(acted, recalled.language) or _end_with_words(acted, recalled, found)
    is_for_all = not (recalled.about or attached.is_used or past.is_used or found.is_partial or acted.used)
    is_whole = not (found.is_partial or acted.used)
    return replace(answer, is_shared=answer.is_shared and is_for_all, is_whole=is_whole)


def _end_with_calls(acted: Acted, language: str) -> Answer | None:
    """Where what the model called ends the turn."""
    run, draft = acted.run, acted.draft
    if acted.pause:
        return _wait(run, draft, acted.pause, language)
    if acted.hand_off:
        return _give_over(run, draft, acted.hand_off, language)
    return _hand_over(run, draft) if draft.tool_calls else None


def _end_with_words(acted: Acted, recalled: Recalled, found: Found) -> Answer:
    run, draft = acted.run, acted.draft
    if _tells(run.context, recalled) and draft.reason == "unknown":
        return _thank(run, recalled)
    if found.is_blind and draft.reason == "unknown":
        return _excuse(run, recalled)
    if draft.is_held:
        release(run, draft)
    return judge(run, draft, acted.sources, language=recalled.language)


def _root_attributes(context: TurnContext) -> dict[str, object]:
    waited = timezone.now() - context.asked_at
    return {
        names.AGENT_ID: str(context.agent.id),
        names.AGENT_NAME: context.agent.name,
        names.AGENT_VERSION: context.agent.version,
        **({names.EXPERIMENT_ID: str(context.experiment_id)} if context.experiment_id else {}),
        names.CONVERSATION_ID: str(context.conversation_id),
        names.ATTEMPT: context.attempt,
        names.WAITED_US: waited // timedelta(microseconds=1),
    }


def _knowledge(run: Run, embedded: Embedded | None) -> Gathered:
    """A question that leans on the conversation is made to stand alone first, unless the agent wants it as it is.
    `embedded`: the question as it was asked, when the cache has looked for it."""
    question = standing_question(run)
    return search_knowledge(run, question, embedded if question == run.context.question else None)


def _page(context: TurnContext) -> Iterator[AboutContact]:
    text = write_page_context(context.asked.page)
    if text:
        yield AboutContact(LABEL, text, version="")


def _memories(recalled: Recalled) -> Iterator[Source]:
    """What is remembered, as passages: only when the question asks for it, so that it cannot push documents aside."""
    if recalled.is_asked:
        for passage, fact_ids in recalled.said():
            yield Source(passage, passage.title, "", None, origin="memory", fact_ids=fact_ids)


def _tells(context: TurnContext, recalled: Recalled) -> bool:
    """The message says something of the contact and asks nothing: "I do not know" would be no answer to it."""
    is_new = any(fact.message_id == context.question_id for fact in recalled.facts)
    return is_new and "?" not in context.question


def _thank(run: Run, recalled: Recalled) -> Answer:
    name = recalled.value_of("name")
    text = say("noted", recalled.language).format(f", {name}" if name else "")
    run.frames.say(text)
    return Answer(text, (), outcome="small_talk")


def _hand_over(run: Run, draft: Draft) -> Answer:
    """The model wants tools called by whoever asked, and answers when it is told what came of it."""
    if draft.is_held:
        release(run, draft)
    text = "".join(draft.text).strip()
    return Answer(text, tuple(draft.citations), outcome="tool_calls", tool_calls=tuple(draft.tool_calls))


def _wait(run: Run, draft: Draft, pause: Pause, language: str) -> Answer:
    """A call needs somebody's word first: the turn ends with the question for it."""
    text = _said_last(run, draft, pause_text(pause, language))
    return Answer(text, tuple(draft.citations), outcome="confirming" if pause.asked_of == "contact" else "waiting")


def _give_over(run: Run, draft: Draft, reason: str, language: str) -> Answer:
    text = _said_last(run, draft, say("handing_over", language))
    return Answer(text, tuple(draft.citations), outcome="handed_off", hand_off=HandOff(reason))


def _said_last(run: Run, draft: Draft, sentence: str) -> str:
    if draft.is_held:
        release(run, draft)
    add_text(run, draft, f"\n\n{sentence}" if draft.text else sentence)
    run.frames.flush()
    return "".join(draft.text).strip()


def _call_person(run: Run, reason: str) -> Answer:
    """The contact asked for a person, or said what a rule waits for: nothing is searched, nothing is answered."""
    text = say("calling_person", language_of(run.context.question))
    run.recorder.mark_first_token()
    run.frames.say(text)
    return Answer(text, (), outcome="handed_off", hand_off=HandOff(reason))


def _excuse(run: Run, recalled: Recalled) -> Answer:
    """Nothing could be looked up: that is not the same as not knowing."""
    text = say("away", recalled.language)
    run.frames.say(text)
    return Answer(text, (), outcome="unknown")


def _instructions(context: TurnContext) -> str:
    """The agent's own, and those of the call."""
    return "\n".join(part for part in (context.prompt.text, context.asked.instructions) if part).strip()


def _say_known(run: Run, known: KnownAnswer) -> Answer:
    run.recorder.mark_first_token()
    run.frames.say(known.text)
    return Answer(known.text, known.citations, outcome="answered", grounding=known.grounding)
