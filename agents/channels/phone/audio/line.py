"""A call that brings audio, as the session of a call wants it: things that were said in, words to say out.

It does what a carrier's relay does: finds when the caller begins and ends to speak, has it understood, speaks answers
piece by piece, and is silent within 200 ms of the caller's first word. Whether that was an interruption shows with what
was said: of a cough, or of "mhm", the answer goes on where it was. Who goes on before an answer is heard had not ended:
what was taken for the end is taken back, and all of it is one question.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.clauses import Clauses
from agents.channels.phone.audio.endpointing import (
    SETTLE_FRAMES,
    Edge,
    Endpointer,
    is_backchannel,
    pause_after,
    words_of,
)
from agents.channels.phone.audio.playback import Playback
from agents.channels.phone.audio.sounds import Loudness
from agents.channels.phone.audio.speech import Speech, SpeechUnavailable
from agents.channels.phone.audio.transport import Key, Reached, Sound, Transport
from agents.channels.phone.frames import Digit, Frame, Heard, Interrupt, Prompt
from rapport import logs

log = logs.get_logger(__name__)

BEFORE_FRAMES = 15  # of sound before speech was sure, which belongs to it: 300 ms
MOST_TURNS = 500  # of which the times are kept
GUESS_FRAMES = 3  # of silence, after which what was understood may be all
GOES_ON_SECONDS = 1.5  # after an end, in which it may be taken back
AT_ONCE_MS = 400  # of an answer: who speaks within it did not hear it before, but had only stopped for breath
MOST_HESITATING = 10  # frames: in noise, too, an answer begins
SPOKEN_AHEAD = 4  # pieces that wait to be spoken, before a faster model waits


@dataclass(slots=True)
class TurnTimes:
    """Of one turn, on the monotonic clock: the caller's last speech, the silence after it was long enough, its words
    were there, the first word of the answer came, its first sound went out. 0: not yet."""

    said: str
    last_speech: float
    endpoint: float
    transcript: float
    first_token: float = 0.0
    first_sound: float = 0.0
    interrupted_at: float = 0.0

    def milliseconds(self) -> dict[str, int]:
        """From the last speech on."""
        names = ("endpoint", "transcript", "first_token", "first_sound")
        return {name: round((at - self.last_speech) * 1000) for name in names if (at := getattr(self, name))}


class AudioLine:
    """`async with` it: it listens and speaks meanwhile. `turns`: their times, the latest last; `before_end`: awaited
    when all was said and the line is about to be closed by our side."""

    def __init__(
        self,
        transport: Transport,
        speech: Speech,
        *,
        greeting: str = "",
        before_end: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._transport, self._speech, self._greeting, self._before_end = transport, speech, greeting, before_end
        self.turns: deque[TurnTimes] = deque(maxlen=MOST_TURNS)
        self._playback = Playback(transport, self._note_first_sound)
        self._endpointer = Endpointer()
        self._loudness = Loudness()
        self._before: deque[bytes] = deque(maxlen=BEFORE_FRAMES)
        self._silence: list[bytes] = []  # after speech that may be over, which only counts when more speech follows
        self._rest = b""
        self._told: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._pieces: asyncio.Queue[tuple[int, str]] = asyncio.Queue(SPOKEN_AHEAD)
        self._clauses = Clauses()
        self._answer = 0  # counts those that were begun or dropped; a piece of another one is not spoken
        self._unspoken = 0
        self._asked = 0  # prompts whose answers are not closed
        self._is_open = False  # words of an answer came, and its end did not
        self._is_dropping = False  # what still comes of it is not spoken
        self._is_interrupting = False  # the caller began to speak into an answer, and it is not known yet why
        self._is_going_on = False  # the caller speaks on after an end that was none
        self._hesitated = 0  # frames in which somebody may have been about to speak
        self._is_hesitating = False  # the answer is not begun: the caller may be about to speak
        self._guessed = ""  # what may be all that the caller says
        self._last_speech = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(work, name=name)
            for work, name in ((self._listen(), "listen"), (self._speak(), "speak"), (self._playback.run(), "play"))
        ]
        if self._greeting:
            await self._put(self._greeting, self._answer)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._speech.recogniser.close()
        await self._speech.synthesiser.close()
        await self._transport.close()

    # What the session of the call sees

    async def receive(self) -> Heard | None:
        return await self._told.get()

    async def send(self, frame: Frame) -> None:
        if frame["type"] == "end":
            await self._pieces.join()
            await self._playback.wait_drained()
            if self._before_end is not None:
                await self._before_end()
            await self._transport.close()
        elif frame["type"] == "text":
            await self._say(str(frame["token"]), is_last=bool(frame["last"]))

    # Speaking

    async def _say(self, token: str, *, is_last: bool) -> None:
        """Answers come one after another: while two are owed, this is of one that nobody waits for."""
        try:
            if not (self._is_dropping or self._asked > 1):
                self._note_token(token)
                answer = self._answer
                for piece in [*self._clauses.feed(token), *(self._clauses.rest() if is_last else [])]:
                    await self._put(piece, answer)
        finally:
            if is_last:
                self._is_open = self._is_dropping = False
                self._asked = max(0, self._asked - 1)

    def _note_token(self, token: str) -> None:
        if token and not self._is_open:
            self._is_open = True
            if self.turns and not self.turns[-1].first_token:
                self.turns[-1].first_token = time.monotonic()

    async def _put(self, piece: str, answer: int) -> None:
        await self._pieces.put((answer, piece))
        self._unspoken += 1

    async def _speak(self) -> None:
        while True:
            answer, piece = await self._pieces.get()
            try:
                if answer == self._answer and piece.strip():
                    sound = await self._speech.synthesiser.speak(piece.strip())
                    if answer == self._answer:
                        self._playback.add(piece, sound)
            except SpeechUnavailable as error:
                log.warning("piece_not_spoken", reason=error.message)
            finally:
                self._unspoken -= 1
                self._pieces.task_done()

    def _note_first_sound(self) -> None:
        if self.turns and self.turns[-1].first_token and not self.turns[-1].first_sound:
            self.turns[-1].first_sound = time.monotonic()
            log.info("call_turn", **self.turns[-1].milliseconds())

    @property
    def is_saying(self) -> bool:
        """Something is said, or about to be."""
        return self._playback.is_playing or self._unspoken > 0 or self._is_open

    @property
    def is_busy(self) -> bool:
        return self.is_saying or self._endpointer.is_speaking

    async def _be_silent(self) -> str:
        """For good; returns what was heard of it."""
        heard = await self._playback.stop()
        self._answer += 1
        self._is_dropping |= self._is_open
        self._is_open = False
        self._clauses = Clauses()
        return heard

    # Listening

    async def _listen(self) -> None:
        try:
            while (arrived := await self._transport.receive()) is not None:
                match arrived:
                    case Sound(sound):
                        await self._hear(sound)
                    case Key(digit):
                        await self._press(digit)
                    case Reached(mark):
                        self._playback.reached(mark)
        except SpeechUnavailable as error:
            log.error("call_not_understood", reason=error.message)
        except Exception:
            log.exception("call_not_heard")
        finally:
            self._told.put_nowait(None)

    async def _press(self, digit: str) -> None:
        if self.is_saying:
            await self._interrupt()
        self._playback.go_on()
        self._told.put_nowait(Digit(digit))

    async def _hear(self, sound: bytes) -> None:
        sound = self._rest + sound
        whole = len(sound) // mulaw.FRAME_BYTES * mulaw.FRAME_BYTES
        self._rest = sound[whole:]
        for at in range(0, whole, mulaw.FRAME_BYTES):
            await self._hear_frame(mulaw.decode(sound[at : at + mulaw.FRAME_BYTES]))

    async def _hear_frame(self, samples: bytes) -> None:
        recogniser = self._speech.recogniser
        was_speaking, is_faint = self._endpointer.is_speaking, self._loudness.is_faint(samples)
        is_speech = self._speech.is_speech(samples) and not (was_speaking and is_faint)
        if is_speech:
            self._last_speech = time.monotonic()
        edge = self._endpointer.hear(is_speech, pause_after(recogniser.partial) if was_speaking else 0)
        self._before.append(samples)
        if edge is Edge.BEGAN:
            await self._begin()
        elif was_speaking:
            await self._understand(samples)
            if edge is None and self._endpointer.silent_frames >= GUESS_FRAMES:
                self._guess(recogniser.partial)
            if self._is_interrupting and self._says_more(recogniser.partial):
                await self._interrupt()
        else:
            await self._hesitate()
        if edge is Edge.ENDED:
            await self._end()

    def _guess(self, words: str) -> None:
        """The caller is silent: it may be all, so that what it asks for can be looked for."""
        if words and words != self._guessed:
            self._guessed = words
            self._told.put_nowait(Prompt(words, False))

    async def _hesitate(self) -> None:
        """An answer does not begin in the moment in which the caller may go on."""
        is_beginning = self._endpointer.is_beginning and self._hesitated < MOST_HESITATING
        self._hesitated = self._hesitated + 1 if self._endpointer.is_beginning else 0
        if is_beginning and not self._is_hesitating and not self._playback.is_playing:
            self._is_hesitating = True
            await self._playback.hold()
        elif self._is_hesitating and not is_beginning:
            self._is_hesitating = False
            self._playback.go_on()

    def _says_more(self, words: str) -> bool:
        """Not only that the caller listens; and more than was understood before it was taken for the end."""
        if not self._is_going_on:
            return not is_backchannel(words)
        known = words_of(self.turns[-1].said)
        said = words_of(words)
        return len(said) > len(known) and not is_backchannel(" ".join(said[len(known) :]))

    async def _understand(self, samples: bytes) -> None:
        """What comes after a short silence is held: the recogniser's last look at the words takes as long as the caller
        is waited for, and begins before it is known that they are the last."""
        recogniser, silent = self._speech.recogniser, self._endpointer.silent_frames
        if silent > SETTLE_FRAMES:
            self._silence.append(samples)
            return
        for held in self._silence:
            await recogniser.hear(held)
        self._silence.clear()
        await recogniser.hear(samples)
        if silent == SETTLE_FRAMES:
            await recogniser.settle()

    async def _begin(self) -> None:
        self._is_hesitating, self._guessed = False, ""
        self._is_going_on = self._may_go_on()
        self._is_interrupting = self.is_saying and not (self._is_going_on and not self._playback.heard_ms)
        await self._playback.hold()
        self._silence.clear()
        if not self._is_going_on:
            await self._speech.recogniser.begin()
        for samples in self._before:
            await self._speech.recogniser.hear(samples)

    def _may_go_on(self) -> bool:
        """Nothing of an answer was heard, at most its first sound while the caller began to speak."""
        if not self.turns or time.monotonic() - self.turns[-1].endpoint > GOES_ON_SECONDS:
            return False
        return not self.turns[-1].interrupted_at and self._playback.heard_ms < AT_ONCE_MS

    async def _interrupt(self) -> None:
        self._is_interrupting = False
        if self.turns:
            self.turns[-1].interrupted_at = time.monotonic()
        after_ms = self._playback.heard_ms
        self._told.put_nowait(Interrupt(await self._be_silent(), after_ms))

    async def _end(self) -> None:
        endpoint = time.monotonic()
        said = await self._speech.recogniser.finish()
        if not said or ((self._is_interrupting or self._is_going_on) and not self._says_more(said)):
            self._is_interrupting = False
            self._playback.go_on()
            return
        if self._is_interrupting:
            await self._interrupt()
        else:
            await self._be_silent()  # an answer that was about to begin
        if self._is_going_on:
            self.turns.pop()
        self.turns.append(TurnTimes(said, self._last_speech, endpoint, time.monotonic()))
        self._asked += 1
        self._playback.go_on()
        self._told.put_nowait(Prompt(said, True))
