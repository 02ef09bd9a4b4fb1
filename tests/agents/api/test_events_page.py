"""What docs/events.md tells people to type, typed: each command against this server, and what comes of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from ingestion.incoming.selectors import list_contact_events
from ingestion.models import Contact
from rapport.config import ROOT
from rapport.events.inline import deliver_now
from tenants.context import tenant_scope
from tests.agents.api.test_events import key_of
from tests.cast import Cast

PAGE = ROOT / "docs" / "events.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == kind]


def run(command: list[str], url: str, key: str, folder: Path) -> str:
    environment = {**os.environ, "RAPPORT_URL": url, "RAPPORT_KEY": key}
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_command_does_what_the_page_says(live_server: LiveServer, cast: Cast, tmp_path: Path) -> None:
    key = key_of(cast.acme, "events.write", "contacts.read", "contacts.write")
    one, by_headers, many, contacts = (["bash", "-ec", text] for text in blocks("bash"))
    one_answer, many_answer = (json.loads(text) for text in blocks("json"))
    assert json.loads(run(one, live_server.url, key, tmp_path)) == one_answer
    assert json.loads(run(one, live_server.url, key, tmp_path))["duplicates"] == 1
    assert json.loads(run(by_headers, live_server.url, key, tmp_path))["accepted"] == 1
    assert json.loads(run(many, live_server.url, key, tmp_path)) == many_answer
    (snippet,) = blocks("python")
    run([sys.executable, "-c", snippet], live_server.url, key, tmp_path)
    deliver_now()
    found, _ = json.JSONDecoder().raw_decode(run(contacts, live_server.url, key, tmp_path))
    assert [each["name"] for each in found["data"]] == ["Mara Lind"]
    assert timeline(cast, "customer-4711") == {"order.completed", "parcel.handed_over", "shop.visited"}
    assert timeline(cast, "customer-4712") == {"Boots", "", "Order Completed"}
    with tenant_scope(cast.acme.tenant_id):
        assert Contact.objects.get(name="Ola Nordmann").phone == "+4791234567"


def timeline(cast: Cast, external_id: str) -> set[str]:
    with tenant_scope(cast.acme.tenant_id):
        contact = Contact.objects.get(external_id=external_id)
    return {each.name for each in list_contact_events(tenant_id=cast.acme.tenant_id, contact_id=contact.id)}
