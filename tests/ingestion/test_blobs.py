"""Stored files: once per content and tenant, and never another tenant's."""

from collections.abc import Collection
from threading import Timer
from uuid import uuid4

import pytest

from ingestion import blobs
from ingestion.blobs import delete_tenant_blobs, delete_unused, read_blob, write_blob
from ingestion.errors import StoredFileMissing


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "ASIDE_SECONDS", 0.2)


def nobody(keys: Collection[str]) -> list[str]:
    return []


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
        delete_unused(other, [key], nobody)
    assert read_blob(acme, key) == b"words"


def test_deleting_is_for_good_and_may_be_repeated() -> None:
    acme = uuid4()
    key = write_blob(acme, b"words")
    delete_unused(acme, [key], nobody)
    delete_unused(acme, [key], nobody)
    with pytest.raises(StoredFileMissing, match="Upload the document again"):
        read_blob(acme, key)
    write_blob(acme, b"words")
    delete_tenant_blobs(acme)
    with pytest.raises(StoredFileMissing):
        read_blob(acme, key)


def test_what_a_row_still_names_stays() -> None:
    acme = uuid4()
    kept, gone = write_blob(acme, b"kept"), write_blob(acme, b"gone")
    delete_unused(acme, [kept, gone], lambda keys: {kept} & set(keys))
    assert read_blob(acme, kept) == b"kept"
    with pytest.raises(StoredFileMissing):
        read_blob(acme, gone)


def test_what_a_new_row_names_when_the_file_is_aside_comes_back() -> None:
    acme = uuid4()
    key = write_blob(acme, b"words")
    answers = iter([[], [key]])  # his row is committed between the two questions
    delete_unused(acme, [key], lambda keys: next(answers))
    assert read_blob(acme, key) == b"words"


def test_who_reads_while_the_file_is_aside_waits() -> None:
    acme = uuid4()
    key = write_blob(acme, b"words")
    delete_unused(acme, [key], nobody)
    back = Timer(0.1, write_blob, (acme, b"words"))
    back.start()
    assert read_blob(acme, key) == b"words"
    back.join()
