"""The bytes of documents as they came: content-addressed files under DATA_DIR/files, tenant first.

A file is written before the row that names it, so a crash leaves at worst a file too many, never one too few.
"""

import hashlib
import os
import shutil
from pathlib import Path
from uuid import UUID

from ingestion.errors import StoredFileMissing
from rapport.config import get_config
from rapport.ids import new_id


def hash_content(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_blob(tenant_id: UUID, content: bytes) -> str:
    """Store the bytes; the same bytes of the same tenant are stored once. Returns the key."""
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
    """Raises StoredFileMissing, also for a key of another tenant."""
    try:
        return _path(tenant_id, key).read_bytes()
    except FileNotFoundError:
        raise StoredFileMissing(
            "The stored file of this document is gone. Upload the document again, or restore DATA_DIR from a backup."
        ) from None


def delete_blob(tenant_id: UUID, key: str) -> None:
    """Deleting what is not there is no error."""
    _path(tenant_id, key).unlink(missing_ok=True)


def delete_tenant_blobs(tenant_id: UUID) -> None:
    shutil.rmtree(_folder() / str(tenant_id), ignore_errors=True)


def _folder() -> Path:
    return get_config().data_dir / "files"


def _path(tenant_id: UUID, key: str) -> Path:
    if not key.startswith(f"{tenant_id}/") or ".." in key:
        raise StoredFileMissing("This document has no stored file. Upload the document again.")
    return _folder() / key
