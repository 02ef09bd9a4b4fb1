"""Stored files: once per content and tenant, and never another tenant's."""

from uuid import uuid4

import pytest

from ingestion.blobs import delete_blob, delete_tenant_blobs, read_blob, write_blob
from ingestion.errors import StoredFileMissing


def test_content_is_stored_once_per_tenant() -> None:
    acme, other = uuid4(), uuid4()
    key = write_blob(acme, b"words")
    assert write_blob(acme, b"words") == key
    assert write_blob(other, b"words") != key
    assert read_blob(acme, key) == b"words"


def test_another_tenants_key_opens_nothing() -> None:
    acme, other = uuid4(), uuid4()
    key = write_blob(acme, b"words")
    for wrong in (key, f"{other}/../{key}", "../../secret_key", ""):
        with pytest.raises(StoredFileMissing):
            read_blob(other, wrong)
    with pytest.raises(StoredFileMissing):
        delete_blob(other, key)
    assert read_blob(acme, key) == b"words"


def test_deleting_is_for_good_and_may_be_repeated() -> None:
    acme = uuid4()
    key = write_blob(acme, b"words")
    delete_blob(acme, key)
    delete_blob(acme, key)
    with pytest.raises(StoredFileMissing, match="Upload the document again"):
        read_blob(acme, key)
    write_blob(acme, b"words")
    delete_tenant_blobs(acme)
    with pytest.raises(StoredFileMissing):
        read_blob(acme, key)
