"""The database of the walls benchmark: many tenants with as many rows each, one of which has real documents as well.

It must not measure.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

DOCUMENTS, PASSAGES = 50, 20  # of each tenant, of each document
DIMENSIONS = 384

# Rows as ingest writes them in size and kind; what is searched in is not made here.
FILL = """
INSERT INTO ingestion_chunk
    (id, tenant_id, document_id, version_id, ordinal, text, heading_path, anchor, char_start, char_end, token_count,
     content_hash, embedding_model, embedding)
SELECT gen_random_uuid(), v.tenant_id, v.document_id, v.id, n,
       (SELECT string_agg(md5(v.id::text || n || w), ' ') FROM generate_series(1, 24) w), '["Heading"]', '',
       n * 800, n * 800 + 790, 200, encode(sha256((v.id::text || n)::bytea), 'hex'), 'none',
       (SELECT string_agg(sha256((v.id::text || n || w)::bytea), '') FROM generate_series(1, %s) w)
FROM ingestion_documentversion v CROSS JOIN generate_series(0, %s) n
"""


@dataclass(frozen=True, slots=True)
class Company:
    """The tenant that is measured: its owner's account, an agent, and a document with passages."""

    tenant_id: UUID
    owner: Any
    agent_id: UUID
    document_id: UUID


def fill(tenants: int, folder: Path) -> Company:
    """All tenants, and the one that is measured, which has read the files of `folder` too."""
    from tenants.models import Tenant

    for number in range(tenants - 1):
        _fill_tenant(Tenant.objects.create(name=f"Company {number}", slug=f"company-{number}").id)
        if number % 50 == 49:
            print(f"{number + 1} of {tenants} tenants", file=sys.stderr)
    company = _found_company()
    _read(company, folder)
    _tidy()
    return company


def _fill_tenant(tenant_id: UUID) -> UUID:
    """Returns one of its documents."""
    from django.db import connection

    from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage, Source
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        source = Source.objects.create(kind="upload", name="Files")
        documents = Document.objects.bulk_create(
            Document(source=source, external_id=f"{number}.md", title=f"Page {number}", state=DocumentState.READY)
            for number in range(DOCUMENTS)
        )
        versions = DocumentVersion.objects.bulk_create(
            DocumentVersion(
                document=each, content_hash="0" * 64, text="A page. " * 1000, stage=IngestStage.READY,
                chunk_count=PASSAGES, embedded_count=PASSAGES,
            )
            for each in documents
        )  # fmt: skip
        for version in versions:
            version.document.current_version_id = version.id
        Document.objects.bulk_update(documents, ["current_version_id"])
        with connection.cursor() as cursor:
            cursor.execute(FILL, [DIMENSIONS * 4 // 32, PASSAGES - 1])
    first: UUID = documents[0].id
    return first


def _found_company() -> Company:
    from tenants.models import User
    from tests.cast import make_company

    owner = User.objects.create(email="owner@rapport.example", name="Owner")
    made = make_company("Measured", owner, "https://measured.example")
    return Company(made.tenant_id, owner, made.agent_id, _fill_tenant(made.tenant_id))


def _read(company: Company, folder: Path) -> None:
    """Through the product, so that there is something to find; each answer needs it."""
    from ingestion.selectors import tally_documents
    from ingestion.services import ensure_upload_source, submit_document
    from rapport.events.inline import deliver_now
    from tenants.actors import SYSTEM

    source_id = ensure_upload_source(tenant_id=company.tenant_id, actor=SYSTEM)
    paths = sorted(folder.glob("*.md"))
    for path in paths:
        submit_document(
            tenant_id=company.tenant_id, actor=SYSTEM, source_id=source_id, name=path.name, content=path.read_bytes()
        )
    deliver_now()
    states, _ = tally_documents(tenant_id=company.tenant_id, source_id=source_id)
    assert states["ready"] == DOCUMENTS + len(paths), states


def _tidy() -> None:
    """As autovacuum leaves it, so that it does not come by while something is measured."""
    from django.db import connection

    from rapport.database import as_role

    with as_role("DATABASE_OWNER_URL"), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
