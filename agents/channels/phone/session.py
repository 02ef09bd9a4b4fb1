"""A call under way: what the caller says becomes messages, and the answers are spoken while they are written.

Runs in the event loop; what asks the database does so in threads. One answer is spoken at a time: when the caller says
something, the one before is over. Every answer is closed by exactly one last word, and nothing of it is sent after it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db import DatabaseError

from agents.channels.phone.calls import Line, Session, end_call, note_interruption, note_presence, take_up
from agents.channels.phone.ear import Ear
from agents.channels.phone.foresight import Foresight
from agents.channels.phone.frames import (
    Digit,
    Frame,
    Heard,
    Interrupt,
    Prompt,
    Setup,
    Speaking,
    Trouble,
    hang_up,
    say,
)
from agents.channels.phone.idling import Idling
from agents.channels.phone.marks import Clock, Kind, Mark
from agents.channels.phone.permission import RefusedBy
from agents.channels.phone.recording.consent import NO_KEY, YES_KEY, is_answer, is_yes
from agents.channels.phone.recording.keeping import By, note_consent
from agents.channels.phone.stopping import KEY, stop_calling, wants_no_calls
from agents.channels.phone.transfers import begin_transfer
from agents.channels.phone.watching import SEEN_SECONDS
from agents.errors import CallRefused, ConversationNotFound, TurnNotFound
from agents.runtime.awaiting import frames_of
from agents.selectors.conversations import get_conversation
from agents.services.conversations import post_message
from agents.services.turns import cancel_turn
from rapport import logs
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from rapport.streams.port import StreamStore

log = logs.get_logger(__name__)

SETUP_SECONDS = 10.0
ASKING_SECONDS = 30.0  # of a call, in which its first line asks for a recording; one that came back does not
LOOK_SECONDS = 0.5  # how often a silence is looked at
FILLER_SECONDS = 1.0  # of a tool's work, before the caller is told that it takes a moment
GOODBYE_SECONDS = 20.0  # in which the last sentence of a call that is too long is played
RETURN_SECONDS = 5.0  # a line that broke off may come back before its call is over
DIGITS_SECONDS = 2.0  # after the last key that was pressed they are one message; # ends it at once
MENU_KEY = "*"  # says the menu again
TRANSFERRED = "transferred"
SENTENCES = {
    "sorry": (
        "Sorry, I could not answer that. Please ask again.",
        "Das konnte ich leider nicht beantworten. Bitte fragen Sie noch einmal.",
    ),
    "too_long": (
        "This call has lasted as long as a call may. Please call again. Goodbye.",
        "Dieser Anruf dauert so lange, wie ein Anruf dauern darf. Bitte rufen Sie noch einmal an. Auf Wiederhören.",
    ),
    "opted_out": (
        "I have noted that you want no calls from us. You will not be called again. Goodbye.",
        "Ich habe notiert, dass Sie keine Anrufe von uns möchten. Sie werden nicht mehr angerufen. Auf Wiederhören.",
    ),
    "recorded": (
        "Thank you, this call is recorded from now on. How can I help you?",
        "Danke, das Gespräch wird ab jetzt aufgezeichnet. Wie kann ich Ihnen helfen?",
    ),
    "not_recorded": (
        "All right, nothing is recorded. How can I help you?",
        "In Ordnung, es wird nichts aufgezeichnet. Wie kann ich Ihnen helfen?",
    ),
    "still_there": ("Are you still there?", "Sind Sie noch da?"),
    "silent": (
        "I cannot hear you any more. Please call again. Goodbye.",
        "Ich höre Sie nicht mehr. Bitte rufen Sie noch einmal an. Auf Wiederhören.",
    ),
    "filler": ("One moment, please.", "Einen Moment, bitte."),
    "transferred": (
        "One moment please, I am putting you through.",
        "Einen Moment bitte, ich verbinde Sie.",
    ),
    "handed_over": ("A colleague will get back to you.", "Ein Mensch wird sich bei Ihnen melden."),
}

_SPEAKING = {
    (True, True): Kind.CALLER_SPEAKS,
    (True, False): Kind.CALLER_SILENT,
    (False, True): Kind.AGENT_SPEAKS,
    (False, False): Kind.AGENT_SILENT,
}

InThread = Callable[..., Awaitable[Any]]


class Recorder(Protocol):
    def start(self, path: Path) -> None: ...

    async def end(self) -> None:
        """The call goes on with somebody who was not asked."""


class RemoteRecorder(Recorder, Protocol):
    async def close(self) -> None: ...


TapeOf = Callable[[Session, Setup], RemoteRecorder]


class Wire(Protocol):
    """The line to the carrier. `receive` gives None when it is closed; `send` to a closed one does nothing.
    `is_busy`: somebody speaks on it just now, as far as it can know."""

    @property
    def is_busy(self) -> bool: ...

    async def receive(self) -> Heard | None: ...

    async def send(self, frame: Frame) -> None: ...


async def talk(
    line: Line, wire: Wire, streams: StreamStore, in_thread: InThread, *, tape_of: TapeOf | None = None
) -> None:
    """To the end of the call, or of the line. `tape_of`: what records it, of callers who agree. Raises CallRefused
    before anything is said."""
    setup = await asyncio.wait_for(wire.receive(), SETUP_SECONDS)
    if not isinstance(setup, Setup):
        raise CallRefused("The first frame is the setup.")
    session: Session = await in_thread(take_up, line, setup)
    tape = tape_of(session, setup) if tape_of else None
    try:
        await converse(session, wire, streams, in_thread, returns_in=RETURN_SECONDS, tape=tape)
    finally:
        if tape is not None:
            await tape.close()


async def converse(
    session: Session,
    wire: Wire,
    streams: StreamStore,
    in_thread: InThread,
    *,
    returns_in: float = 0.0,
    can_transfer: bool = True,
    tape: "Recorder | None" = None,
) -> None:
    """A call that is taken up, to its end. The wire may be a carrier's relay, or our own ears and voice (`audio`).
    `returns_in`: a line that just broke off is waited for; when another has taken the call up, that one ends it.
    `can_transfer`: a carrier goes on with the call after the line; else nobody can be put through. `tape`: what is
    started when the caller, who was asked for it in the greeting, agrees to be recorded."""
    with logs.bind(tenant_id=str(session.tenant_id), call_id=str(session.call_id)):
        talking = Talk(session, wire, streams, in_thread, can_transfer=can_transfer, tape=tape)
        try:
            await _attend(talking, session)
            await _wait_for_return(talking, returns_in)
        finally:
            await talking.close()
            await talking.note_marks()
            of_it = {"tenant_id": session.tenant_id, "call_id": session.call_id, "line": session.line or None}
            if talking.reason != TRANSFERRED:  # then the call outlives its line
                await in_thread(end_call, **of_it, reason=talking.reason)


async def _wait_for_return(talking: "Talk", seconds: float) -> None:
    if talking.reason == "hung_up" and seconds:
        await talking.close()
        await asyncio.sleep(seconds)


async def _attend(talking: "Talk", session: Session) -> None:
    """Until the line ends, its call is over elsewhere, or it has lasted as long as it may."""
    listening = asyncio.create_task(talking.listen(), name="listening")
    present = asyncio.create_task(talking.say_present(), name="present")
    silent = asyncio.create_task(talking.mind_silence(), name="silence")
    try:
        ended, _ = await asyncio.wait(
            {listening, present}, timeout=session.seconds_left, return_when=asyncio.FIRST_COMPLETED
        )
        if not ended:
            await talking.end_too_long()
            await asyncio.wait({listening}, timeout=GOODBYE_SECONDS)
        if listening.done():
            await listening
    finally:
        for each in (listening, present, silent):
            each.cancel()
        await asyncio.gather(listening, present, silent, return_exceptions=True)


class Talk:
    def __init__(
        self,
        session: Session,
        wire: Wire,
        streams: StreamStore,
        in_thread: InThread,
        *,
        can_transfer: bool = True,
        tape: "Recorder | None" = None,
    ) -> None:
        self._can_transfer = can_transfer
        self._tape, self._is_asking = tape, tape is not None and session.lasted < ASKING_SECONDS
        self._session, self._wire, self._streams, self._in_thread = session, wire, streams, in_thread
        self._answer: Answer | None = None
        self._asked = 0
        self._digits = ""
        self._is_menu_open = bool(session.menu)  # until something is asked: then keys are an answer
        self._marks: list[Mark] = []
        self._clock = Clock(session.lasted)
        self._idling = Idling()
        self._foresight = Foresight(session, in_thread)
        self._dialling: asyncio.Task[None] | None = None
        self.reason = "hung_up"

    async def listen(self) -> None:
        """Until the line is closed, or a person is to go on."""
        self._foresight.get_ready()
        while (told := await self._wire.receive()) is not None:
            match told:
                case Prompt(said, is_last=False):  # somebody is speaking
                    self._idling.caller_acts()
                    self._foresight.guess(said)
                case Prompt(said, is_last=True) if said:
                    self._idling.caller_acts()
                    await self.be_silent()
                    if self._is_asking and await self._decide(said, "said"):
                        continue
                    if wants_no_calls(said):
                        await self._stop_calling(said, "said")
                    else:
                        self._begin(said)
                case Interrupt(heard):
                    self._idling.caller_acts()
                    await self.be_silent(heard)
                case Speaking(is_caller, is_on):
                    self._idling.speaks(is_caller, is_on)
                    self.mark(_SPEAKING[is_caller, is_on])
                case Digit(digit) if digit:
                    await self._press(digit)
                case Trouble(description):
                    log.warning("carrier_complains", description=description)

    async def _press(self, digit: str) -> None:
        self._idling.caller_acts()
        await self.be_silent()
        if self._dialling is not None:
            self._dialling.cancel()
        if self._is_asking and await self._decide(digit, "key"):
            return
        if digit == KEY and self._session.is_outgoing and not self._digits:
            await self._stop_calling(digit, "key")
            return
        if self._session.menu and not self._digits and await self._choose(digit):
            return
        self._digits += digit.replace("#", "")
        seconds = 0.0 if digit == "#" else DIGITS_SECONDS
        self._dialling = asyncio.create_task(self._dial(seconds), name="digits")

    async def _choose(self, digit: str) -> bool:
        """Whether the key is one of the menu."""
        if digit == MENU_KEY:
            self._is_menu_open = True
            await self.send(say(self._session.menu_prompt, is_last=True))
            return True
        asked = self._session.menu.get(digit) if self._is_menu_open else None
        if asked is not None:
            self._begin(asked)
        return asked is not None

    async def _dial(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        digits, self._digits = self._digits, ""
        if digits:
            await self.be_silent()
            self._begin(digits)

    async def _decide(self, said: str, by: By) -> bool:
        """Whether this was the answer to being asked for a recording. Only a yes is one; what is no answer at all is
        a no, and is heard as what it is."""
        self._is_asking = False
        agrees = said == YES_KEY if by == "key" else is_yes(said)
        if not agrees and not (said == NO_KEY if by == "key" else is_answer(said)):
            return False
        sentence = f"{self.sentence('recorded' if agrees else 'not_recorded')} {self._session.menu_prompt}".strip()
        at = self._clock.now_ms()
        told = {"agreed": agrees, "by": by, "said": said, "answer": sentence, "began_ms": at}
        path = await self._in_thread(note_consent, self._session, **told)
        if path is not None and self._tape is not None:
            self._tape.start(path)
        await self.send(say(sentence, is_last=True))
        return True

    async def _stop_calling(self, said: str, by: RefusedBy) -> None:
        """Kept before it is said back; a call that the company made is over then."""
        sentence = self.sentence("opted_out")
        await self._in_thread(stop_calling, self._session, said=said, by=by, answer=sentence)
        await self.send(say(sentence, is_last=True))
        if self._session.is_outgoing:
            self.reason = "opted_out"
            await self.send(hang_up("opted_out"))

    def _begin(self, said: str) -> None:
        self._is_menu_open = False
        self._asked += 1
        self._answer = Answer(self, said, self._asked)

    async def close(self) -> None:
        if self._dialling is not None:
            self._dialling.cancel()
        await self.be_silent()
        await self._foresight.close()

    async def be_silent(self, heard: str | None = None) -> None:
        """The answer under way is over. `heard`: how much of it, or of the one that is still being played, was heard;
        None when that is not known."""
        answer, self._answer = self._answer, None
        if answer is not None and (heard is not None or not answer.is_said):
            await answer.cut_off(heard)

    # What is kept of its course

    def mark(self, kind: Kind, turn_id: UUID | None = None) -> None:
        self._marks.append(Mark(self._clock.now_ms(), kind, turn_id))

    async def note_marks(self) -> bool:
        """False when the call is over."""
        marks, self._marks = self._marks, []
        try:
            return bool(await self._in_thread(note_presence, self._session, marks))
        except DatabaseError as error:  # it may be back the next time
            log.warning("presence_not_noted", error=type(error).__name__)
            self._marks = [*marks, *self._marks]
            return True

    async def say_present(self) -> None:
        """To whoever looks for calls that hang. Ends when the call does."""
        await asyncio.sleep(SEEN_SECONDS)
        while await self.note_marks():
            await asyncio.sleep(SEEN_SECONDS)

    # What an answer needs

    async def send(self, frame: Frame) -> None:
        if frame["type"] == "text":
            self._idling.says(str(frame["token"]))
        await self._wire.send(frame)

    async def post(self, said: str, number: int) -> UUID | None:
        """None when a person has the conversation."""
        session, asked_ms = self._session, self._clock.now_ms()
        foreseen = await self._foresight.of(said)
        posted = await self._in_thread(
            post_message,
            tenant_id=session.tenant_id,
            conversation_id=session.conversation_id,
            text=said,
            idempotency_key=f"{encode(Prefix.CALL, session.call_id)}:{number}",
            actor=session.actor,
            asked={"instructions": session.instructions} if session.instructions else None,
            foreseen=foreseen,
        )
        turn_id: UUID | None = posted.answering_turn_id
        self._marks.append(Mark(asked_ms, Kind.ASKED, turn_id))
        return turn_id

    def frames(self, turn_id: UUID) -> Any:
        return frames_of(self._streams, tenant_id=self._session.tenant_id, turn_id=turn_id)

    async def cancel(self, turn_id: UUID, heard: str | None) -> None:
        session = self._session
        if heard is not None:
            self.mark(Kind.CUT_OFF, turn_id)
            await self._in_thread(note_interruption, session, turn_id, heard)
        with contextlib.suppress(TurnNotFound):
            await self._in_thread(
                cancel_turn,
                tenant_id=session.tenant_id,
                turn_id=turn_id,
                actor=session.actor,
                streams=self._streams,
            )

    async def is_handed_over(self) -> bool:
        session = self._session
        try:
            found = await self._in_thread(
                get_conversation, tenant_id=session.tenant_id, conversation_id=session.conversation_id
            )
        except ConversationNotFound:
            return True
        return bool(found.state in ("waiting", "human"))

    async def give_over(self) -> None:
        """A person goes on, on the telephone or in the inbox: the line ends when what was said is played."""
        self.reason = "handed_off"
        if self._can_transfer and await self._in_thread(begin_transfer, self._session):
            self.reason = TRANSFERRED
            if self._tape is not None:
                await self._tape.end()
            await self.send(say(self.sentence("transferred"), is_last=True))
        await self.send(hang_up(self.reason, conversation=encode(Prefix.CONVERSATION, self._session.conversation_id)))

    async def end_too_long(self) -> None:
        await self.be_silent()
        await self._say_goodbye("too_long")

    async def _say_goodbye(self, reason: str) -> None:
        self.reason = reason
        await self.send(say(self.sentence(reason), is_last=True))
        await self.send(hang_up(reason))

    async def mind_silence(self) -> None:
        """Of a caller who says nothing any more. While an answer is made, or keys are waited for, nobody has to."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            is_made = self._answer is not None and not self._answer.is_said
            is_dialling = self._dialling is not None and not self._dialling.done()
            if not self._idling.is_due(is_busy=is_made or is_dialling or self._wire.is_busy):
                continue
            if self._idling.asked:
                await self._say_goodbye("silent")
                return
            self._idling.asked = True
            await self.send(say(self.sentence("still_there"), is_last=True))

    def sentence(self, name: str) -> str:
        return SENTENCES[name][self._session.language.startswith("de")]


class Answer:
    """What is said to one thing that the caller said. `is_said`: all of it was sent; it may still be played."""

    def __init__(self, talk: Talk, said: str, number: int) -> None:
        self._talk, self._sent = talk, ""
        self._filler = ""  # was said meanwhile, and is no part of the answer
        self._filling: asyncio.Task[None] | None = None
        self._turn_id: UUID | None = None
        self._is_closed = False
        self.is_said = False
        self._posting = asyncio.create_task(talk.post(said, number), name="message")
        self._task = asyncio.create_task(self._speak(), name="answer")

    async def _speak(self) -> None:
        try:
            turn_id = await asyncio.shield(self._posting)  # whoever cuts the answer off still has its turn to stop
            if turn_id is None:
                await self._close(self._talk.sentence("handed_over"))
            else:
                await self._read(turn_id)
            if await self._talk.is_handed_over():
                await self._talk.give_over()
        except RapportError as error:
            log.info("answer_not_spoken", code=error.code)
            await self._close(self._talk.sentence("sorry"))
        except Exception:
            log.exception("answer_failed")
            await self._close(self._talk.sentence("sorry"))
        finally:
            self.is_said = True

    async def _read(self, turn_id: UUID) -> None:
        self._turn_id = turn_id
        ear = Ear()
        again = ""  # what was said before a worker died, and comes again
        async for frame in self._talk.frames(turn_id):
            if frame is None:
                continue
            if frame.event == "restart":
                ear, again = Ear(), self._sent
            elif frame.event == "status" and frame.data.get("stage") == "tool":
                self._fill_in()
            elif frame.event == "token":
                again = await self._send(ear.feed(str(frame.data["text"])), again)
        await self._send(ear.rest(), again)
        await self._close()

    def _fill_in(self) -> None:
        """Once, where a tool takes long and nothing was said yet."""
        if self._filling is None and not self._sent:
            self._filling = asyncio.create_task(self._say_filler(), name="filler")

    async def _say_filler(self) -> None:
        await asyncio.sleep(FILLER_SECONDS)
        if not (self._sent or self._is_closed):
            self._filler = f"{self._talk.sentence('filler')} "
            await self._talk.send(say(self._filler))

    async def _stop_filling(self) -> None:
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)

    async def _send(self, text: str, again: str) -> str:
        """Returns what is still to be passed over, because it was said before."""
        while text and again and text[0] == again[0]:
            text, again = text[1:], again[1:]
        if text:
            again = ""
            if not self._sent:
                await self._stop_filling()
                self._talk.mark(Kind.FIRST_WORD, self._turn_id)
            self._sent += text
            await self._talk.send(say(text))
        return again

    async def _close(self, text: str = "") -> None:
        if not self._is_closed:
            await self._stop_filling()
            self._is_closed = True
            await self._talk.send(say(text, is_last=True))

    async def cut_off(self, heard: str | None) -> None:
        """Nothing more is said. The model is stopped where it is."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if not self._is_closed:
            await self._close()
        with contextlib.suppress(RapportError):
            turn_id = await self._posting
            if turn_id is not None:
                await self._talk.cancel(turn_id, None if heard is None else self._without_filler(heard))

    def _without_filler(self, heard: str) -> str:
        filler = self._filler.strip()
        return heard if not filler else heard.strip()[len(filler) :].lstrip()
