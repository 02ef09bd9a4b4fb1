"""`manage.py ingest PATH… --tenant SLUG`: submit files and folders from the command line, and watch them being read."""

import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ingestion.models import SourceKind
from ingestion.selectors import list_sources, tally_documents
from ingestion.services import NewDocument, create_source, submit_documents
from rapport.errors import RapportError
from tenants.actors import SYSTEM
from tenants.models import Tenant

AT_ONCE = 50  # files read into memory together


class Command(BaseCommand):
    help = "Submit files and folders to a tenant's knowledge. The worker reads them: start it with `make run`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, help="files, or folders with all that is in them")
        parser.add_argument("--tenant", required=True, help="the tenant's slug")
        parser.add_argument("--source", default="Uploaded files", help="name of the source; made when there is none")
        parser.add_argument("--wait", action="store_true", help="until every document is ready or failed")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant_id = _tenant_id(options["tenant"])
        source_id = _source_id(tenant_id, options["source"])
        files = list(_files(options["paths"]))
        refused = sum(
            self._submit(tenant_id, source_id, files[start : start + AT_ONCE])
            for start in range(0, len(files), AT_ONCE)
        )
        self.stdout.write(f"{len(files) - refused} of {len(files)} files submitted.")
        if options["wait"]:
            self._wait(tenant_id, source_id)

    def _submit(self, tenant_id: UUID, source_id: UUID, files: Sequence[tuple[str, Path]]) -> int:
        """Returns how many were refused."""
        documents = [NewDocument(name, path.read_bytes()) for name, path in files]
        results = submit_documents(tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, documents=documents)
        refused = [
            (name, each) for (name, _), each in zip(files, results, strict=True) if isinstance(each, RapportError)
        ]
        for name, error in refused:
            self.stderr.write(f"{name}: {error.message}")
        return len(refused)

    def _wait(self, tenant_id: UUID, source_id: UUID) -> None:
        """Raises CommandError when a document failed."""
        while True:
            states, codes = tally_documents(tenant_id=tenant_id, source_id=source_id)
            self._tell(states)
            if not states["queued"] + states["processing"]:
                break
            time.sleep(0.5)
        if sys.stdout.isatty():
            self.stdout.write("")
        if codes:
            raise CommandError(f"{codes.total()} documents failed: {dict(codes)}. The dashboard says what to do.")

    def _tell(self, states: Counter[str]) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"\r{states['ready']} ready, {states['failed']} failed of {states.total()}  ", ending="")


def _tenant_id(slug: str) -> UUID:
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        known = ", ".join(Tenant.objects.order_by("slug").values_list("slug", flat=True)[:10]) or "none yet"
        raise CommandError(f"There is no tenant {slug!r}. Tenants: {known}.")
    return tenant.id


def _source_id(tenant_id: UUID, name: str) -> UUID:
    for source in list_sources(tenant_id=tenant_id):
        if source.kind == SourceKind.UPLOAD and source.name == name:
            return source.id
    return create_source(tenant_id=tenant_id, actor=SYSTEM, kind=SourceKind.UPLOAD, name=name)


def _files(paths: list[Path]) -> Iterator[tuple[str, Path]]:
    """Name within the source, and path; hidden files are left out."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"There is no file or folder {path}.")
        if path.is_file():
            yield path.name, path
            continue
        for found in sorted(path.rglob("*")):
            inside = found.relative_to(path)
            if found.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield inside.as_posix(), found
