"""Understanding without an account: PocketSphinx with a language model of the agent's own phrases. English.

See `sphinx_process` for the other side of its pipe.
"""

import asyncio
import contextlib
import importlib.util
import json
import struct
import sys
from collections.abc import Sequence
from typing import ClassVar

from agents.channels.phone.audio.speech import Detector, SpeechUnavailable
from rapport import logs

log = logs.get_logger(__name__)

READY_SECONDS = 60.0
FINISH_SECONDS = 10.0
MISSING = "PocketSphinx is not installed, so calls that bring audio are not understood: pip install 'rapport[speech]'."
MOST_CALLS = 16  # that one process listens to at once; each has some 100 MB of its own
AGGRESSIVENESS = 2  # of WebRTC's detector, 0 to 3


def is_installed() -> bool:
    return importlib.util.find_spec("pocketsphinx") is not None


def make_detector() -> Detector:
    """WebRTC's. Raises SpeechUnavailable."""
    if not is_installed():
        raise SpeechUnavailable(MISSING)
    from pocketsphinx import Vad

    detector: Detector = Vad(AGGRESSIVENESS, 8000, 0.02).is_speech
    return detector


class Sphinx:
    """One call's recogniser. It learns the voice and the line while it listens."""

    running: ClassVar[int] = 0

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = "\n".join(sentences).encode()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._finals: asyncio.Queue[str | None] = asyncio.Queue()
        self._partial = ""

    @property
    def partial(self) -> str:
        return self._partial

    async def start(self) -> None:
        """Makes the model ready in the background. One that died is begun anew. Raises SpeechUnavailable."""
        if not is_installed():
            raise SpeechUnavailable(MISSING)
        if self._process is not None and self._process.returncode is None:
            return
        await self.close()  # of one that died
        if Sphinx.running >= MOST_CALLS:
            raise SpeechUnavailable(f"{MOST_CALLS} calls are listened to already, the most at once in one process.")
        self._ready.clear()
        self._finals = asyncio.Queue()
        Sphinx.running += 1
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "agents.channels.phone.audio.sphinx_process"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except BaseException:
            Sphinx.running -= 1
            raise
        self._reading = asyncio.create_task(self._read(self._process, self._finals), name="recogniser")
        self._tell(b"M", self._sentences)

    async def wait_ready(self) -> None:
        """Raises SpeechUnavailable."""
        try:
            await asyncio.wait_for(self._ready.wait(), READY_SECONDS)
        except TimeoutError:
            raise SpeechUnavailable("PocketSphinx did not become ready.") from None

    async def begin(self) -> None:
        await self.start()
        self._partial = ""
        self._tell(b"B")

    async def hear(self, samples: bytes) -> None:
        self._tell(b"A", samples)

    async def settle(self) -> None:
        self._tell(b"S")

    async def finish(self) -> str:
        self._tell(b"F")
        await self.wait_ready()  # who speaks at once is understood all the same
        try:
            words = await asyncio.wait_for(self._finals.get(), FINISH_SECONDS)
        except TimeoutError:
            words = None
        if words is None:
            log.warning("recogniser_lost")
            await self.close()
            return ""
        return words

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        Sphinx.running -= 1
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if self._reading is not None:
            await self._reading  # to the end of its output, so that its pipe is closed
        await process.wait()

    def _tell(self, kind: bytes, content: bytes = b"") -> None:
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(struct.pack(">cI", kind, len(content)) + content)

    async def _read(self, process: asyncio.subprocess.Process, finals: "asyncio.Queue[str | None]") -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            told = json.loads(line)
            if "partial" in told:
                self._partial = str(told["partial"])
            elif "final" in told:
                finals.put_nowait(str(told["final"]))
            elif "ready" in told:
                self._ready.set()
        finals.put_nowait(None)
        self._ready.set()  # nobody waits for one that is gone
