"""Files whose names are an attack: nothing is written outside the store, shown as markup, or answered with 500."""

import json
from pathlib import Path

import pytest
from django.test import Client

from ingestion.models import Document
from rapport.config import get_config
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.frontend.test_uploads import token

NAMES = {
    "upwards": "../../../../etc/passwd.txt",
    "upwards, escaped": "..%2f..%2fetc%2fpasswd.txt",
    "upwards, Windows": "..\\..\\windows\\win.ini.txt",
    "absolute": "/etc/cron.d/job.txt",
    "a drive": "C:\\autoexec.txt",
    "a null byte": "a.txt\x00.exe",
    "a line break": "a\r\nContent-Type: text/html\r\n\r\n<script>.txt",
    "turned around": "invoice\u202etxt.exe",
    "markup": "<img src=x onerror=alert(1)>.txt",
    "a template": "{{ request.user.password }}.txt",
    "a formula": "=cmd|' /C calc'!A0.txt",
    "only dots": "..",
    "a space": " ",
    "a device": "CON",
    "very long": "x" * 5000 + ".txt",
    "a header's end": 'a"; filename="b.html',
    "accents and faces": "Grüße 🎉 – 日本.txt",
}


def files_below(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("what", NAMES)
def test_a_name_is_only_a_name(cast: Cast, alice_client: Client, what: str) -> None:
    folder = Path(get_config().data_dir)
    before = files_below(folder.parent)
    answers = [by_page(alice_client, NAMES[what]), by_api(cast, NAMES[what])]
    assert all(200 <= each < 300 or each in (400, 422) for each in answers), answers
    made = files_below(folder.parent) - before
    assert all(folder in each.parents for each in made), "written outside the store"
    assert not any(each.name in NAMES[what] for each in made), "a file goes by the name that a stranger gave it"
    page = alice_client.get("/knowledge/").content.decode()
    assert "<img src=x" not in page
    with tenant_scope(cast.acme.tenant_id):
        for name in Document.objects.values_list("title", flat=True):
            assert name.isprintable() or name == "unnamed", repr(name)


def by_page(client: Client, name: str) -> int:
    """As a browser would write it: quotes and line breaks escaped, everything else as it is."""
    shown = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    boundary = "x" * 20
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{shown}"\r\n'
    body = f"{head}Content-Type: text/plain\r\n\r\nSome text about returns.\r\n--{boundary}--\r\n"
    response = client.post(
        "/knowledge/upload/",
        body.encode("utf-8", "surrogatepass"),
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Accept": "application/json", "X-CSRFToken": token(client)},
    )
    return response.status_code


def by_api(cast: Cast, name: str) -> int:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="Files", scopes=["knowledge.write"], actor=SYSTEM)
    response = Client().post(
        "/v1/documents",
        json.dumps({"name": name, "text": "Some text about returns."}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {made.secret}"},
    )
    return response.status_code
