"""The bytes of documents as they came: content-addressed files under DATA_DIR/files, tenant first.

A file is written before the row that names it, so a crash leaves at worst a file too many, never one too few. The same
bytes are one file, so one document's may leave at the moment at which another one's come: `delete_unused`.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from ingestion.errors import StoredFileMissing
from rapport.config import get_config
from rapport.ids import new_id


def hash_content(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


ASIDE_SECONDS = 2.0  # longer than `delete_unused` takes to ask and to put back

Used = Callable[[Collection[str]], Collection[str]]


def write_blob(tenant_id: UUID, content: bytes) -> str:
    """Store the bytes; the same bytes of the same tenant are stored once. Returns the key.

    Called before the row that names them is written, and once more when it is committed: see `delete_unused`.
    """
    digest = hash_content(content)
    key = f"{tenant_id}/{digest[:2]}/{digest}"
    path = _path(tenant_id, key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{digest}.{new_id().hex}")
        draft.write_bytes(content)
        os.replace(draft, path)  # noqa: PTH105 — the atomic rename is the point
    return key


def read_blob(tenant_id: UUID, key: str) -> bytes:
    """Raises StoredFileMissing, also for a key of another tenant. What is missing may only be aside for a moment."""
    path, until = _path(tenant_id, key), time.monotonic() + ASIDE_SECONDS
    while True:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            if time.monotonic() > until:
                raise StoredFileMissing(
                    "The stored file of this document is gone. Upload the document again, or restore DATA_DIR from a "
                    "backup."
                ) from None
        time.sleep(0.05)


def delete_unused(tenant_id: UUID, keys: Collection[str], used: Used) -> None:
    """Delete those that no row names; `used` asks the rows. What is not there is no error.

    Someone may be storing the same bytes: he found the file, and his row is not there yet. So the file is put aside,
    then the rows are asked. His row came before that: the file goes back. It came after: he finds the file gone when
    he looks again, and writes it again.
    """
    leaving = {_path(tenant_id, key): key for key in set(keys) - set(used(keys))}
    aside: dict[Path, Path] = {}
    for path in leaving:
        with suppress(FileNotFoundError):
            aside[path] = path.replace(path.with_name(f"{path.name}.{new_id().hex}"))
    needed = set(used(list(leaving.values()))) if aside else set()
    for path, draft in aside.items():
        if leaving[path] in needed:
            draft.replace(path)
        else:
            draft.unlink(missing_ok=True)


def count_tenant_blobs(tenant_id: UUID) -> int:
    """How many files are there, those in the making too."""
    return sum(1 for path in (_folder() / str(tenant_id)).rglob("*") if path.is_file())


def delete_tenant_blobs(tenant_id: UUID) -> None:
    shutil.rmtree(_folder() / str(tenant_id), ignore_errors=True)


def _folder() -> Path:
    return get_config().data_dir / "files"


def _path(tenant_id: UUID, key: str) -> Path:
    if not key.startswith(f"{tenant_id}/") or ".." in key:
        raise StoredFileMissing("This document has no stored file. Upload the document again.")
    return _folder() / key
