"""A call that brings audio, from its first sign to its end: taken up, answered and ended as any other."""

from collections.abc import Callable
from uuid import UUID

from agents.channels.phone.audio.choosing import open_speech
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.spending import count_speech
from agents.channels.phone.audio.transport import Transport
from agents.channels.phone.calls import Line, Session, end_call, take_up
from agents.channels.phone.carriers import Redirecting
from agents.channels.phone.frames import Setup
from agents.channels.phone.recording.consent import RECORDED
from agents.channels.phone.recording.keeping import note_recorded
from agents.channels.phone.recording.tape import Tape
from agents.channels.phone.redirecting import redirect_call
from agents.channels.phone.session import InThread, Wire, converse
from rapport.streams.port import StreamStore


async def answer_audio(
    line: Line,
    setup: Setup,
    transport: Transport,
    streams: StreamStore,
    in_thread: InThread,
    *,
    on_line: Callable[[AudioLine], None] | None = None,
    carrier: Redirecting | None = None,
    caption: Callable[[AudioLine], Wire] | None = None,
) -> UUID:
    """To the end of the call, whose id it returns. `on_line`: told of its ears and voice, to watch them; `carrier`: who
    can put the call through to a person; `caption`: what stands between the two and reads along. Raises CallRefused
    before anything is said, SpeechUnavailable."""
    session: Session = await in_thread(take_up, line, setup)
    try:
        speech = await open_speech(line, in_thread)
    except BaseException:
        await in_thread(end_call, tenant_id=session.tenant_id, call_id=session.call_id, reason="failed")
        raise

    async def before_end() -> None:
        if carrier is not None:
            await in_thread(redirect_call, line, session.call_id, setup.call_id, carrier)

    tape = Tape(transport) if line.is_recorded else None
    asked = RECORDED["de" if line.language.lower().startswith("de") else "en"]
    greeting = f"{line.greeting} {asked if tape else session.menu_prompt}".strip()
    try:
        async with AudioLine(tape or transport, speech, greeting=greeting, before_end=before_end) as wire:
            if on_line is not None:
                on_line(wire)
            told = caption(wire) if caption is not None else wire
            await converse(session, told, streams, in_thread, can_transfer=carrier is not None, tape=tape)
    finally:
        await in_thread(count_speech, session, speech.spent)
        if tape is not None and tape.stop():
            of_it = {"tenant_id": session.tenant_id, "call_id": session.call_id}
            await in_thread(note_recorded, **of_it, seconds=tape.seconds, peaks=tape.peaks)
    return session.call_id
