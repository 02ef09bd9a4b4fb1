"""Answering from memory alone: the question asks for what the contact itself said, and nothing else.

No model is asked: what is remembered is said back word for word, so there is nothing to invent and nothing to pay.
"""

from agents.memory.recall import Recalled
from agents.presenting import citation_json
from agents.runtime.finishing import Answer
from agents.runtime.steps import Run
from agents.selectors.conversations import CitationView


def say_remembered(run: Run, recalled: Recalled) -> Answer:
    """One sentence and one citation for each kind of fact that was asked for. Never kept for others to be shown."""
    citations = tuple(_citation(marker, recalled.title, text) for marker, text in enumerate(_sentences(recalled), 1))
    text = " ".join(f"{each.quote} [{each.marker}]" for each in citations)
    run.recorder.mark_first_token()
    run.frames.token(text)
    run.frames.flush()
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
