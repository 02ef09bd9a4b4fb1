"""The question as it is searched for: one that leans on the conversation is made to stand alone first.

By a language model where the agent has one for the task `extract`, by rules otherwise, and where what the model wrote
is not made of the conversation's words. The model is asked only where a question seems to lean: the contact waits for
it before anything is searched.
"""

import re

from agents.llm.extractive.phrases import recognise_small_talk
from agents.llm.extractive.words import guess_language, read_words
from agents.llm.port import ChatMessage
from agents.llm.tasks import Limits, ask_task
from agents.runtime.aside import desk_of
from agents.runtime.steps import Run
from agents.runtime.stopping import refuse_stopped

RULES = """\
Below is a conversation between a customer and an assistant. Rewrite the customer's last message as one question that \
can be understood without the conversation: put what "it", "there", "the other one" and the like stand for in their \
place. Keep the customer's own words and language, add nothing, answer nothing. Reply with the question alone; when it \
can be understood already, reply with it as it is."""
LIMITS = Limits(tokens=512, seconds=2.0)
SAYS_ENOUGH = 3  # words that are no stop words: with fewer of them a message may well be half a question
REFERRING = re.compile(
    r"\b(?:its?|they|them|theirs?|this|these|those|ones?|same|others?|another|else|instead|too|also|either|both|"
    r"former|latter|he|him|his|she|hers?|above|earlier|previous|"
    r"ihn|ihm|dessen|deren|dies\w*|jene\w*|da(?:für|mit|von|zu|bei|nach|gegen|rin|ran)|dort|gleiche\w*|selbe\w*|andere\w*|"
    r"auch|stattdessen|beide\w*|vorige\w*|obige\w*)\b",
    re.IGNORECASE,
)
MOST_MESSAGES = 6
LONGEST_MESSAGE = 800  # characters that are shown of an earlier one
LONGEST = 400
SHARE = 0.6  # of the words of what a model wrote, which the conversation must have said
_WORD = re.compile(r"\w{3,}")


def standing_question(run: Run) -> str:
    """Raises TurnCancelled."""
    context = run.context
    if not context.agent.config.knowledge.query_rewriting:
        return context.question
    by_rule = run.parts.resolve_follow_up(context.question, context.history)
    if not context.history or recognise_small_talk(context.question) or not _leans(context.question, by_rule):
        return by_rule
    by_model = _ask(run)
    refuse_stopped(run.stop)
    return by_model or by_rule


def _leans(question: str, by_rule: str) -> bool:
    """The rules put something in, a word may mean something that was said before, or there is little of a question.
    (The rules may also have taken a greeting away.)"""
    if by_rule not in question or REFERRING.search(by_rule):
        return True
    words = read_words(by_rule, language=guess_language(by_rule))
    return sum(not word.is_stop for word in words) < SAYS_ENOUGH


def _ask(run: Run) -> str:
    """ "" when there is no model for it, or nothing usable came."""
    said = _conversation(run.context.history, run.context.question)
    shown = run.mask.text(said) if run.mask else said
    text = ask_task(desk_of(run), "extract", rules=RULES, text=shown, label="Follow-up", limits=LIMITS)
    text = run.mask.restore(text or "") if run.mask else text or ""
    return text if text and _is_of(text, said) else ""


def _conversation(history: tuple[ChatMessage, ...], question: str) -> str:
    lines = [
        f"{'Customer' if each.role == 'user' else 'Assistant'}: {each.text[:LONGEST_MESSAGE]}"
        for each in history[-MOST_MESSAGES:]
    ]
    return "\n".join((*lines, f"Customer's last message: {question}"))


def _is_of(text: str, said: str) -> bool:
    """One question, made of what was said: a model that answers, or does what a message tells it to, says more."""
    words = {each.casefold() for each in _WORD.findall(text)}
    known = {each.casefold() for each in _WORD.findall(said)}
    return "\n" not in text and len(text) <= LONGEST and bool(words) and len(words & known) >= SHARE * len(words)
