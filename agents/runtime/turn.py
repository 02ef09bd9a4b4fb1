"""The turn: from a message to its answer. Runs in a worker, outside any transaction, and may be run again at any time.

guard → known answers → recall → search → model → grounding → one transaction that writes everything. When a worker
dies before that transaction nothing is left but frames, and the next attempt begins with a `restart` frame. When it
dies after it the answer is there, and the next attempt only says the ending.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.memory.questions import asked_predicates
from agents.memory.recall import Recalled
from agents.runtime.cache import KnownAnswer
from agents.runtime.context import TurnContext, begin_turn
from agents.runtime.ending import say_ending
from agents.runtime.finishing import Answer, finish_turn, keep_failed_trace
from agents.runtime.frames import FrameWriter
from agents.runtime.parts import Found, Parts
from agents.runtime.phrases import say
from agents.runtime.remembering import say_remembered
from agents.runtime.steps import (
    Draft,
    Run,
    Source,
    ask_model,
    check_draft,
    guard_question,
    look_up_answer,
    recall_contact,
    release,
    search_knowledge,
)
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder
from rapport import logs
from rapport.events.errors import LeaseLost
from rapport.giving_way import say_waiting

log = logs.get_logger(__name__)


def answer_turn(*, tenant_id: UUID, turn_id: UUID, parts: Parts) -> None:
    """Answer, or say again how it ended. Raises what a step raised; the caller decides about another attempt."""
    say_waiting()
    frames = FrameWriter(parts.streams, tenant_id, turn_id)
    context = begin_turn(tenant_id=tenant_id, turn_id=turn_id)
    if context is None:
        say_ending(frames, tenant_id=tenant_id, turn_id=turn_id)
        return
    if context.attempt > 1:
        frames.restart()
    run = Run(context, parts, TraceRecorder(), frames)
    with logs.bind(turn_id=str(turn_id), trace_id=str(run.recorder.id), conversation_id=str(context.conversation_id)):
        try:
            answer = _answer(run)
            finish_turn(context, answer, run.recorder)
        except LeaseLost:
            raise
        except Exception:
            keep_failed_trace(context, run.recorder)
            raise
        log.info("turn_answered", outcome=answer.outcome, attempt=context.attempt, ms=run.recorder.elapsed_us() // 1000)
    say_ending(frames, tenant_id=tenant_id, turn_id=turn_id)


def _answer(run: Run) -> Answer:
    with run.recorder.span(names.INVOKE_AGENT, _root_attributes(run.context), label=run.context.agent.name):
        guard_question(run)
        key, known = look_up_answer(run, is_personal=bool(asked_predicates(run.context.question)))
        if known:
            return _say_known(run, known)
        recalled = recall_contact(run)
        if recalled.is_answered:
            return say_remembered(run, recalled)
        passages, found = _knowledge(run)
        sources = [*_memories(recalled), *passages]
        is_told = _tells(run.context, recalled)
        is_held = is_told or found.is_blind
        draft = ask_model(run, sources, instructions=_instructions(run.context, recalled), is_held=is_held)
        if draft.tool_calls:
            return _hand_over(run, draft)
        if is_told and draft.reason == "unknown":
            return _thank(run, recalled)
        if found.is_blind and draft.reason == "unknown":
            return _excuse(run, recalled)
        if is_held:
            release(run, draft)
        key = "" if recalled.value_of("name") or found.is_partial else key
        return _judge(run, draft, sources, key=key, language=recalled.language)


def _root_attributes(context: TurnContext) -> dict[str, object]:
    waited = timezone.now() - context.asked_at
    return {
        names.AGENT_ID: str(context.agent.id),
        names.AGENT_NAME: context.agent.name,
        names.AGENT_VERSION: context.agent.version,
        names.CONVERSATION_ID: str(context.conversation_id),
        names.ATTEMPT: context.attempt,
        names.WAITED_US: waited // timedelta(microseconds=1),
    }


def _knowledge(run: Run) -> tuple[list[Source], Found]:
    question = run.parts.resolve_follow_up(run.context.question, run.context.history)
    return search_knowledge(run, question)


def _memories(recalled: Recalled) -> Iterator[Source]:
    """What is remembered, as passages: only when the question asks for it, so that it cannot push documents aside."""
    if recalled.is_asked:
        for passage in recalled.passages():
            yield Source(passage, passage.title, "", None, origin="memory")


def _tells(context: TurnContext, recalled: Recalled) -> bool:
    """The message says something of the contact and asks nothing: "I do not know" would be no answer to it."""
    is_new = any(fact.message_id == context.question_id for fact in recalled.facts)
    return is_new and "?" not in context.question


def _thank(run: Run, recalled: Recalled) -> Answer:
    name = recalled.value_of("name")
    text = say("noted", recalled.language).format(f", {name}" if name else "")
    run.frames.token(text)
    run.frames.flush()
    return Answer(text, (), outcome="small_talk")


def _hand_over(run: Run, draft: Draft) -> Answer:
    """The model wants tools called by whoever asked, and answers when it is told what came of it."""
    if draft.is_held:
        release(run, draft)
    text = "".join(draft.text).strip()
    return Answer(text, tuple(draft.citations), outcome="tool_calls", tool_calls=tuple(draft.tool_calls))


def _excuse(run: Run, recalled: Recalled) -> Answer:
    """Nothing could be looked up: that is not the same as not knowing."""
    text = say("away", recalled.language)
    run.frames.token(text)
    run.frames.flush()
    return Answer(text, (), outcome="unknown")


def _instructions(context: TurnContext, recalled: Recalled) -> str:
    """The agent's own, those of the call, and the contact's name for a polite answer."""
    name = recalled.value_of("name")
    parts = (context.agent.instructions, context.asked.instructions, f"The customer's name is {name}." if name else "")
    return "\n".join(part for part in parts if part).strip()


def _say_known(run: Run, known: KnownAnswer) -> Answer:
    run.recorder.mark_first_token()
    run.frames.token(known.text)
    run.frames.flush()
    return Answer(known.text, known.citations, outcome="answered", grounding=known.grounding)


def _judge(run: Run, draft: Draft, sources: list[Source], *, key: str, language: str) -> Answer:
    """Small talk and "I do not know" claim nothing; everything else must be grounded, or it is taken back."""
    text, citations = "".join(draft.text).strip(), tuple(draft.citations)
    if draft.reason in ("unknown", "small_talk", "refused"):
        return Answer(text, citations, outcome=draft.reason)
    grounding = check_draft(run, draft, sources)
    if not grounding.is_grounded or not text:
        run.frames.restart()
        text = say("ungrounded", language)
        run.frames.token(text)
        run.frames.flush()
        return Answer(text, (), outcome="unknown", grounding=grounding.score)
    is_shared = bool(citations) and all(each.origin == "document" for each in citations)
    return Answer(text, citations, outcome=draft.reason, grounding=grounding.score, cache_key=key if is_shared else "")
