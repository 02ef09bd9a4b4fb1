"""What `make bench-facts` compares with: the same ways of saying things, and nothing of what decides over them. What
comes in last wins, whoever says it; a doubt, a negation and a deletion change nothing; no times are kept."""

from collections.abc import Sequence

from agents.memory.extraction import RULES
from agents.memory.predicates import is_single_valued
from agents.memory.values import normalise
from tests.benchmarks.remembering.stories import Line, Question


def answer(lines: Sequence[Line], question: Question) -> frozenset[str]:
    held: list[str] = []
    for line in lines:
        if line.who not in (question.who, -1):
            continue
        for rule in RULES:
            if rule.predicate != question.predicate:
                continue
            for match in rule.pattern.finditer(line.text):
                value = normalise(rule.predicate, match.group("value"))
                if value:
                    held.append(value)
    return frozenset(held[-1:] if is_single_valued(question.predicate) else held)
