"""Calls that others listen to and speak in, against a provider that speaks as Deepgram, ElevenLabs and OpenAI do."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from agents.channels.phone.audio import choosing, mulaw
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.providers import deepgram
from agents.channels.phone.audio.providers.deepgram import DeepgramRecogniser
from agents.channels.phone.audio.providers.listening import AskedRecogniser
from agents.channels.phone.audio.providers.speaking import AskedVoice
from agents.channels.phone.audio.reach import SpeechReach, read_reach
from agents.channels.phone.audio.speech import Recogniser, Speech, SpeechSpent, SpeechUnavailable
from agents.channels.phone.frames import Prompt, say
from rapport.config import get_config
from tests.agents.phone.scripted_speech import ScriptedTransport, is_loud
from tests.agents.phone.speech_provider import KEY, WORD_BYTES, SpeechProvider, running
from tests.cast import Cast

WORD = np.tile(np.array([8000, -8000], "<i2"), WORD_BYTES // 4).tobytes()
PROVIDERS = ("deepgram", "elevenlabs", "openai")


@pytest.fixture
def provider() -> Iterator[SpeechProvider]:
    with running() as found:
        yield found


def reach_of(name: str, provider: SpeechProvider, key: str = KEY) -> SpeechReach:
    return read_reach("RECOGNISER", f"{name}+{provider.url}", key)


def recogniser_of(name: str, provider: SpeechProvider, language: str = "de-DE") -> Recogniser:
    kind = DeepgramRecogniser if name == "deepgram" else AskedRecogniser
    return kind(reach_of(name, provider), language=language)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await asyncio.wait_for(work(), 30)

    asyncio.run(whole())


async def utter(recogniser: Recogniser, words: int) -> None:
    await recogniser.begin()
    for _ in range(words):
        for at in range(0, WORD_BYTES, 320):
            await recogniser.hear(WORD[at : at + 320])


@pytest.mark.parametrize("name", PROVIDERS)
def test_utterances_are_understood_one_after_another(provider: SpeechProvider, name: str) -> None:
    async def work() -> None:
        recogniser = recogniser_of(name, provider)
        for words in (3, 7, 1):
            await utter(recogniser, words)
            await recogniser.settle()
            assert await recogniser.finish() == " ".join(["word"] * words)
        await recogniser.close()

    run(work)


@pytest.mark.parametrize("name", PROVIDERS)
def test_more_that_is_said_after_it_might_have_been_over_counts(provider: SpeechProvider, name: str) -> None:
    provider.flush_seconds = 0.1  # Deepgram's answer to the first question comes after the second
    provider.guesses_bytes = 2 * WORD_BYTES

    async def work() -> None:
        recogniser = recogniser_of(name, provider)
        await utter(recogniser, 2)
        await recogniser.settle()
        while recogniser.partial != "word word":
            await asyncio.sleep(0.01)
        await recogniser.hear(WORD)
        assert await recogniser.finish() == "word word word"
        await recogniser.close()

    run(work)


def test_deepgram_is_told_what_comes_and_says_what_it_understands_meanwhile(provider: SpeechProvider) -> None:
    async def work() -> None:
        recogniser = recogniser_of("deepgram", provider)
        await utter(recogniser, 3)
        while recogniser.partial != "word word word":
            await asyncio.sleep(0.01)
        await recogniser.close()
        (line,) = provider.lines
        assert line["params"] == {
            "model": "nova-3",
            "language": "de-DE",
            "interim_results": "true",
            "smart_format": "true",
            "encoding": "linear16",
            "sample_rate": "8000",
            "channels": "1",
            "endpointing": "false",
        }
        assert line["closed"]

    run(work)


def test_a_line_to_deepgram_that_breaks_costs_no_word(provider: SpeechProvider) -> None:
    provider.breaks_after = 2 * WORD_BYTES

    async def work() -> None:
        recogniser = recogniser_of("deepgram", provider)
        await utter(recogniser, 2)
        await recogniser.hear(WORD)
        await recogniser.hear(WORD)
        assert await recogniser.finish() == "word word word word"
        assert len(provider.lines) == 2
        await utter(recogniser, 1)
        assert await recogniser.finish() == "word"
        await recogniser.close()

    run(work)


def test_deepgram_that_has_nothing_to_flush_is_not_waited_for(
    provider: SpeechProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deepgram, "FLUSH_SECONDS", 0.1)
    monkeypatch.setattr(deepgram, "ALIVE_SECONDS", 0.05)
    provider.answers_finalize = False

    async def work() -> None:
        recogniser = recogniser_of("deepgram", provider)
        await utter(recogniser, 2)
        while recogniser.partial != "word word":
            await asyncio.sleep(0.01)
        assert await recogniser.finish() == "word word"
        while not provider.lines[0]["alive"]:
            await asyncio.sleep(0.01)
        await recogniser.close()

    run(work)


@pytest.mark.parametrize(
    ("name", "path", "told"),
    [
        ("openai", "/v1/audio/transcriptions", {"model": "gpt-4o-mini-transcribe", "language": "de"}),
        ("elevenlabs", "/v1/speech-to-text", {"model_id": "scribe_v1", "language_code": "de"}),
    ],
)
def test_an_utterance_is_asked_about_as_the_provider_wants_it(
    provider: SpeechProvider, name: str, path: str, told: dict[str, str]
) -> None:
    async def work() -> None:
        recogniser = recogniser_of(name, provider)
        await utter(recogniser, 2)
        provider.fails += [503]  # once: tried again
        assert await recogniser.finish() == "word word"
        await recogniser.begin()
        assert await recogniser.finish() == ""  # of nothing nobody is asked
        await recogniser.close()
        assert [each[0] for each in provider.asked] == [path, path]
        fields = provider.asked[-1][3]
        assert {key: fields[key] for key in told} == told
        assert fields["file"][:4] == b"RIFF"

    run(work)


@pytest.mark.parametrize(
    ("name", "path", "params", "body"),
    [
        (
            "deepgram",
            "/v1/speak",
            {"model": "aura-2-thalia-en", "encoding": "mulaw", "sample_rate": "8000", "container": "none"},
            {"text": "Guten Tag."},
        ),
        (
            "elevenlabs",
            "/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/stream",
            {"output_format": "ulaw_8000"},
            {
                "text": "Guten Tag.",
                "model_id": "eleven_flash_v2_5",
                "language_code": "de",
                "voice_settings": {"speed": 1.2},
            },
        ),
        (
            "openai",
            "/v1/audio/speech",
            {},
            {
                "model": "gpt-4o-mini-tts",
                "voice": "alloy",
                "input": "Guten Tag.",
                "response_format": "pcm",
                "speed": 2.0,
            },
        ),
    ],
)
def test_a_voice_is_asked_as_the_provider_wants_it(
    provider: SpeechProvider, name: str, path: str, params: dict[str, str], body: dict[str, object]
) -> None:
    async def work() -> None:
        voice = AskedVoice(reach_of(name, provider), language="de-DE", voice="Polly.Vicki Neural", speed=2.0)
        sound = await voice.speak("Guten Tag.")
        await voice.close()
        assert provider.asked[0][0] == path
        assert (provider.asked[0][2], provider.asked[0][3]) == (params, body)
        if name == "openai":  # 20 ms of tone at 24 kHz: as long at 8 kHz, and as loud
            samples = np.frombuffer(mulaw.decode(sound), "<i2").astype(float)
            assert 150 <= len(sound) <= 170
            assert 5000 < np.sqrt((samples**2).mean()) < 7500
        else:
            assert sound == b"\x10" * 800

    run(work)


@pytest.mark.parametrize("name", PROVIDERS)
def test_who_refuses_says_why_in_one_sentence_and_never_the_key(provider: SpeechProvider, name: str) -> None:
    async def work() -> None:
        reach = reach_of(name, provider, key="wrong-key-9999")
        voice = AskedVoice(reach, language="en-US")
        with pytest.raises(SpeechUnavailable, match=rf"{name} refused with 401.*key") as refused:
            await voice.speak("Hello.")
        assert "9999" not in refused.value.message
        provider.fails += [503, 503]
        with pytest.raises(SpeechUnavailable, match="answered 503"):
            await voice.speak("Hello.")
        await voice.close()
        if name == "deepgram":
            with pytest.raises(SpeechUnavailable, match="refused with 403"):
                await DeepgramRecogniser(reach, language="en-US").start()
        assert "9999" not in repr(reach)

    run(work)


def test_a_whole_call_is_understood_and_spoken_by_others(provider: SpeechProvider) -> None:
    async def work() -> None:
        transport = ScriptedTransport()
        recogniser = DeepgramRecogniser(reach_of("deepgram", provider), language="en-US")
        await recogniser.start()
        voice = AskedVoice(reach_of("openai", provider), language="en-US")
        async with AudioLine(transport, Speech(recogniser, voice, is_loud), greeting="Hello.") as line:
            await transport.caller_says(50)
            heard = await asyncio.wait_for(line.receive(), 10)
            while not (isinstance(heard, Prompt) and heard.is_last):  # words that may change are told, too
                heard = await asyncio.wait_for(line.receive(), 10)
            assert heard == Prompt("word word word word word", True)
            await line.send(say("Two days.", is_last=True))
            while line.is_saying:
                await asyncio.sleep(0.02)
            assert transport.sent

    run(work)


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [
        ("deepgram:", "", "set RECOGNISER_API_KEY"),
        ("whisper:", "k", "RECOGNISER_URL is builtin:"),
        ("openai+https:", "k", "RECOGNISER_URL is builtin:"),
        ("deepgram://host/v1", "k", "RECOGNISER_URL is builtin:"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(url: str, key: str, says: str) -> None:
    with pytest.raises(SpeechUnavailable, match=says):
        read_reach("RECOGNISER", url, key)


@pytest.mark.django_db
def test_with_other_speech_numbers_of_any_language_are_answered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(get_config(), recogniser_url="deepgram:", recogniser_api_key="k")
    monkeypatch.setattr(choosing, "get_config", lambda: config)
    with pytest.raises(SpeechUnavailable, match="SYNTHESISER_URL"):
        choosing.check_speech(cast.acme.tenant_id, "de-DE")
    config = replace(config, synthesiser_url="openai+http://localhost:1/v1?voice=ash")
    choosing.check_speech(cast.acme.tenant_id, "de-DE")


def test_what_is_owed_is_counted(provider: SpeechProvider) -> None:
    async def work() -> None:
        spent = SpeechSpent()
        listening = (DeepgramRecogniser, AskedRecogniser)
        for kind, name in zip(listening, ("deepgram", "openai"), strict=True):
            recogniser = kind(reach_of(name, provider), language="en-US", spent=spent)
            await utter(recogniser, 5)
            await recogniser.finish()
            await recogniser.close()
        voice = AskedVoice(reach_of("openai", provider), language="en-US", spent=spent)
        await voice.speak("Two days.")
        await voice.close()
        assert (spent.recogniser, spent.heard_seconds, spent.voice, spent.spoken_characters) == (
            "openai",
            2,
            "openai",
            9,
        )

    run(work)
