"""An export's archive: one ZIP with a file of JSON Lines for each table, stored files, and a manifest of both.

Made at a path of its own beside the final one; it knows nothing of who asked.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from tenants.privacy.holdings import OfContact, OfTenant, StoredFile, Subject, kind_of, stores, tables_of
from tenants.privacy.rows import count_rows, read_rows, schema_of

FORMAT = "rapport-export/1"
Progress = Callable[[int], None]  # told how many rows and files were written since the last time
Json = dict[str, Any]


class _Encoder(DjangoJSONEncoder):
    """Times with all their digits: Django's own rounds them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def exported_tables(subject: Subject) -> list[type[Model]]:
    """Those that the archive shows: by name, the machinery's left out."""
    models = [model for model in tables_of(subject) if _is_shown(model)]
    return sorted(models, key=lambda model: model._meta.label)


def _is_shown(model: type[Model]) -> bool:
    kind = kind_of(model._meta.label)
    return isinstance(kind, OfContact | OfTenant) and kind.is_exported


def count_of(subject: Subject) -> int:
    """Rows and files that an archive will have."""
    return sum(count_rows(model, subject) for model in exported_tables(subject)) + len(_files(subject))


def _files(subject: Subject) -> list[StoredFile]:
    return [file for store in stores() for file in store.files(subject)]


def write_archive(path: Path, subject: Subject, about: Json, progress: Progress) -> None:
    """Overwrites what is there. `about` is what the manifest says of the archive as a whole."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        tables = [_write_table(archive, model, subject, progress) for model in exported_tables(subject)]
        files = [_write_file(archive, file, progress) for file in _files(subject)]
        manifest = {"format": FORMAT, **about, "tables": tables, "files": files}
        archive.writestr("manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False, cls=_Encoder))


def _write_table(archive: zipfile.ZipFile, model: type[Model], subject: Subject, progress: Progress) -> Json:
    name, rows = f"{model._meta.label.lower().replace('.', '/')}.jsonl", 0
    with archive.open(name, "w", force_zip64=True) as lines:
        for page in read_rows(model, subject):
            for row in page:
                lines.write(json.dumps(row, ensure_ascii=False, cls=_Encoder).encode() + b"\n")
            rows += len(page)
            progress(len(page))
    return {"file": name, "table": model._meta.label, "rows": rows, "columns": schema_of(model)}


def _write_file(archive: zipfile.ZipFile, file: StoredFile, progress: Progress) -> Json:
    content = file.read()
    archive.writestr(file.path, content)
    progress(1)
    return {"file": file.path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def hash_file(path: Path) -> str:
    """SHA-256, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
