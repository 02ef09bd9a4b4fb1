"""The audio engine: words in and words out, silence at once when the caller speaks, and what was heard of an answer."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.mulaw import SILENCE
from agents.channels.phone.audio.transport import Key, Sound
from agents.channels.phone.frames import Digit, Heard, Interrupt, Prompt, hang_up, say
from tests.agents.phone.scripted_speech import (
    LOUD,
    ScriptedRecogniser,
    ScriptedTransport,
    ScriptedVoice,
    scripted_speech,
)

ANSWER = "Delivery takes three days. Returns are free for thirty days."


def on_a_line(
    *words: str, greeting: str = "", after: int = 20
) -> Callable[[Callable[[AudioLine, ScriptedTransport, ScriptedVoice], Awaitable[None]]], None]:
    def run(call: Callable[[AudioLine, ScriptedTransport, ScriptedVoice], Awaitable[None]]) -> None:
        async def whole() -> None:
            transport = ScriptedTransport()
            speech, voice = scripted_speech(*words, after=after)
            async with AudioLine(transport, speech, greeting=greeting) as line:
                await call(line, transport, voice)
            assert not transport.is_open

        asyncio.run(asyncio.wait_for(whole(), 20))

    return run


async def told(line: AudioLine) -> Heard | None:
    """What is sure: guesses are passed over."""
    while True:
        heard = await asyncio.wait_for(line.receive(), 5)
        if not (isinstance(heard, Prompt) and not heard.is_last):
            return heard


def test_what_is_said_comes_as_words_and_the_answer_as_sound() -> None:
    @on_a_line("how long does delivery take")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says()
        assert await told(line) == Prompt("how long does delivery take", True)
        for token in ("Two ", "days."):
            await line.send(say(token))
        await line.send(say("", is_last=True))
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert voice.spoken == ["Two days."]
        assert len(transport.sent) == len("Two days.")
        pace = (transport.sent[-1] - transport.sent[0]) / (len(transport.sent) - 1)
        assert pace == pytest.approx(0.02, abs=0.006)
        (turn,) = line.turns
        assert turn.last_speech < turn.endpoint <= turn.transcript <= turn.first_token <= turn.first_sound


def test_what_may_be_all_is_guessed_before_it_is_sure() -> None:
    """Once, however long the silence is; what was only paused in is not said to be the end."""

    @on_a_line("how long does delivery take")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        words = "how long does delivery take"
        await transport.caller_says()
        heard = [await asyncio.wait_for(line.receive(), 5) for _ in range(2)]
        assert heard == [Prompt(words, False), Prompt(words, True)]


def test_who_speaks_into_an_answer_hears_no_more_of_it_within_200_ms() -> None:
    @on_a_line("tell me", "no wait what does it cost", after=8)
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says()
        assert isinstance(await told(line), Prompt)
        await line.send(say(ANSWER, is_last=True))
        await asyncio.sleep(0.5)
        before = len(transport.sent)
        began = await transport.caller_says()
        assert before
        assert transport.cleared[-1] - began < 0.2
        assert max(transport.sent) - began < 0.2
        interrupt = await told(line)
        assert isinstance(interrupt, Interrupt)
        assert ANSWER.startswith(interrupt.heard)
        assert 3 <= len(interrupt.heard) <= len(transport.sent), "a character is a frame, and whole words count"
        assert await told(line) == Prompt("no wait what does it cost", True)


@pytest.mark.parametrize("word", ["", "mhm", "okay yeah"])
def test_a_cough_and_one_who_only_listens_interrupt_nothing(word: str) -> None:
    @on_a_line("tell me", word, after=8)
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says()
        await told(line)
        await line.send(say("Two days it takes.", is_last=True))
        await asyncio.sleep(0.1)
        await transport.caller_says(12)
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert len(transport.sent) == len("Two days it takes."), "it went on where it was"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told(line), 0.05)


def test_what_comes_late_of_a_dropped_answer_is_not_spoken() -> None:
    @on_a_line("one", "two please", after=8)
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says()
        await told(line)
        first = "The first answer is long and goes on."
        await line.send(say(f"{first} "))
        await asyncio.sleep(0.55)
        await transport.caller_says()
        assert isinstance(await told(line), Interrupt)
        await line.send(say("Too late."))
        await line.send(say("", is_last=True))
        assert await told(line) == Prompt("two please", True)
        await line.send(say("Here.", is_last=True))
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert voice.spoken == [first, "Here."]


def test_an_answer_that_nobody_waits_for_any_more_is_not_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller asked for something else while the model thought."""
    monkeypatch.setattr("agents.channels.phone.audio.line.GOES_ON_SECONDS", 0.0)

    @on_a_line("one", "two please")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        for prompt in ("one", "two please"):
            await transport.caller_says()
            assert await told(line) == Prompt(prompt, True)
        await line.send(say("Old. "))
        await line.send(say("", is_last=True))
        await line.send(say("New.", is_last=True))
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert voice.spoken == ["New."]


def test_who_goes_on_before_an_answer_is_heard_had_not_ended() -> None:
    """What was taken for the end is taken back: all of it is one question, and nothing is said into it."""

    @on_a_line("can the agent answer by telephone", "or only on a page")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says(silence=12)
        assert await told(line) == Prompt("can the agent answer by telephone", True)
        speaking = asyncio.create_task(transport.caller_says())
        await asyncio.sleep(0.15)
        await line.send(say("Yes, it can. ", is_last=True))
        await speaking
        assert await told(line) == Prompt("can the agent answer by telephone or only on a page", True)
        assert not transport.sent
        assert [each.said for each in line.turns] == ["can the agent answer by telephone or only on a page"]
        await line.send(say("On both.", is_last=True))
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert len(transport.sent) == len("On both.")


def test_an_answer_does_not_begin_in_the_moment_in_which_the_caller_may_go_on() -> None:
    @on_a_line("how long does delivery take")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says()
        await told(line)
        for _ in range(3):
            transport.put(Sound(LOUD))
        while not transport.is_empty:
            await asyncio.sleep(0)
        await line.send(say("Two days.", is_last=True))
        await asyncio.sleep(0.1)
        assert not transport.sent
        for _ in range(7):
            transport.put(Sound(SILENCE))
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert len(transport.sent) == len("Two days."), "it was a click"


def test_a_cough_after_the_end_takes_nothing_back() -> None:
    @on_a_line("how long does delivery take", "")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says(silence=12)
        await told(line)
        await transport.caller_says(10)
        await line.send(say("Two days.", is_last=True))
        while line.is_saying:
            await asyncio.sleep(0.02)
        assert len(transport.sent) == len("Two days.")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told(line), 0.05)


def test_keys_stop_the_voice_and_come_as_they_are() -> None:
    @on_a_line(greeting="Hello, this is an automatic assistant.")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await asyncio.sleep(0.2)
        transport.put(Key("4"))
        interrupt = await told(line)
        assert isinstance(interrupt, Interrupt)
        assert "Hello, this is an automatic assistant.".startswith(interrupt.heard)
        assert await told(line) == Digit("4")
        sent = len(transport.sent)
        await asyncio.sleep(0.1)
        assert len(transport.sent) == sent


def test_endless_speech_is_a_turn_after_half_a_minute() -> None:
    @on_a_line("music on hold")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        transport.put(Sound(LOUD * 1520))
        assert await told(line) == Prompt("music on hold", True)


def test_the_line_ends_after_the_last_word() -> None:
    @on_a_line("a person please")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says()
        await told(line)
        await line.send(say("Goodbye.", is_last=True))
        await line.send(hang_up("handed_off"))
        assert len(transport.sent) == len("Goodbye.")
        assert not transport.is_open


def test_a_line_that_is_closed_is_over() -> None:
    @on_a_line()
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        transport.put(None)
        assert await told(line) is None


def test_a_short_silence_is_heard_only_when_more_speech_follows() -> None:
    """The recogniser is asked to make up its mind at once; the silence meanwhile is no part of what it looks at."""

    @on_a_line("how long does delivery take")
    async def _(line: AudioLine, transport: ScriptedTransport, voice: ScriptedVoice) -> None:
        await transport.caller_says(10, silence=8)
        await transport.caller_says(15, silence=60)
        assert await told(line) == Prompt("how long does delivery take", True)
        recogniser = line._speech.recogniser
        assert isinstance(recogniser, ScriptedRecogniser)
        assert recogniser.settled == 2
        assert recogniser.heard == 10 + 8 + 15 + 5, "with the silence between, without the one after"
