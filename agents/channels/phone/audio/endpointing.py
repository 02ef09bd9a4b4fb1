"""When a caller begins and ends to speak, of 20 ms at a time, and what of it is no turn. Pure.

The end is silence, and how finished the words are. A whole question wants its answer; of who tells something, more may
come; who stops after "and" or "the" goes on. The detector itself notices an end some 100 ms late.
"""

import re
from collections import deque
from enum import Enum, auto

BEGINS = (5, 7)  # so many of so many frames are speech: 100 ms of it, and no click
SETTLE_FRAMES = 5  # 100 ms: it may be the end, so what was said is looked at
QUESTION_FRAMES = 10  # 200 ms
SHORT_FRAMES = 20  # 400 ms: "yes", "tomorrow morning"
TOLD_FRAMES = 30  # 600 ms
UNFINISHED_FRAMES = 45  # 900 ms
MOST_FRAMES = 1500  # 30 s: music on hold, a radio
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_GOES_ON = frozenset(
    "a an the and or but if because so that which who whose when while where than as of in on at to for from with by "
    "about into my your our their his her its this these those some any each every no not is are was were been am do "
    "does did can could would will shall should may might must have has had i we they he she it's i'm what's how why "
    "what um uh er ein eine einen der die das und oder aber wenn weil dass für von mit zu auf im am ist sind kann ich "
    "wir".split()
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

    @property
    def silent_frames(self) -> int:
        return self._silent


def pause_after(words: str) -> int:
    """Frames of silence after which these words are a turn. Nothing understood yet may be anything."""
    said = words_of(words)
    if not said or said[-1] in _GOES_ON:
        return UNFINISHED_FRAMES
    while len(said) > 1 and said[0] in _BEFORE_QUESTIONS:
        said = said[1:]
    if said[0] in _CONDITIONS and len(said) > 1 and said[1] not in _VERBS:
        said = said[2:]  # "when it is late": a question after it is one
        while said and said[0] not in _ASKING:
            said = said[1:]
        return QUESTION_FRAMES if said and not _VERBS.isdisjoint(said) else UNFINISHED_FRAMES
    if said[0] in _ASKING:
        return UNFINISHED_FRAMES if _VERBS.isdisjoint(said) else QUESTION_FRAMES
    asking = max((at for at, word in enumerate(said) if word in _ASKING), default=len(said))
    if (said[0] in _VERBS and len(said) > 2) or not _VERBS.isdisjoint(said[asking:]):
        return QUESTION_FRAMES
    return SHORT_FRAMES if len(said) <= 3 else TOLD_FRAMES


def is_backchannel(words: str) -> bool:
    """Said to show that one listens; nothing at all counts as it."""
    said = words_of(words)
    return len(said) <= MOST_BACKCHANNEL_WORDS and all(each in _BACKCHANNELS for each in said)


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))
