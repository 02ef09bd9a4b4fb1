"""The ports of speech: who understands a call, and who speaks in it."""

from collections.abc import Callable
from dataclasses import dataclass
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
        """It is over: its words, "" for none. Raises SpeechUnavailable."""

    async def close(self) -> None: ...


class Synthesiser(Protocol):
    async def speak(self, text: str) -> bytes:
        """A piece of an answer as µ-law. Raises SpeechUnavailable."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Speech:
    recogniser: Recogniser
    synthesiser: Synthesiser
    is_speech: Detector
