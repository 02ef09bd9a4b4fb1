"""Answering from memory alone: the question asks for what the contact itself said, and nothing else.

No model is asked: what is remembered is said back word for word, so there is nothing to invent and nothing to pay.
"""

from agents.memory.forgetting import Wish, ask_for_erasure
from agents.memory.recall import Recalled
from agents.memory.summaries.recalling import LastConversation, find_last_conversation
from agents.presenting import citation_json
from agents.runtime.finishing import Answer
from agents.runtime.phrases import say
from agents.runtime.steps import Run
from agents.selectors.conversations import CitationView
from agents.tracing import names


def say_remembered(run: Run, recalled: Recalled) -> Answer:
    """One sentence and one citation for each kind of fact that was asked for. Never kept for others to be shown."""
    citations = tuple(_citation(marker, recalled.title, text) for marker, text in enumerate(_sentences(recalled), 1))
    text = " ".join(f"{each.quote} [{each.marker}]" for each in citations)
    run.recorder.mark_first_token()
    run.frames.say(text)
    for each in citations:
        run.frames.citation(citation_json(each))
    return Answer(text, citations, outcome="answered", grounding=1.0)


def _sentences(recalled: Recalled) -> list[str]:
    return [passage.text for passage in recalled.passages()]


def _citation(marker: int, title: str, text: str) -> CitationView:
    return CitationView(
        marker=marker,
        title=title,
        url="",
        quote=text,
        document_id=None,
        chunk_id=None,
        char_start=0,
        char_end=len(text),
        origin="memory",
    )


def last_conversation(run: Run) -> LastConversation | None:
    """What was said in short of the conversation that the question is about, when it asks for nothing else."""
    context = run.context
    if not context.is_remembered:
        return None
    found = find_last_conversation(
        tenant_id=context.tenant_id,
        contact_id=context.contact_id,
        besides=context.conversation_id,
        question=context.question,
        asked_at=context.asked_at,
    )
    if found is not None:
        with run.step("recall", names.SEARCH_MEMORY, "Last conversation") as span:
            span.set(names.MEMORY_RECORD_COUNT, int(found.conversation_id is not None))
            span.set(names.SUMMARIES, [str(found.summary_id)] if found.summary_id else [])
    return found


def say_last_conversation(run: Run, found: LastConversation) -> Answer:
    """Word for word what was kept; never kept for others to be shown."""
    language = found.asked_in
    run.recorder.mark_first_token()
    if found.at is None:
        text = say("no_conversation", language)
        run.frames.say(text)
        return Answer(text, (), outcome="small_talk")
    at = f"{found.at:%d.%m.%Y}" if language == "de" else f"{found.at:%Y-%m-%d}"
    cited = _citation(1, say("earlier_conversation", language).format(at), found.text)
    text = f"{say('last_conversation', language).format(at)} {found.text} [1]"
    run.frames.say(text)
    run.frames.citation(citation_json(cited))
    return Answer(text, (cited,), outcome="answered", grounding=1.0)


def say_forgotten(run: Run, wish: Wish, language: str) -> Answer:
    """What was asked for is taken back already, when the message was remembered. To forget everything for good is for
    people of the company: who asks has proved nothing of who it is."""
    context = run.context
    if wish.is_everything and not context.is_suggestion:
        ask_for_erasure(
            tenant_id=context.tenant_id,
            contact_id=context.contact_id,
            conversation_id=context.conversation_id,
            turn_id=context.turn_id,
        )
    text = say("forgotten_all" if wish.is_everything else "forgotten", language)
    run.recorder.mark_first_token()
    run.frames.say(text)
    return Answer(text, (), outcome="small_talk")
