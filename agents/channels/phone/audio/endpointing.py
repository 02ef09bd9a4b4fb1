"""When a caller begins and ends to speak, of 20 ms at a time, and what of it is no turn. Pure.

The end is silence, and how finished the words are. A whole question wants its answer; of who tells something, more may
come; who stops after "and" or "the" goes on, and so does who says a number. An end that came too early is taken back
while no answer is heard (`line`), which is why a silence need not be as long as the longest pause.
"""

import re
from collections import deque
from enum import Enum, auto

BEGINS = (5, 7)  # so many of so many frames are speech: 100 ms of it, and no click
BEGINNING = 3  # somebody may be about to speak
SETTLE_FRAMES = 5  # 100 ms: it may be the end, so what was said is looked at
QUESTION_FRAMES = 10  # 200 ms
SHORT_FRAMES = 20  # 400 ms: "yes", "tomorrow morning"
TOLD_FRAMES = 25  # 500 ms
UNFINISHED_FRAMES = 45  # 900 ms
MOST_HALF_ASKED = 3  # words of a question without its verb; in a longer one it was misheard
MOST_FRAMES = 1500  # 30 s: music on hold, a radio
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_GOES_ON = frozenset(
    "a an the and or but if because so that which who whose when while where than as of in on at to for from with by "
    "about into my your our their his her its this these those some any each every no not is are was were been am do "
    "does did can could would will shall should may might must have has had i we they he she it's i'm what's how why "
    "what um uh er per than between through under without until during against within across among via whether "
    "ein eine einen der die das und oder aber wenn weil dass für von mit zu auf im am ist sind kann ich wir".split()
)
_CLOSING = frozenset("that this these those they we do no".split())  # of _GOES_ON, what may end a question all the same
_COUNTED = frozenset(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred double dash dot plus null eins zwei drei vier fünf sechs sieben acht neun "
    "zehn".split()
)
_ASKING = frozenset("what which who whose whom when where why how wie was wer wann wo warum welche welcher".split())
_VERBS = frozenset(
    "is are was were do does did can could will would shall should may might must has have had happens means costs "
    "takes ist sind war kann können darf gibt kostet dauert macht".split()
)
_BEFORE_QUESTIONS = frozenset(
    "and but so okay ok well hello hi please um uh er yes no now und aber also hallo ja nein".split()
)
_CONDITIONS = frozenset("if when while because although since after before once unless wenn falls weil obwohl".split())
_BACKCHANNELS = frozenset(
    "mhm mm mmm hm hmm uh huh uhhuh uh-huh ah oh aha okay ok yeah yes yep right sure great good fine i see got it "
    "ja genau gut".split()
)
MOST_BACKCHANNEL_WORDS = 3


class Edge(Enum):
    BEGAN = auto()
    ENDED = auto()


class Endpointer:
    def __init__(self) -> None:
        self._recent: deque[bool] = deque(maxlen=BEGINS[1])
        self._frames = self._silent = 0
        self.is_speaking = False

    def hear(self, is_speech: bool, pause_frames: int) -> Edge | None:
        """`pause_frames`: so many without speech are the end, by what is understood up to now."""
        if not self.is_speaking:
            self._recent.append(is_speech)
            if sum(self._recent) < BEGINS[0]:
                return None
            self.is_speaking, self._frames, self._silent = True, 0, 0
            return Edge.BEGAN
        self._frames += 1
        self._silent = 0 if is_speech else self._silent + 1
        if self._silent < pause_frames and self._frames < MOST_FRAMES:
            return None
        self.is_speaking = False
        self._recent.clear()
        return Edge.ENDED

    def go_on(self) -> None:
        """The end that was found was none."""
        self.is_speaking, self._silent = True, 0
        self._recent.clear()

    @property
    def silent_frames(self) -> int:
        return self._silent

    @property
    def is_beginning(self) -> bool:
        """Somebody may be about to speak; it takes some frames more to be sure."""
        return not self.is_speaking and sum(self._recent) >= BEGINNING


def pause_after(words: str) -> int:
    """Frames of silence after which these words are a turn. Nothing understood yet may be anything."""
    said = words_of(words)
    if not said or _goes_on(said) or _is_spelling(said):
        return UNFINISHED_FRAMES
    while len(said) > 1 and said[0] in _BEFORE_QUESTIONS:
        said = said[1:]
    if said[0] in _CONDITIONS and len(said) > 1 and said[1] not in _VERBS:
        said = said[2:]  # "when it is late": a question after it is one
        while said and said[0] not in _ASKING:
            said = said[1:]
        return QUESTION_FRAMES if said and not _VERBS.isdisjoint(said) else UNFINISHED_FRAMES
    if said[0] in _ASKING:
        if not _VERBS.isdisjoint(said):
            return QUESTION_FRAMES
        return UNFINISHED_FRAMES if len(said) <= MOST_HALF_ASKED else TOLD_FRAMES
    asking = max((at for at, word in enumerate(said) if word in _ASKING), default=len(said))
    if (said[0] in _VERBS and len(said) > 2) or not _VERBS.isdisjoint(said[asking:]):
        return QUESTION_FRAMES
    return SHORT_FRAMES if len(said) <= 3 else TOLD_FRAMES


def _goes_on(said: list[str]) -> bool:
    """It stops in the middle of a phrase. "Do you have that?" does not."""
    if said[-1] not in _GOES_ON:
        return False
    if said[-1] not in _CLOSING:
        return True
    is_asked = said[0] in _ASKING or said[0] in _VERBS or len(said) == 1
    return not is_asked or (len(said) > 1 and said[-2] in _CONDITIONS | {"and", "or", "but", "that"})


def _is_spelling(said: list[str]) -> bool:
    """A number or a name under way, digit by digit: where it ends only who says it knows."""
    last = said[-2:]
    return len(last) == 2 and all(
        each in _COUNTED or each.isdigit() or (len(each) == 1 and each not in "ai") for each in last
    )


def is_backchannel(words: str) -> bool:
    """Said to show that one listens; nothing at all counts as it."""
    said = words_of(words)
    return len(said) <= MOST_BACKCHANNEL_WORDS and all(each in _BACKCHANNELS for each in said)


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))
