"""What a judge is asked and told, and what it says. Pure functions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CRITERIA = ("grounded", "relevant", "complete")
RULES = """\
Below are a customer's question, a company's assistant's answer to it, and the sources that the answer cites. Score \
the answer: "grounded": what it claims stands in the sources; "relevant": it is about what was asked; "complete": it \
says all that the question needs. Each is a number from 0 (not at all) to 1 (fully). Be strict, and know nothing but \
the sources. Reply with one JSON object alone: {"grounded": 0.0, "relevant": 0.0, "complete": 0.0, "reason": "one \
short sentence about the lowest score"}."""
MOST_CHARACTERS = 12_000
LONGEST_REASON = 400  # characters


@dataclass(frozen=True, slots=True)
class Scores:
    """Each from 0 to 1."""

    grounded: float
    relevant: float
    complete: float
    reason: str


def text_of(question: str, answer: str, sources: Sequence[Mapping[str, object]], before: str = "") -> str:
    """`before`: what was said before the question; `sources`: the answer's citations as they are stored."""
    quotes = [f"[{each.get('marker')}] {each.get('title')}: {each.get('quote')}" for each in sources]
    parts = [
        f"Said before:\n{before}" if before else "",
        f"Question:\n{question}",
        f"Answer:\n{answer}",
        "Sources:\n" + ("\n".join(quotes) or "none"),
    ]
    return "\n\n".join(each for each in parts if each)[:MOST_CHARACTERS]


def read_scores(reply: str) -> Scores | None:
    """None unless it is what was asked for: what a judge did not score is not guessed."""
    begin, end = reply.find("{"), reply.rfind("}")
    try:
        told = json.loads(reply[begin : end + 1])
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    scores = [_score(told.get(name)) for name in CRITERIA]
    reason = told.get("reason", "")
    if None in scores or not isinstance(reason, str):
        return None
    grounded, relevant, complete = (float(each) for each in scores if each is not None)
    return Scores(grounded, relevant, complete, " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON])


def _score(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)
