"""Answering along the graph of memory: a question that goes over whom or what the contact has to do with, or asks what
was so at another time ("where is the company that I worked for in May?").

No model is asked. Each relation on the way is a sentence with a citation of what says it: the path is the evidence.
Where the way does not lead to its end nothing is said, and the turn goes on as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.memory.graph.asking import AskedPath, read_asked
from agents.memory.graph.model import CONTACT, Graph, Path
from agents.memory.graph.saying import Said, say_paths
from agents.presenting import citation_json
from agents.runtime.finishing import Answer
from agents.runtime.steps import Run
from agents.selectors.conversations import CitationView
from agents.selectors.memory_graph import get_memory_graph
from agents.tracing import names


@dataclass(frozen=True, slots=True)
class Related:
    """What was found: sentences in the order of the way."""

    said: Sequence[Said]

    @property
    def text(self) -> str:
        return " ".join(f"{each.text} [{marker}]." for marker, each in enumerate(self.said, 1))


def relate(run: Run, language: str) -> Answer | None:
    """None where the question is not one for the graph, or memory does not know all of the way."""
    context = run.context
    asked = read_asked(context.question, context.asked_at) if context.is_remembered else None
    if asked is None:
        return None
    with run.step("recall", names.SEARCH_MEMORY, "Graph of memory") as span:
        graph = get_memory_graph(
            tenant_id=context.tenant_id, contact_id=context.contact_id, conversation_id=context.conversation_id
        )
        paths = graph.follow(_starts(graph, asked), asked.hops)
        said = say_paths(graph, paths, language, context.asked_at, has_time=asked.has_time)
        span.set(names.MEMORY_RECORD_COUNT, len(said))
        span.set(names.HOPS, [each.kind for each in asked.hops])
        span.set(names.MEMORY_USED, _used(paths))
    return _answer(run, Related(said)) if said else None


def _starts(graph: Graph, asked: AskedPath) -> list[str]:
    if not asked.starts_at:
        return [CONTACT]
    return [asked.starts_at] if asked.starts_at in graph.nodes else graph.named(asked.starts_at)


def _used(paths: Sequence[Path]) -> list[str]:
    """Ids of the facts, and of the messages and events that say them."""
    relations = dict.fromkeys(relation for path in paths for relation in path)
    ids = [relation.fact_id for relation in relations]
    ids += [one.message_id or one.event_id for relation in relations for one in relation.evidence]
    return [str(each) for each in dict.fromkeys(ids) if each]


def _answer(run: Run, related: Related) -> Answer:
    citations = tuple(_citation(marker, each) for marker, each in enumerate(related.said, 1))
    run.recorder.mark_first_token()
    run.frames.say(related.text)
    for each in citations:
        run.frames.citation(citation_json(each))
    return Answer(related.text, citations, outcome="answered", grounding=1.0)


def _citation(marker: int, said: Said) -> CitationView:
    return CitationView(
        marker=marker,
        title=said.title,
        url="",
        quote=said.quote,
        document_id=None,
        chunk_id=None,
        char_start=0,
        char_end=len(said.quote),
        origin="memory",
    )
