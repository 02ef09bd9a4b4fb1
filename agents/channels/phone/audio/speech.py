"""The ports of speech: who understands a call, and who speaks in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from rapport.errors import RapportError

# Whether 20 ms of samples (8 kHz, 16 bits) are speech. Quick: it is asked in the event loop.
Detector = Callable[[bytes], bool]


class SpeechUnavailable(RapportError):
    """Nothing here can understand or speak; the message says what to install."""

    code = "speech_unavailable"
    status = 503


class Recogniser(Protocol):
    """One call's, which it may learn from. Never holds the event loop up."""

    @property
    def partial(self) -> str:
        """What is understood of the present utterance by now; may still change."""

    async def begin(self) -> None:
        """An utterance begins. Raises SpeechUnavailable."""

    async def hear(self, samples: bytes) -> None:
        """Some of it: 8 kHz, 16 bits, little endian."""

    async def settle(self) -> None:
        """It may be over: `partial` becomes what `finish` would say. More of it may come all the same."""

    async def finish(self) -> str:
        """It is over: its words, "" for none. When it was not (`hear` comes, and no `begin` before), it is understood
        with all that was before. Raises SpeechUnavailable."""

    async def close(self) -> None: ...


class Synthesiser(Protocol):
    async def speak(self, text: str) -> bytes:
        """A piece of an answer as µ-law. Raises SpeechUnavailable."""

    async def close(self) -> None: ...


@dataclass(slots=True)
class SpeechSpent:
    """What others are owed for a line: sound that they listened to (8 kHz, 16 bits; again is again), characters that
    they spoke. "" is the built-in speech, which costs nothing; what is by a key of the company's own (`is_own_…`) it
    pays there itself."""

    recogniser: str = ""
    heard_bytes: int = 0
    voice: str = ""
    spoken_characters: int = 0
    is_own_recogniser: bool = False
    is_own_voice: bool = False

    @property
    def heard_seconds(self) -> int:
        """Begun ones whole."""
        return -(-self.heard_bytes // 16_000)


@dataclass(frozen=True, slots=True)
class Speech:
    recogniser: Recogniser
    synthesiser: Synthesiser
    is_speech: Detector
    spent: SpeechSpent = field(default_factory=SpeechSpent)
