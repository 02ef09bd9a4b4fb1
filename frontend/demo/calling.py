"""The demo's call: three questions over the product's documentation, the last one into the answer to the second."""

import asyncio
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

import numpy as np

from agents.channels.phone.audio.line import AudioLine, TurnTimes
from agents.channels.phone.calls import Line, find_line
from agents.channels.phone.sip.desk import answer_for
from agents.channels.phone.sip.server import serve_sip
from agents.channels.phone.sockets import in_thread
from agents.selectors.agents import list_agents
from agents.selectors.phone import list_phone_numbers
from agents.services.phone import NumberSettings, add_phone_number
from frontend.demo.telephone import Telephone
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM
from tenants.context import tenant_scope

NUMBER = "+4930901820"  # of the range that is kept free for fiction
GREETING = "Hello, this is an automatic assistant. What would you like to know?"
QUESTIONS = (
    "Which file types can I upload?",
    "My name is Peter, and how large may they be?",
    "What happens when the caller speaks?",
)
INTERRUPTED, AFTER_SECONDS = 1, 1.5  # the caller speaks into this answer, so long after it began
PATIENCE_SECONDS = 90.0
QUIET_SECONDS = 0.6


class CallStuck(Exception):
    """What did not come; with what the caller's telephone wrote."""


def ensure_number(tenant_id: UUID) -> Line:
    """The company's number, which its first agent answers."""
    with tenant_scope(tenant_id):
        found = [each for each in list_phone_numbers(tenant_id=tenant_id) if each.number == NUMBER]
        agent_id = list_agents(tenant_id=tenant_id)[0].id
    if found:
        number_id = found[0].id
    else:
        settings = NumberSettings(agent_id, "loopback", "nobody-signs-on-this-machine", greeting=GREETING)
        number_id = add_phone_number(tenant_id=tenant_id, number=NUMBER, settings=settings, actor=SYSTEM)
    line = find_line(tenant_id=tenant_id, number_id=number_id)
    assert line is not None
    return line


async def place_call(line: Line, folder: Path) -> list[TurnTimes]:
    """The times of its turns. `folder`: the telephone's, with its recordings. Raises CallStuck, SpeechUnavailable."""
    lines: list[AudioLine] = []
    server = await serve_sip(answer_for({line.number: line}, get_stream_store(), in_thread, on_line=lines.append))
    try:
        async with Telephone(folder) as telephone:
            try:
                await telephone.dial(f"sip:{line.number}@127.0.0.1:{server.port}")
                await _wait(lambda: bool(lines), "nobody took the call up")
                await _ask_all(telephone, lines[0])
                await telephone.hang_up()
            except CallStuck as stuck:
                raise CallStuck(f"{stuck}; the caller's telephone wrote:\n{telephone.wrote()}") from None
        return list(lines[0].turns)
    finally:
        await server.close()


async def _ask_all(telephone: Telephone, audio: AudioLine) -> None:
    await _wait_quiet(audio)
    for number, question in enumerate(QUESTIONS):
        await telephone.say(question)

        def is_answered(number: int = number) -> bool:
            return len(audio.turns) > number and audio.turns[number].first_sound > 0

        await _wait(is_answered, f"“{question}” was not answered")
        if number == INTERRUPTED:
            await asyncio.sleep(AFTER_SECONDS)
        else:
            await _wait_quiet(audio)


async def _wait_quiet(audio: AudioLine) -> None:
    since = monotonic()

    def is_quiet() -> bool:
        nonlocal since
        if audio.is_saying:
            since = monotonic()
        return monotonic() - since > QUIET_SECONDS

    await _wait(is_quiet, "the agent does not stop speaking")


async def _wait(is_true: Callable[[], bool], otherwise: str) -> None:
    until = monotonic() + PATIENCE_SECONDS
    while not is_true():
        if monotonic() > until:
            raise CallStuck(otherwise)
        await asyncio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Recording:
    seconds: float
    sound_seconds: float  # of it that were not silent

    @classmethod
    def of(cls, path: Path) -> "Recording":
        with wave.open(str(path)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int32)
            rate = file.getframerate() * file.getnchannels()
        frames = samples[: len(samples) // (rate // 50) * (rate // 50)].reshape(-1, rate // 50)
        return cls(len(samples) / rate, float((np.abs(frames).max(axis=1) > 300).sum()) / 50)
