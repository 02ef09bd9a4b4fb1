"""The files of recordings: µ-law of both sides under DATA_DIR/recordings, company first, named by the call.

Where a file is follows from the ids alone, so that a recording is found, and is gone, whatever its row says. They are
as private as DATA_DIR: like documents they are not encrypted by themselves.
"""

import shutil
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from agents.channels.phone.audio import mulaw
from rapport.config import get_config

CHANNELS = 2
BYTES_A_SECOND = mulaw.RATE * CHANNELS
_MULAW = 7  # of WAVE's formats, RFC 2361
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as a WAVE file of `size` bytes: its header is made, the rest is read."""

    path: Path
    head: bytes
    size: int

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Its bytes from `start` to before `end`, piece by piece."""
        if start < len(self.head):
            yield self.head[start:end]
        with self.path.open("rb") as file:
            file.seek(max(0, start - len(self.head)))
            left = end - max(start, len(self.head))
            while left > 0 and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece


def path_of(tenant_id: UUID, call_id: UUID) -> Path:
    return _folder(tenant_id) / f"{call_id}.ulaw"


def open_sound(tenant_id: UUID, call_id: UUID) -> Sound | None:
    """None where there is no file, or nothing in it."""
    path = path_of(tenant_id, call_id)
    try:
        length = path.stat().st_size // CHANNELS * CHANNELS
    except FileNotFoundError:
        return None
    head = wave_head(length)
    return Sound(path, head, len(head) + length) if length else None


def wave_head(length: int) -> bytes:
    """Of `length` bytes of both sides."""
    form = struct.pack("<HHIIHHH", _MULAW, CHANNELS, mulaw.RATE, BYTES_A_SECOND, CHANNELS, 8, 0)
    fact = struct.pack("<4sII", b"fact", 4, length // CHANNELS)
    body = b"WAVE" + struct.pack("<4sI", b"fmt ", len(form)) + form + fact + struct.pack("<4sI", b"data", length)
    return struct.pack("<4sI", b"RIFF", len(body) + length) + body


def delete_sounds(tenant_id: UUID, call_ids: Iterable[UUID]) -> None:
    for call_id in call_ids:
        path_of(tenant_id, call_id).unlink(missing_ok=True)


def count_sounds(tenant_id: UUID, call_ids: Iterable[UUID]) -> int:
    return sum(path_of(tenant_id, call_id).exists() for call_id in call_ids)


def count_tenant_sounds(tenant_id: UUID) -> int:
    return sum(1 for path in _folder(tenant_id).glob("*") if path.is_file())


def delete_tenant_sounds(tenant_id: UUID) -> None:
    shutil.rmtree(_folder(tenant_id), ignore_errors=True)


def list_sounds(tenant_id: UUID) -> dict[UUID, Path]:
    return {UUID(path.stem): path for path in _folder(tenant_id).glob("*.ulaw")}


def _folder(tenant_id: UUID) -> Path:
    return get_config().data_dir / "recordings" / str(tenant_id)
