"""Understanding by providers that are asked once for an utterance: OpenAI, what speaks as it does, and ElevenLabs.

When the caller is silent the question goes out at once; if more is said, its answer is dropped, and the whole is asked
about again.
"""

import asyncio
import contextlib
import io
import json
import wave
from typing import Any

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.providers.asking import Provider
from agents.channels.phone.audio.reach import SpeechReach
from agents.channels.phone.audio.speech import SpeechSpent, SpeechUnavailable
from rapport import logs

log = logs.get_logger(__name__)

LEAST_BYTES = mulaw.RATE * 2 // 5  # 0.2 s: of less, models make words up
MOST_BYTES = mulaw.RATE * 2 * 120  # two minutes; what is said after them is not heard


class AskedRecogniser:
    """`language`: BCP 47; its first part is told. `hint`: the company's words, which it may be about."""

    def __init__(self, reach: SpeechReach, *, language: str, hint: str = "", spent: SpeechSpent | None = None) -> None:
        self._spent = spent or SpeechSpent()
        self._spent.recogniser, self._spent.is_own_recogniser = reach.provider, bool(reach.owner)
        self._provider = Provider(reach)
        self._language, self._hint = language.partition("-")[0].lower(), hint
        self._heard = bytearray()
        self._asking: asyncio.Task[str] | None = None

    @property
    def partial(self) -> str:
        """Nothing before it was asked."""
        asking = self._asking
        if asking is None or not asking.done() or asking.cancelled() or asking.exception() is not None:
            return ""
        return asking.result()

    async def begin(self) -> None:
        self._heard.clear()
        await self._drop()

    async def hear(self, samples: bytes) -> None:
        if self._asking is not None:
            await self._drop()
        if len(self._heard) < MOST_BYTES:
            self._heard += samples

    async def settle(self) -> None:
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(bytes(self._heard)), name="understand")

    async def finish(self) -> str:
        await self.settle()
        assert self._asking is not None
        return await self._asking

    async def close(self) -> None:
        await self._drop()
        await self._provider.close()

    async def _drop(self) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, SpeechUnavailable):
                await asking

    async def _ask(self, samples: bytes) -> str:
        if len(samples) < LEAST_BYTES:
            return ""
        self._spent.heard_bytes += len(samples)
        reach, sound = self._provider.reach, ("call.wav", wave_of(samples), "audio/wav")
        if reach.provider == "elevenlabs":
            fields = {
                "model_id": reach.model or "scribe_v1",
                "language_code": self._language,
                "tag_audio_events": "false",
            }
            answer = await self._provider.ask("speech-to-text", data=fields, files={"file": sound})
        else:
            fields = {"model": reach.model or "gpt-4o-mini-transcribe", "language": self._language}
            fields |= {"response_format": "json"} | ({"prompt": self._hint} if self._hint else {})
            answer = await self._provider.ask("audio/transcriptions", data=fields, files={"file": sound})
        return _text_of(answer, reach.provider)


def _text_of(answer: bytes, provider: str) -> str:
    try:
        told: Any = json.loads(answer)
    except ValueError:
        told = None
    text = told.get("text") if isinstance(told, dict) else None
    if not isinstance(text, str):
        raise SpeechUnavailable(f"{provider} answered with no text.")
    return " ".join(text.split())


def wave_of(samples: bytes) -> bytes:
    """As a file: 8 kHz, 16 bits, one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(mulaw.RATE)
        written.writeframes(samples)
    return file.getvalue()
