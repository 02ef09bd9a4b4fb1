"""Makes a question that leans on the conversation stand alone: "And how much does it cost?" → names what "it" is.

By rules over pronouns and ellipses, English and German; a question that stands alone is returned as it is. The result
is for searching and ranking, so it may be clumsy, but it keeps the contact's own words.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from agents.llm.extractive.phrases import recognise_small_talk, strip_greeting, strip_introduction
from agents.llm.extractive.words import Word, guess_language, read_words
from agents.llm.port import ChatMessage

_ELLIPSIS = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok(?:ay)?|then)\b[\s,]*)*(?:(?:what|how) about|and|or|what if|und|oder|"
    r"was ist mit|wie ist es mit|und was ist mit)\b[\s,]*",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|"
    r"er|sie|ihn|ihm|dessen|deren|dies|diese|dieser|dieses|das|dafür|damit|davon|dazu)\b",
    re.IGNORECASE,
)
_POINTING_BACK = re.compile(
    r"\b(?:there|then|the (?:first|second|last|other|same) (?:one)?|one|dort|da)\b[\s?]*$", re.IGNORECASE
)
_BARE = re.compile(r"^\W*(?:why|how|when|where|who|which(?: one)?|how so|since when|how much|how many|how long|really|"
                   r"warum|wie|wann|wo|wer|wieso|seit wann|wie viel|wie lange)\W*$", re.IGNORECASE)  # fmt: skip
_POSSESSIVES = frozenset("its their his her theirs hers dessen deren".split())
# "that" and "das" mostly open clauses or stand as articles; these point back only at an end or before a verb.
_AMBIGUOUS = frozenset("that this these those das diese dieser dieses sie er her da there then one".split())
_VERBS = frozenset(
    """is are was were do does did can could will would should has have had work works mean cost costs take takes happen
    ist sind war waren hat haben kann können wird werden kostet""".split()
)
_DETERMINERS = frozenset("the a an my your our der die das den dem ein eine einen mein meine".split())
_AUXILIARIES = frozenset("do does did can could will would should".split())
MOST_TOPIC_WORDS = 6


def resolve_follow_up(question: str, history: Sequence[ChatMessage]) -> str:
    """`question` with what it leans on spelled out. `history`: oldest first, without `question`."""
    standing = ""
    for message in history:
        if message.role == "user" and recognise_small_talk(message.text) is None:
            standing = _resolve(message.text, standing)
    return _resolve(question, standing)


def _resolve(question: str, standing: str) -> str:
    question = strip_introduction(strip_greeting(question.strip()))
    if not standing or recognise_small_talk(question) is not None:
        return question
    language = guess_language(f"{standing} {question}")
    if _BARE.match(question):
        return f"{question.rstrip('? ')} {_after_question_word(standing, language)}"
    if _ELLIPSIS.match(question):
        return _carry_over(question, standing, language)
    if _points_back(question, language):
        return _name_topic(question, standing, language)
    return question


def _points_back(question: str, language: str) -> bool:
    """True when a pronoun has nothing before it in the question that it could mean."""
    if _POINTING_BACK.search(question):
        return True
    for match in _PRONOUN.finditer(question):
        word = match.group().casefold()
        before = read_words(question[: match.start()], language=language)
        if any(not w.is_stop and (w.is_capitalised and w.start) for w in before):
            continue
        if word in _AMBIGUOUS and not _stands_alone(question[match.end() :]):
            continue
        if len([w for w in before if not w.is_stop]) <= 2:
            return True
    return False


def _stands_alone(after: str) -> bool:
    words = re.findall(r"\w+", after.casefold())
    return not words or words[0] in _VERBS


def _carry_over(question: str, standing: str, language: str) -> str:
    """ "And on Sundays?" asks what was asked before, of something else."""
    rest = _ELLIPSIS.sub("", question, count=1).strip(" ?!.")
    content = [word for word in read_words(rest, language=language) if not word.is_stop]
    if any(word.casefold() in _VERBS for word in re.findall(r"\w+", rest)) and len(content) >= 2:
        return _name_topic(rest, standing, language) if _points_back(rest, language) else rest
    return f"{standing.rstrip('?!. ')}: {rest}?"


def _name_topic(question: str, standing: str, language: str) -> str:
    topic = _topic(standing, language)
    if not topic:
        return question
    replaced = _replace_pronoun(question, topic)
    return replaced if replaced != question else f"{question.rstrip('?!. ')} ({topic})?"


def _replace_pronoun(question: str, topic: str) -> str:
    for match in _PRONOUN.finditer(question):
        word = match.group().casefold()
        if word in _AMBIGUOUS and not _stands_alone(question[match.end() :]):
            continue
        named = f"{topic}'s" if word in _POSSESSIVES else topic
        return f"{question[: match.start()]}{named}{question[match.end() :]}"
    return question


def _topic(standing: str, language: str) -> str:
    """What the standing question is about: its names, else its content words."""
    phrase = _noun_phrase(standing, language)
    if phrase:
        return phrase
    words = [word for word in read_words(standing, language=language) if not word.is_stop]
    names = [word for word in words if word.is_capitalised and word.start > 0]
    if names and language != "de":
        return _text_of(standing, names[-MOST_TOPIC_WORDS:])
    return " ".join(word.text for word in words[-MOST_TOPIC_WORDS:])


def _noun_phrase(standing: str, language: str) -> str:
    """The first "the …", "your …" of the question, as far as content words go; "" when it names things otherwise."""
    words = read_words(standing, language=language)
    for index, word in enumerate(words):
        if word.text.casefold() in _DETERMINERS:
            following = list(takewhile(lambda w: not w.is_stop, words[index + 1 :]))[:4]
            if len(following) > 1 and index and words[index - 1].text.casefold() in _AUXILIARIES:
                following.pop()  # "does the Pro plan include": the verb is not part of what it is about
            if following:
                return standing[word.start : following[-1].end]
    return ""


def _text_of(standing: str, names: Sequence[Word]) -> str:
    """Names that stand together as they are written, else one after the other."""
    written = standing[names[0].start : names[-1].end]
    return written if len(written.split()) <= MOST_TOPIC_WORDS else " ".join(word.text for word in names)


def _after_question_word(standing: str, language: str) -> str:
    words = [word for word in read_words(standing, language=language) if not word.is_stop]
    return " ".join(word.text for word in words[:MOST_TOPIC_WORDS]) + "?"
