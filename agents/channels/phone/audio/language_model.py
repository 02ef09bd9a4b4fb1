"""What an agent's callers are likely to say, as a trigram model: of the phrases of its knowledge, in questions' frames.

Without it PocketSphinx takes dictation, and understands half; with it nearly all that is about the agent's matters.
Pure.
"""

import re
from collections.abc import Iterable, Iterator

from agents.channels.phone.audio.endpointing import words_of

MOST_SENTENCES = 12_000
MOST_HEADINGS = 300  # that are put into frames
_FRAMES = (
    "what is {}",
    "what are {}",
    "what does {} mean",
    "what happens when {}",
    "how do i {}",
    "how can i {}",
    "how does {} work",
    "how long does {} take",
    "how much does {} cost",
    "how much is {}",
    "do you offer {}",
    "do you have {}",
    "can i {}",
    "can you {}",
    "where do i find {}",
    "when is {}",
    "why is {}",
    "which {} can i use",
    "tell me about {}",
    "tell me more about {}",
    "i would like {}",
    "i have a question about {}",
    "i need help with {}",
)
_COMMON = (
    "yes|no|yes please|no thank you|thank you|thank you very much|thanks a lot|that is all|goodbye|bye|hello|hi|stop"
    "|good morning|wait|one moment please|sorry|excuse me|pardon|can you repeat that|please say that again|mm hmm"
    "|uh huh|okay|all right|i want to talk to a person|can i speak to a human|please call me back|stop calling me"
    "|how large is it|how long does it take|how long does that take|how much does it cost|what does it cost"
    "|what does that mean|which one|my name is|my number is|my order number is|do you offer a discount"
    "|is there a discount|where is my order"
).split("|")
_NAMES = (
    "anna emma olivia sophia mia maria laura julia sarah lisa jane mary susan linda alice kate peter paul john james "
    "michael david thomas robert daniel mark martin max ben tom alex chris frank henry jack sam"
).split()
_INTRODUCTIONS = ("my name is {}", "hello my name is {} and i have a question", "this is {}")
_DIGITS = "zero oh one two three four five six seven eight nine".split()
_SENTENCE = re.compile(r"[.:;?!|]\s|\n")
_CODE = re.compile(r"`[^`\n]*`|https?://\S+|\([^()\n]*\)")


def sentences_of(headings: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Lower-case words with spaces between; what an agent is more likely to be asked comes more than once."""
    titles = list(dict.fromkeys(title for heading in headings if (title := _spoken(heading))))
    found = [
        *(10 * [*_COMMON, *_numbers()]),
        *(line.format(name) for name in _NAMES for line in _INTRODUCTIONS),
        *titles,
        *titles,
    ]
    found += [frame.format(title) for title in titles[:MOST_HEADINGS] for frame in _FRAMES]
    for text in texts:
        found += [spoken for each in _SENTENCE.split(_CODE.sub(" ", text)) if (spoken := _spoken(each))]
        if len(found) > MOST_SENTENCES:
            break
    return found[:MOST_SENTENCES]


def _numbers() -> Iterator[str]:
    """Digits one after another, each after each other one."""
    for first in _DIGITS:
        yield " ".join(f"{first} {second}" for second in _DIGITS)


def _spoken(text: str) -> str:
    return " ".join(
        word for word in words_of(text) if word.replace("'", "").isascii() and not any(map(str.isdigit, word))
    )
