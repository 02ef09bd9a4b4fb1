"""One call of the API as data, and what becomes of it on the wire. Nothing here talks to anyone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import IO, Any, Final, TypeAlias
from urllib.parse import quote
from uuid import uuid4

# Bytes with or without a name, a path, or a file opened for reading bytes.
FileInput: TypeAlias = "bytes | tuple[str, bytes] | os.PathLike[str] | IO[bytes]"


class Omit(Enum):
    """The type of OMIT: "say nothing of it", where None says "make it empty"."""

    OMIT = "omit"


class _Null(Enum):
    NULL = "null"


OMIT: Final = Omit.OMIT


def given(value: object) -> object:
    """A value that may be null: None is sent."""
    return _Null.NULL if value is None else value


def new_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Call:
    """`is_repeatable`: sent twice it does what it does once, by its method, its key or its content."""

    method: str
    path: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    items: Sequence[object] | None = None
    media_type: str = "application/json"
    idempotency_key: str = ""
    is_repeatable: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_repeat(self) -> bool:
        return self.is_repeatable or self.method in {"GET", "PUT", "DELETE"}

    def arguments(self) -> dict[str, Any]:
        """For `httpx.Client.build_request`."""
        headers = dict(self.headers)
        if self.idempotency_key:
            headers["Idempotency-Key"] = self.idempotency_key
        query = {name: _plain(value) for name, value in _said(self.query).items()}
        return {"method": self.method, "url": self._address(), "params": query, **self._content(headers)}

    def _address(self) -> str:
        """An empty id would call something else: it is refused."""
        path = self.path
        for name, value in self.ids.items():
            if not value or value.strip(".") == "":
                raise ValueError(f"{name} is {value!r}; it is an id.")
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path

    def _content(self, headers: dict[str, str]) -> dict[str, Any]:
        body = None if self.body is None else _said(self.body)
        if body and "file" in body:
            file = _read_file(body.pop("file"))
            return {
                "headers": headers,
                "data": {name: _plain(each) for name, each in body.items()},
                "files": {"file": file},
            }
        content = body if self.items is None else [*self.items]
        if content is None:
            return {"headers": headers}
        text = json.dumps(content, default=_plain)
        return {"headers": {**headers, "Content-Type": self.media_type}, "content": text.encode()}


def _said(values: Mapping[str, object]) -> dict[str, Any]:
    """Without what the caller said nothing of."""
    said = {name: value for name, value in values.items() if value is not None and value is not OMIT}
    return {name: None if value is _Null.NULL else value for name, value in said.items()}


def _plain(value: object) -> str:
    """Times in ISO 8601; one without a zone is refused by the server, which says so."""
    if isinstance(value, date):  # datetimes are dates
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_file(given_file: Any) -> tuple[str, bytes]:
    """Read now, so that another try sends all of it."""
    if isinstance(given_file, bytes):
        return "file", given_file
    if isinstance(given_file, tuple):
        return given_file[0], given_file[1]
    if isinstance(given_file, os.PathLike):
        path = Path(given_file)
        return path.name, path.read_bytes()
    return Path(str(getattr(given_file, "name", "file"))).name, given_file.read()
