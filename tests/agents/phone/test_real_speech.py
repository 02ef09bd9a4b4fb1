"""What is spoken is understood: flite's voice, the telephone's sound, PocketSphinx with the agent's language model.

The first tests need nothing but PocketSphinx; the calls need flite too.
"""

import asyncio
import shutil
import time
from collections.abc import Sequence

import pytest

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.choosing import check_reaches
from agents.channels.phone.audio.flite import Flite
from agents.channels.phone.audio.language_model import sentences_of
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.reach import BUILTIN, SpeechReach
from agents.channels.phone.audio.speech import Speech, SpeechUnavailable
from agents.channels.phone.audio.sphinx import Sphinx, make_detector
from agents.channels.phone.frames import Heard, Prompt, say
from agents.channels.phone.sip.server import SipCall, serve_sip
from tests.agents.phone.sip_caller import SipCaller

HEADINGS = (
    "Delivery within Germany",
    "Returns and refunds",
    "File types that can be uploaded",
    "Opening hours of the shop",
    "Cancelling an order",
    "Talking to a person",
)
TEXTS = (
    "Standard delivery takes three days. Which countries do you deliver to? How do I return something? "
    "You can upload these file types. They may be large. When is the shop open? How do I cancel my order?",
)
ASKED = (
    "how do i return something",
    "which file types can i upload",
    "when is the shop open",
    "how do i cancel my order",
)
ANSWER = (
    "Standard delivery takes three days, and returns are free for thirty days. Write to us when something is missing."
)

needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed (bash infra/speech.sh)")


def test_what_is_missing_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    own = SpeechReach(BUILTIN)
    with pytest.raises(SpeechUnavailable, match="apt-get install flite"):
        check_reaches(own, own, "en-US")
    with pytest.raises(SpeechUnavailable, match="English only"):
        check_reaches(own, own, "de-DE")


def word_errors(said: str, understood: str) -> int:
    """Levenshtein's distance in words."""
    before = list(range(len(understood.split()) + 1))
    for row, word in enumerate(said.split(), 1):
        after = [row]
        for column, other in enumerate(understood.split(), 1):
            after.append(min(before[column] + 1, after[-1] + 1, before[column - 1] + (word != other)))
        before = after
    return before[-1]


async def _understood(questions: Sequence[str]) -> list[str]:
    recogniser, voice = Sphinx(sentences_of(HEADINGS, TEXTS)), Flite("kal16")
    await recogniser.start()
    await recogniser.wait_ready()
    heard = []
    for question in questions:
        sound = mulaw.in_frames(mulaw.SILENCE * 12 + await voice.speak(question) + mulaw.SILENCE * 12)
        await recogniser.begin()
        for at in range(0, len(sound), mulaw.FRAME_BYTES):
            await recogniser.hear(mulaw.decode(sound[at : at + mulaw.FRAME_BYTES]))
        heard.append(await recogniser.finish())
    await recogniser.close()
    return heard


@pytest.mark.slow
@needs_flite
def test_questions_about_the_agent_s_matters_are_understood() -> None:
    understood = asyncio.run(_understood(ASKED))
    errors = sum(word_errors(said, heard) for said, heard in zip(ASKED, understood, strict=True))
    assert errors <= 2, understood


@pytest.mark.slow
@needs_flite
def test_a_recogniser_that_dies_loses_one_utterance_and_no_more() -> None:
    async def call() -> None:
        recogniser, voice = Sphinx(sentences_of(HEADINGS, TEXTS)), Flite("kal16")
        sound = mulaw.SILENCE * 12 + await voice.speak(ASKED[0]) + mulaw.SILENCE * 12
        await recogniser.begin()
        assert recogniser._process is not None
        recogniser._process.kill()
        await recogniser.hear(mulaw.decode(sound))
        assert await recogniser.finish() == ""
        await recogniser.begin()
        await recogniser.hear(mulaw.decode(sound))
        assert "return something" in await recogniser.finish()
        await recogniser.close()
        assert Sphinx.running == 0

    asyncio.run(asyncio.wait_for(call(), 60))


@pytest.mark.slow
@needs_flite
def test_a_call_by_sip_is_understood_answered_and_interrupted() -> None:
    """All but the model: SIP and RTP, ends of turns, recognition, voice, and silence when the caller speaks."""

    async def call() -> None:
        told: list[Heard] = []
        lines: list[AudioLine] = []

        async def answer(call: SipCall) -> None:
            sound = await call.accept()
            assert sound is not None
            recogniser = Sphinx(sentences_of(HEADINGS, TEXTS))
            await recogniser.start()
            await recogniser.wait_ready()
            async with AudioLine(sound, Speech(recogniser, Flite(), make_detector()), greeting="Hello.") as line:
                lines.append(line)
                while (heard := await line.receive()) is not None:
                    told.append(heard)
                    if isinstance(heard, Prompt) and heard.is_last:
                        await line.send(say(ANSWER, is_last=True))

        server, voice = await serve_sip(answer), Flite("kal16")
        async with SipCaller(server.port, "+4930123") as caller:
            assert await caller.hears(0.0) > 0
            await caller.hears_silence()
            last = await caller.speak(await voice.speak(ASKED[0]))
            first = await caller.hears(last)
            assert first - last < 3.0, "on an idle machine it is half a second"
            await asyncio.sleep(1.5)
            asking = asyncio.create_task(caller.speak(await voice.speak(ASKED[1])))
            began = time.monotonic()
            await asyncio.sleep(0.7)
            assert not [at for at, frame in caller.heard if at > began + 0.5 and frame != mulaw.SILENCE], "it is silent"
            await asking
            await caller.hears(await asking)
        await server.close()
        prompts = [each.text for each in told if isinstance(each, Prompt) and each.is_last]
        assert len(prompts) == 2
        assert sum(word_errors(said, heard) for said, heard in zip(ASKED, prompts, strict=False)) <= 2, prompts
        assert lines[0].turns[0].interrupted_at

    asyncio.run(asyncio.wait_for(call(), 90))
