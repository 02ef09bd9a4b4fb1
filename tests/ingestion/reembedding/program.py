"""What the processes of `test_processes` do: fill, ask, write, end."""

import json
import time
from itertools import count
from pathlib import Path
from uuid import UUID

from django.core.management import call_command

from agents.runtime.parts import SearchPlan
from agents.runtime.product_search import ProductSearch
from ingestion.errors import DocumentNotFound
from ingestion.models import Document
from ingestion.services import delete_document, ensure_upload_source, submit_document
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.services import create_tenant, create_user

QUESTION = "Which setting does the Zephyr7 need?"
FOUND = 10
PARTS = 3
# So that parts are not all twins: an approximate index may cut one of hundreds of twins off.
MATERIALS = ("steel", "glass", "oak", "brass", "rubber", "paper", "copper", "felt", "resin", "cork", "slate")


def found_company() -> UUID:
    """In an empty database."""
    call_command("migrate", verbosity=0)
    owner_id = create_user(email="alice@acme.example", password="correct horse battery")
    return create_tenant(name="Acme", owner_id=owner_id)


def fill_from(folder: str, most: int) -> None:
    """A company that knows so many files of a folder."""
    tenant_id = found_company()
    for path in sorted(each for each in Path(folder).iterdir() if each.is_file())[:most]:
        submit(tenant_id, path.name, path.read_text(errors="replace"))
    deliver_now()


def fill(documents: int) -> None:
    """A company that knows something."""
    tenant_id = found_company()
    for number in range(documents):
        submit(tenant_id, f"device-{number}.md", page(number))
    deliver_now()


def page(number: int, more: str = "") -> str:
    """Of several passages; the last one says something new in every edition."""
    text = (
        f"# Device {number}\n\nIt is called Zephyr{number}, needs the setting {number * 11} and is cleaned with water."
    )
    for part in range(PARTS):
        one, other = MATERIALS[(number + part) % len(MATERIALS)], MATERIALS[(number // 7 - part) % len(MATERIALS)]
        text += f"\n\n## Part {part}\n\n" + f"Part {part} of device {number} is made of {one} and {other}. " * 11
    return f"{text}\n\n## Edition\n\n{more}"


def submit(tenant_id: UUID, name: str, text: str) -> UUID:
    source_id = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
    submitted = submit_document(
        tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, name=name, content=text.encode()
    )
    return submitted.document_id


def ask(heard: str, stop: str) -> None:
    """One question again and again; a line for each answer."""
    tenant_id, search = Tenant.objects.get().id, ProductSearch()
    with Path(heard).open("a", buffering=1) as lines:
        while not Path(stop).exists():
            started = time.perf_counter()
            found = search(tenant_id=tenant_id, query=QUESTION, plan=SearchPlan(limit=FOUND))
            said = {
                "found": len(found.passages),
                "model": found.embedding_model,
                "failed": ",".join(arm.error for arm in found.arms if arm.error),
                "is_right": any("called Zephyr7," in each.passage.text for each in found.passages),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            lines.write(json.dumps(said) + "\n")
            time.sleep(0.02)


def write(stop: str) -> None:
    """Pages come, are edited, and go, until it is told to stop: all but the one that is asked for."""
    tenant_id = Tenant.objects.get().id
    for number in count():
        if Path(stop).exists():
            break
        submit(tenant_id, f"device-{20 + number % 10}.md", page(20 + number % 10, f"Edition {number}."))
        submit(tenant_id, f"news-{number}.md", f"# News {number}\n\nNothing is new in week {number}.")
        if number >= 3:
            _remove(tenant_id, f"news-{number - 3}.md")
        deliver_now()
        time.sleep(0.3)
    deliver_now()


def end(old: str) -> None:
    """The stores are whole; so they are after the way back, and after all else is dropped."""
    call_command("reembed", "--status")
    call_command("reconcile", "--no-repair")  # fails when something differs
    call_command("reembed", "--to", old)
    call_command("reconcile", "--no-repair")
    call_command("reembed", "--drop-old")
    call_command("reconcile", "--no-repair")


def _remove(tenant_id: UUID, name: str) -> None:
    with tenant_scope(tenant_id):
        document_id = Document.objects.get(external_id=name).id
    try:
        delete_document(tenant_id=tenant_id, actor=SYSTEM, document_id=document_id)
    except DocumentNotFound:
        raise AssertionError(f"{name} is gone already") from None
