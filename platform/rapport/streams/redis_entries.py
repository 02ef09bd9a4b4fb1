"""A frame as an entry of a Redis list: its event, a line break, its body."""

import json
from collections.abc import Mapping
from typing import Any

from rapport.streams.port import TERMINAL_EVENTS, Frame


def entry_of(event: str, data: Mapping[str, Any]) -> str:
    return f"{event}\n{json.dumps(data, ensure_ascii=False, separators=(',', ':'))}"


def frame_of(sequence: int, entry: bytes) -> Frame:
    event, _, body = entry.decode().partition("\n")
    return Frame(sequence, event, body)


def is_ending(entry: bytes | None) -> bool:
    return entry is not None and entry.partition(b"\n")[0].decode() in TERMINAL_EVENTS
