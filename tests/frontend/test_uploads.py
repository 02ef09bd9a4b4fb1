"""Files and websites are handed in; what is refused says why and stops nothing else."""

from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ingestion.selectors import list_documents, list_sources
from rapport.config import get_config
from tests.cast import Cast


def token(client: Client) -> str:
    client.get("/knowledge/")
    return client.cookies["csrftoken"].value


def send(client: Client, *files: SimpleUploadedFile, accept: str = "application/json") -> list[dict[str, object]]:
    data = {"csrfmiddlewaretoken": token(client), "files": list(files)}
    response = client.post("/knowledge/upload/", data, headers={"Accept": accept})
    assert response.status_code == 200
    received: list[dict[str, object]] = response.json()["received"]
    return received


def test_files_are_taken_once_and_the_same_again_is_unchanged(cast: Cast, alice_client: Client) -> None:
    first = send(alice_client, SimpleUploadedFile("a.md", b"# A\n\nText."), SimpleUploadedFile("b.txt", b"Other text."))
    assert [each["error"] for each in first] == ["", ""]
    assert {each.name for each in list_documents(tenant_id=cast.acme.tenant_id)} == {"a.md", "b.txt"}
    again = send(alice_client, SimpleUploadedFile("a.md", b"# A\n\nText."))
    assert again == [{"name": "a.md", "unchanged": True, "error": ""}]


def test_a_file_beyond_the_limit_does_not_stop_the_others(
    cast: Cast, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(get_config(), max_upload_bytes=20)
    monkeypatch.setattr("ingestion.services.submitting.get_config", lambda: config)
    received = send(alice_client, SimpleUploadedFile("big.txt", b"x" * 21), SimpleUploadedFile("small.txt", b"Text."))
    assert "is larger than" in str(received[0]["error"])
    assert received[1]["error"] == ""
    failed = list_documents(tenant_id=cast.acme.tenant_id, state="failed")
    assert [(each.name, each.error_code) for each in failed] == [("big.txt", "file_too_large")]


def test_without_scripts_the_form_says_what_happened(cast: Cast, alice_client: Client) -> None:
    data = {"csrfmiddlewaretoken": token(alice_client), "files": [SimpleUploadedFile("a.md", b"# A\n\nText.")]}
    response = alice_client.post("/knowledge/upload/", data)
    assert response.headers["Location"] == "/knowledge/"
    assert [str(each) for each in get_messages(response.wsgi_request)] == ["1 file is being read."]
    elsewhere = {"csrfmiddlewaretoken": token(alice_client), "next": "https://thief.example/"}
    assert alice_client.post("/knowledge/upload/", elsewhere).headers["Location"] == "/knowledge/"


def test_a_website_is_queued_and_a_wrong_address_is_explained(cast: Cast, alice_client: Client) -> None:
    data = {"csrfmiddlewaretoken": token(alice_client), "url": "help.acme.example/start", "max_pages": "40"}
    alice_client.post("/knowledge/website/", data)
    (source,) = list_sources(tenant_id=cast.acme.tenant_id)
    assert (source.url, source.crawl_state) == ("https://help.acme.example/start", "queued")
    response = alice_client.post("/knowledge/website/", {**data, "url": "ftp://files.example"})
    assert "not a website's address" in str([str(each) for each in get_messages(response.wsgi_request)])
    assert len(list_sources(tenant_id=cast.acme.tenant_id)) == 1


def test_without_the_token_of_a_page_nothing_is_taken(cast: Cast, alice_client: Client) -> None:
    response = alice_client.post("/knowledge/upload/", {"files": [SimpleUploadedFile("a.md", b"# A")]})
    assert response.status_code == 403
    assert list_documents(tenant_id=cast.acme.tenant_id) == []
