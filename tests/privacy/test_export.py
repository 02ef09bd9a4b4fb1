"""Exports: all that is held of a contact or a company, nothing of anyone else, no secret, and gone after some days."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from ingestion.blobs import write_blob
from ingestion.models import Document, DocumentVersion, Source
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM, user_actor
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tenants.models import ApiKey
from tenants.permissions import SCOPES
from tenants.privacy import archive, exporting
from tenants.privacy.archive import exported_tables
from tenants.privacy.directory import ContactUnknown
from tenants.privacy.erasure import request_erasure, run_erasure
from tenants.privacy.errors import ExportNotReady
from tenants.privacy.exporting import expire_exports, open_export, path_of, request_export
from tenants.privacy.holdings import Company
from tenants.privacy.models import DataExport
from tests.cast import Cast
from tests.privacy.conftest import SECRET, Talk, Talker


def export(cast: Cast, tenant_id: UUID, contact_id: UUID | None) -> UUID:
    export_id = request_export(tenant_id=tenant_id, contact_id=contact_id, actor=user_actor(cast.alice.id))
    deliver_now()
    return export_id


class Archive:
    """What is in the ZIP."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        self.manifest: dict[str, Any] = json.loads(self.zip.read("manifest.json"))

    def rows(self, table: str) -> list[dict[str, Any]]:
        file = next(each["file"] for each in self.manifest["tables"] if each["table"] == table)
        return [json.loads(line) for line in self.zip.read(file).splitlines()]

    def text(self) -> str:
        return "".join(self.zip.read(name).decode(errors="ignore") for name in self.zip.namelist()).lower()


@pytest.fixture
def made(cast: Cast, talk: Talk) -> tuple[Talker, Archive]:
    talker = talk()
    talk(name="wombat-2")
    export_id = export(cast, talker.tenant_id, talker.contact_id)
    return talker, Archive(open_export(tenant_id=talker.tenant_id, export_id=export_id))


def test_a_contacts_archive_holds_all_of_it(made: tuple[Talker, Archive]) -> None:
    talker, found = made
    (contact,) = found.rows("ingestion.Contact")
    assert (contact["external_id"], contact["name"]) == (talker.external_id, f"Ms {SECRET}")
    assert [each["role"] for each in found.rows("agents.Message")] == ["contact", "agent"]
    assert {each["predicate"] for each in found.rows("agents.Fact")} >= {"name", "order"}
    assert found.rows("agents.Span")
    assert found.manifest["contact"].startswith("con_")


def test_and_nothing_of_anyone_else(made: tuple[Talker, Archive]) -> None:
    assert "wombat" not in made[1].text()


def test_the_manifest_says_what_is_in_it(made: tuple[Talker, Archive]) -> None:
    found = made[1]
    for table in found.manifest["tables"]:
        rows = found.rows(table["table"])
        assert len(rows) == table["rows"]
        assert all(row.keys() == table["columns"].keys() for row in rows)
    assert set(found.zip.namelist()) == {"manifest.json", *(each["file"] for each in found.manifest["tables"])}


def test_what_the_machinery_needs_is_not_in_it(cast: Cast) -> None:
    names = {model._meta.label for model in exported_tables(Company(cast.acme.tenant_id))}
    assert not names & {"events.InboxEvent", "idempotency.IdempotencyClaim", "tenants.DataExport"}


def test_a_companys_archive_has_its_files_and_none_of_its_secrets(cast: Cast, talk: Talk) -> None:
    talk()
    tenant_id = cast.acme.tenant_id
    secret = create_api_key(tenant_id=tenant_id, name="Shop", scopes=SCOPES, actor=SYSTEM).secret
    with tenant_scope(tenant_id):
        source = Source.objects.create(kind="upload", name="Files")
        document = Document.objects.create(source=source, external_id="../re turns.md", state="ready")
        version = DocumentVersion.objects.create(
            document=document, content_hash="0", blob_key=write_blob(tenant_id, b"# Returns"), stage="ready"
        )
        Document.objects.filter(id=document.id).update(current_version_id=version.id)
    export_id = export(cast, tenant_id, None)
    found = Archive(open_export(tenant_id=tenant_id, export_id=export_id))
    (file,) = found.manifest["files"]
    assert file["file"] == f"files/{document.id}/.._re_turns.md"
    assert found.zip.read(file["file"]) == b"# Returns"
    assert found.rows("tenants.ApiKey")[0]["name"] == "Shop"
    digest = ApiKey.objects.get(tenant_id=tenant_id).digest
    assert digest not in found.text()
    assert secret.lower() not in found.text()
    assert found.rows("ingestion.Contact")
    assert {each["tenant_id"] for each in found.rows("agents.Agent")} == {str(tenant_id)}


def test_a_stranger_gets_nothing(cast: Cast, talk: Talk) -> None:
    talker = talk()
    with pytest.raises(ContactUnknown):
        request_export(tenant_id=cast.other.tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
    export_id = export(cast, talker.tenant_id, talker.contact_id)
    with pytest.raises(ExportNotReady):
        open_export(tenant_id=cast.other.tenant_id, export_id=export_id)


def test_it_is_over_after_some_days(cast: Cast, talk: Talk) -> None:
    talker = talk()
    export_id = export(cast, talker.tenant_id, talker.contact_id)
    assert expire_exports(tenant_id=talker.tenant_id) == 0
    with tenant_scope(talker.tenant_id):
        DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert expire_exports(tenant_id=talker.tenant_id) == 1
    assert not path_of(talker.tenant_id, export_id).exists()
    with pytest.raises(ExportNotReady):
        open_export(tenant_id=talker.tenant_id, export_id=export_id)


def test_it_goes_with_the_contact(cast: Cast, talk: Talk) -> None:
    talker = talk()
    export_id = export(cast, talker.tenant_id, talker.contact_id)
    erasure_id = request_erasure(tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
    run_erasure(tenant_id=talker.tenant_id, erasure_id=erasure_id)
    assert not path_of(talker.tenant_id, export_id).exists()
    with tenant_scope(talker.tenant_id):
        assert not DataExport.objects.exists()


def test_one_that_is_being_made_when_the_contact_is_erased_leaves_no_file(
    cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talker = talk()
    write = archive.write_archive

    def erased_meanwhile(path: Path, *arguments: Any) -> None:
        write(path, *arguments)
        erasure_id = request_erasure(tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
        run_erasure(tenant_id=talker.tenant_id, erasure_id=erasure_id)

    monkeypatch.setattr(exporting, "write_archive", erased_meanwhile)
    export_id = export(cast, talker.tenant_id, talker.contact_id)
    assert not list(path_of(talker.tenant_id, export_id).parent.iterdir())


def test_a_worker_that_dies_is_followed_by_one_that_begins_again(
    cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talker = talk()
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "hash_file", _die)
        export_id = request_export(tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
        with pytest.raises(ZeroDivisionError):
            exporting.make_export(tenant_id=talker.tenant_id, export_id=export_id)
    assert not list(path_of(talker.tenant_id, export_id).parent.glob("*.zip"))
    deliver_now()
    assert open_export(tenant_id=talker.tenant_id, export_id=export_id).exists()
    with tenant_scope(talker.tenant_id):
        row = DataExport.objects.get()
    assert row.done == row.total > 0


def _die(path: Path) -> str:
    raise ZeroDivisionError
