"""A telephone that calls the demo company: baresip (Debian), told over its control port what to say and when.

What it hears and says is recorded by baresip itself, so that the recording shows what really arrived.
"""

import asyncio
import contextlib
import json
import shutil
import socket
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from agents.channels.phone.audio.flite import Flite
from agents.channels.phone.audio.sounds import at_8_khz
from agents.channels.phone.audio.speech import SpeechUnavailable

VOICE = "kal16"  # the one that PocketSphinx understands best
SILENCE_SECONDS = 180  # after what is said, so that its source does not end before the call
START_SECONDS = 20.0
MISSING = "baresip is not installed, so nobody can call: bash infra/speech.sh"
_CONFIG = """sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
module_path {modules}
audio_path {folder}
audio_player aubridge,nil
audio_source aufile,{silence}
audio_alert aubridge,nil
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
module g711.so
module sndfile.so
module aubridge.so
module aufile.so
snd_path {folder}
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Telephone:
    """`async with` it: it is on, and may `dial`. `folder` is its own, for its settings and recordings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = shutil.which("baresip")
        if self._program is None:
            raise SpeechUnavailable(MISSING)

    async def __aenter__(self) -> Self:
        silence = self._folder / "silence.wav"
        _write(silence, np.zeros(8000 * SILENCE_SECONDS, "<i2"))
        sip, control = _free_port(socket.SOCK_DGRAM), _free_port(socket.SOCK_STREAM)
        settings = _CONFIG.format(
            sip=sip, control=control, folder=self._folder, silence=silence, modules=_modules(self._program or "")
        )
        (self._folder / "config").write_text(settings)
        (self._folder / "accounts").write_text("<sip:+4915112345678@127.0.0.1>;regint=0;audio_codecs=pcmu\n")
        (self._folder / "contacts").write_text("")
        with (self._folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(self._program or "", "-4", "-f", str(self._folder)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._reader, self._writer = await _until(lambda: asyncio.open_connection("127.0.0.1", control))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            await self.tell("quit")
            await asyncio.wait_for(self._process.wait(), 5)
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._writer.close()

    async def dial(self, address: str) -> None:
        await self.tell("dial", address)

    async def say(self, text: str) -> None:
        """At once, in place of whatever it was saying."""
        rate, samples = await Flite(VOICE).samples(text)
        path = self._folder / f"said-{len(list(self._folder.glob('said-*')))}.wav"
        silence = np.zeros(8000 * SILENCE_SECONDS, "<i2")
        _write(path, np.concatenate((at_8_khz(samples, rate), silence)))
        await self.tell("ausrc", f"aufile,{path}")

    async def hang_up(self) -> None:
        await self.tell("hangup")

    async def tell(self, command: str, parameters: str = "") -> None:
        """A netstring of JSON, as its module ctrl_tcp has it."""
        text = json.dumps({"command": command, "params": parameters, "token": command}).encode()
        self._writer.write(b"%d:%b," % (len(text), text))
        await self._writer.drain()

    def recordings(self) -> dict[str, Path]:
        """ "heard" and "said"."""
        return {
            name: found
            for name, ending in (("heard", "dec"), ("said", "enc"))
            for found in self._folder.glob(f"dump-*-{ending}.wav")
        }

    def wrote(self) -> str:
        """Without its line of figures, which comes several times a second."""
        lines = (self._folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if line.strip() and "(bit/s)" not in line)


def _modules(program: str) -> Path:
    beside = Path(program).parent.parent / "lib" / "baresip" / "modules"
    return beside if beside.is_dir() else Path("/usr/lib/baresip/modules")


def _write(path: Path, samples: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]") -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _until(
    connect: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]],
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(int(START_SECONDS / 0.1)):
        try:
            return await connect()
        except OSError:
            await asyncio.sleep(0.1)
    raise SpeechUnavailable("baresip does not start; see its log.")
