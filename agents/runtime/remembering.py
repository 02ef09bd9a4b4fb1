"""Answering from memory alone: the question asks for what the contact itself said, and nothing else.

No model is asked: what is remembered is said back word for word, so there is nothing to invent and nothing to pay.
"""

from agents.memory.forgetting import Wish, ask_for_erasure
from agents.memory.recall import Recalled
from agents.presenting import citation_json
from agents.runtime.finishing import Answer
from agents.runtime.phrases import say
from agents.runtime.steps import Run
from agents.selectors.conversations import CitationView


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
