"""Whether the message itself wants a person, by the agent's rules: what it says word for word first, then what it is
about. The latter by a language model where the agent has one for the task `classify`, by the topic's words otherwise.
"""

from agents.configuration.sections.handoff import Rule
from agents.inbox.asking import hints_at_person, is_about, reason_to_hand_off
from agents.llm.tasks import classify
from agents.runtime.aside import desk_of
from agents.runtime.steps import Run
from agents.runtime.stopping import refuse_stopped

QUESTION = "A customer wrote the text below to a company. Which of these is it?"
WANTS_PERSON = "The customer wants to be answered by a person instead of an automatic assistant"


def reason_for_person(run: Run) -> str:
    """The rule's name, or "" for none. Raises TurnCancelled."""
    question, rules = run.context.question, run.context.agent.config.handoff.rules
    return reason_to_hand_off(question, rules) or _by_meaning(run, question, _open_rules(question, rules))


def _open_rules(question: str, rules: tuple[Rule, ...]) -> list[Rule]:
    """Those that are still to be looked at: nobody is asked about a message that speaks of no person at all."""
    return [rule for rule in rules if rule.when == "topic" or (rule.when == "asked" and hints_at_person(question))]


def _by_meaning(run: Run, question: str, rules: list[Rule]) -> str:
    if not rules:
        return ""
    place = classify(
        desk_of(run),
        question=QUESTION,
        options=[rule.topic or WANTS_PERSON for rule in rules],
        text=run.mask.text(question) if run.mask else question,
        label="Wants a person?",
    )
    refuse_stopped(run.stop)
    if place is None:
        return "topic" if any(rule.topic and is_about(question, rule.topic) for rule in rules) else ""
    return rules[place].when if place >= 0 else ""
