"""Passages' rows come back as they were handed in, on either database; `make test-real` runs this on PostgreSQL."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ingestion.models import Chunk
from ingestion.pipeline.inserting import insert_chunks
from ingestion.services import SubmittedDocument
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(acme: Knowledge) -> Iterator[SubmittedDocument]:
    document = acme.submit("a.md", "# A lamp\n\nIt is cleaned with water.")
    with tenant_scope(acme.tenant_id):
        yield document


def row(of: SubmittedDocument, ordinal: int, **other: object) -> Chunk:
    facts: dict[str, object] = {
        "id": uuid4(),
        "document_id": of.document_id,
        "version_id": of.version_id,
        "ordinal": ordinal,
        "text": f"{ordinal}: „größer“ than 'a' \\ % %s {{}}, 漢字 🙂\n",
        "heading_path": ["Größe", 'a "quoted" one', "\\x00"],
        "anchor": "a",
        "char_start": 0,
        "char_end": 100_000 * ordinal,
        "token_count": 5,
        "content_hash": "f" * 64,
        "embedding_model": "m",
        "embedding": bytes(range(256)),
    }
    return Chunk(**facts | other)


def test_rows_come_back_as_they_went(submitted: SubmittedDocument, acme: Knowledge) -> None:
    rows = [
        row(submitted, 0),
        row(submitted, 1, embedding=None, heading_path=[], text=""),
        row(submitted, 2, anchor="x" * 200),
    ]
    insert_chunks(rows)
    insert_chunks([])
    found = list(Chunk.objects.order_by("ordinal"))
    names = [field.attname for field in Chunk._meta.concrete_fields if field.attname != "embedding"]
    assert [[getattr(each, name) for name in names] for each in found] == [
        [getattr(each, name) for name in names] for each in rows
    ]
    assert [each.embedding and bytes(each.embedding) for each in found] == [bytes(range(256)), None, bytes(range(256))]
    assert {each.tenant_id for each in found} == {acme.tenant_id}


def test_vectors_that_are_not_there_yet(submitted: SubmittedDocument) -> None:
    insert_chunks([row(submitted, ordinal, embedding=None) for ordinal in range(2)])
    assert Chunk.objects.filter(embedding=None).count() == 2


def test_all_or_none_and_the_error_is_djangos(submitted: SubmittedDocument) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_chunks([row(submitted, 1), row(submitted, 2), row(submitted, 1)])
    assert not Chunk.objects.exists()


def test_a_row_of_another_tenant_is_refused(submitted: SubmittedDocument, cast: Cast) -> None:
    with pytest.raises(PermissionError):
        insert_chunks([row(submitted, 1), row(submitted, 2, tenant_id=cast.other.tenant_id)])
    assert not Chunk.objects.exists()
