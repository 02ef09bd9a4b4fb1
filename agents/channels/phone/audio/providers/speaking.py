"""Voices of others. A voice that the provider cannot have (a carrier's name, flite's) is its usual one."""

import re
from typing import Any

import numpy as np

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.providers.asking import Provider
from agents.channels.phone.audio.reach import SpeechReach
from agents.channels.phone.audio.sounds import at_8_khz, trimmed
from agents.channels.phone.audio.speech import SpeechSpent

VOICES = {
    "deepgram": (re.compile(r"aura[\w-]+"), "aura-2-thalia-en"),
    "elevenlabs": (re.compile(r"[A-Za-z0-9]{20}"), "JBFqnCBsd6RMkjVDRZzb"),
    "openai": (re.compile(r"[a-z][\w-]*"), "alloy"),
}
SPEEDS = {"elevenlabs": (0.7, 1.2), "openai": (0.25, 4.0)}
_PCM_RATE = 24000  # of OpenAI's


class AskedVoice:
    """`voice` and `speed` are the agent's; `language`: BCP 47."""

    def __init__(
        self,
        reach: SpeechReach,
        *,
        language: str,
        voice: str = "",
        speed: float = 1.0,
        spent: SpeechSpent | None = None,
    ) -> None:
        self._spent = spent or SpeechSpent()
        self._spent.voice, self._spent.is_own_voice = reach.provider, bool(reach.owner)
        self._provider = Provider(reach)
        self._language = language.partition("-")[0].lower()
        form, usual = VOICES[reach.provider]
        self._voice = voice if form.fullmatch(voice) else reach.voice or usual
        slowest, fastest = SPEEDS.get(reach.provider, (1.0, 1.0))
        self._speed = min(max(speed, slowest), fastest)

    async def speak(self, text: str) -> bytes:
        match self._provider.reach.provider:
            case "deepgram":
                samples = mulaw.decode(await self._deepgram(text))
            case "elevenlabs":
                samples = mulaw.decode(await self._elevenlabs(text))
            case _:
                samples = await self._openai(text)
        self._spent.spoken_characters += len(text)
        return mulaw.encode(trimmed(np.frombuffer(samples, "<i2")).astype("<i2").tobytes())

    async def close(self) -> None:
        await self._provider.close()

    async def _deepgram(self, text: str) -> bytes:
        form = {"encoding": "mulaw", "sample_rate": str(mulaw.RATE), "container": "none"}
        return await self._provider.ask("speak", {"model": self._voice, **form}, json={"text": text})

    async def _elevenlabs(self, text: str) -> bytes:
        body: dict[str, Any] = {"text": text, "model_id": self._provider.reach.model or "eleven_flash_v2_5"}
        body |= {"language_code": self._language, "voice_settings": {"speed": self._speed}}
        path = f"text-to-speech/{self._voice}/stream"
        return await self._provider.ask(path, {"output_format": "ulaw_8000"}, json=body)

    async def _openai(self, text: str) -> bytes:
        body: dict[str, Any] = {
            "model": self._provider.reach.model or "gpt-4o-mini-tts",
            "voice": self._voice,
            "input": text,
        }
        body |= {"response_format": "pcm", "speed": self._speed}
        sound = await self._provider.ask("audio/speech", json=body)
        samples = np.frombuffer(sound[: len(sound) // 2 * 2], "<i2")
        return at_8_khz(samples, _PCM_RATE).astype("<i2").tobytes()
