"""A call that brings audio, from its first sign to its end: taken up, answered and ended as any other."""

from collections.abc import Callable
from uuid import UUID

from agents.channels.phone.audio.flite import Flite, locate_flite
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.phrases import sentences_for
from agents.channels.phone.audio.speech import Speech, SpeechUnavailable
from agents.channels.phone.audio.sphinx import MISSING, Sphinx, is_installed, make_detector
from agents.channels.phone.audio.transport import Transport
from agents.channels.phone.calls import Line, Session, end_call, take_up
from agents.channels.phone.carriers import Redirecting
from agents.channels.phone.frames import Setup
from agents.channels.phone.recording.keeping import note_recorded
from agents.channels.phone.recording.tape import Tape
from agents.channels.phone.redirecting import redirect_call
from agents.channels.phone.session import InThread, converse
from agents.selectors.agents import get_agent
from rapport.streams.port import StreamStore
from tenants.context import tenant_scope

RECORDED = "May we record this call? Say yes, or press 1. Otherwise nothing is recorded."


def check_speech(language: str) -> None:
    """Raises SpeechUnavailable, with what to install."""
    if not language.lower().startswith("en"):
        raise SpeechUnavailable(f"The built-in speech understands and speaks English only, not {language}.")
    if not is_installed():
        raise SpeechUnavailable(MISSING)
    locate_flite()


async def open_speech(line: Line, in_thread: InThread) -> Speech:
    """The built-in speech, with a language model of the agent's phrases. Raises SpeechUnavailable."""
    check_speech(line.language)
    sentences, voice, speed = await in_thread(_spoken_by, line.tenant_id, line.agent_id)
    recogniser, synthesiser, detector = Sphinx(sentences), Flite(voice, speed), make_detector()
    await recogniser.start()
    return Speech(recogniser, synthesiser, detector)


def _spoken_by(tenant_id: UUID, agent_id: UUID) -> tuple[list[str], str, float]:
    with tenant_scope(tenant_id):
        voice = get_agent(tenant_id=tenant_id, agent_id=agent_id).config.voice
    return sentences_for(tenant_id=tenant_id, agent_id=agent_id), voice.voice, voice.speed


async def answer_audio(
    line: Line,
    setup: Setup,
    transport: Transport,
    streams: StreamStore,
    in_thread: InThread,
    *,
    on_line: Callable[[AudioLine], None] | None = None,
    carrier: Redirecting | None = None,
) -> None:
    """To the end of the call. `on_line`: told of its ears and voice, to watch them; `carrier`: who can put the call
    through to a person. Raises CallRefused before anything is said, SpeechUnavailable."""
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
    greeting = f"{line.greeting} {RECORDED}".strip() if tape else line.greeting
    try:
        async with AudioLine(tape or transport, speech, greeting=greeting, before_end=before_end) as wire:
            if on_line is not None:
                on_line(wire)
            await converse(session, wire, streams, in_thread, can_transfer=carrier is not None, tape=tape)
    finally:
        if tape is not None and tape.stop():
            await in_thread(note_recorded, session, seconds=tape.seconds, peaks=tape.peaks)
