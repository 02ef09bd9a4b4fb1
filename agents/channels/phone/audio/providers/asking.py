"""One HTTP request to a provider of speech: bounded in time and size, tried twice, and its failures in one sentence."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from agents.channels.phone.audio.reach import SpeechReach
from agents.channels.phone.audio.speech import SpeechUnavailable
from rapport.errors import RapportError
from rapport.outbound import safe_async_transport

TIMEOUT = httpx.Timeout(10, connect=4)
MOST_BYTES = 8_000_000  # of an answer; a piece that is spoken has some 200 kB
_TRIES = 2
_PAUSE_SECONDS = 0.15
_TRIED_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
HEADERS = {"deepgram": ("Authorization", "Token {}"), "elevenlabs": ("xi-api-key", "{}")}
_BEARER = ("Authorization", "Bearer {}")


def headers_for(reach: SpeechReach) -> dict[str, str]:
    if not reach.api_key:
        return {}
    name, form = HEADERS.get(reach.provider, _BEARER)
    return {name: form.format(reach.api_key)}


class Provider:
    """One call's connection to it, which is kept between its requests."""

    def __init__(self, reach: SpeechReach) -> None:
        self.reach = reach
        # where a company chose the address, it must not lead inside
        transport = safe_async_transport() if reach.owner else None
        self._http = httpx.AsyncClient(
            base_url=f"{reach.base_url}/", headers=headers_for(reach), timeout=TIMEOUT, transport=transport
        )

    async def ask(self, path: str, params: Mapping[str, str] | None = None, **body: Any) -> bytes:
        """What `POST path` answers. Raises SpeechUnavailable."""
        for left in reversed(range(_TRIES)):
            try:
                return await self._ask(path, params or {}, body)
            except _Again as error:
                if not left:
                    raise SpeechUnavailable(error.message) from None
                await asyncio.sleep(_PAUSE_SECONDS)
        raise AssertionError

    async def _ask(self, path: str, params: Mapping[str, str], body: Mapping[str, Any]) -> bytes:
        name = self.reach.provider
        try:
            async with self._http.stream("POST", path, params=params, **body) as response:
                content = bytearray()
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise SpeechUnavailable(f"{name} answered with more than {MOST_BYTES} bytes.")
        except httpx.TimeoutException:
            raise SpeechUnavailable(f"{name} did not answer in time.") from None
        except SpeechUnavailable:
            raise
        except RapportError as error:  # an address that may not be called
            raise SpeechUnavailable(f"{name}: {error.message}") from None
        except httpx.HTTPError as error:
            raise _Again(f"{name} cannot be reached: {type(error).__name__}.") from None
        if response.status_code in _TRIED_AGAIN:
            raise _Again(f"{name} answered {response.status_code}.")
        if response.is_error:
            raise SpeechUnavailable(f"{name} refused with {response.status_code}{_remedy(response.status_code)}.")
        return bytes(content)

    async def close(self) -> None:
        await self._http.aclose()


class _Again(SpeechUnavailable):
    """May be another matter a moment later."""


def _remedy(status: int) -> str:
    if status in {401, 403}:
        return ": is its key right, and may it be used for this"
    return ": does it have this model, voice and language" if status in {400, 404, 422} else ""
