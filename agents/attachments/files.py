"""The bytes of attached files: under DATA_DIR/attachments, company first, named by the attachment's id.

Where a file is follows from the ids alone, so that it is found, and is gone, whatever its row says; what the visitor
called it is never a path. They are as private as DATA_DIR: like documents they are not encrypted by themselves.
"""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from rapport.config import get_config


def write_file(tenant_id: UUID, attachment_id: UUID, content: bytes) -> None:
    """Whole, or not at all."""
    path = _path_of(tenant_id, attachment_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    os.replace(draft, path)  # noqa: PTH105 — the atomic rename is the point


def read_file(tenant_id: UUID, attachment_id: UUID) -> bytes | None:
    """None where there is none."""
    try:
        return _path_of(tenant_id, attachment_id).read_bytes()
    except FileNotFoundError:
        return None


def delete_files(tenant_id: UUID, attachment_ids: Iterable[UUID]) -> None:
    for each in attachment_ids:
        _path_of(tenant_id, each).unlink(missing_ok=True)


def count_files(tenant_id: UUID, attachment_ids: Iterable[UUID]) -> int:
    return sum(_path_of(tenant_id, each).exists() for each in attachment_ids)


def count_tenant_files(tenant_id: UUID) -> int:
    """Those in the making too."""
    return sum(1 for path in _folder(tenant_id).glob("*") if path.is_file())


def delete_tenant_files(tenant_id: UUID) -> None:
    shutil.rmtree(_folder(tenant_id), ignore_errors=True)


def delete_old_drafts(tenant_id: UUID, seconds: float) -> None:
    """Of writers that were killed."""
    for path in _older(_folder(tenant_id).glob("*.part"), seconds):
        path.unlink(missing_ok=True)


def list_old_files(tenant_id: UUID, seconds: float) -> list[UUID]:
    """Of what is older than that."""
    return [UUID(hex=path.name) for path in _older(_folder(tenant_id).glob("[0-9a-f]" * 32), seconds)]


def _older(paths: Iterable[Path], seconds: float) -> Iterator[Path]:
    before = time.time() - seconds
    for path in paths:
        try:
            is_old = path.stat().st_mtime < before
        except FileNotFoundError:
            continue
        if is_old:
            yield path


def _path_of(tenant_id: UUID, attachment_id: UUID) -> Path:
    return _folder(tenant_id) / attachment_id.hex


def _folder(tenant_id: UUID) -> Path:
    return get_config().data_dir / "attachments" / str(tenant_id)
