"""A tenant that knows some documents, ingested by the product into the stores that the settings name."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.retrieval import Retriever


@contextmanager
def settings(folder: Path, *, is_real: bool) -> "Iterator[None]":
    """For this process and those that it starts. `is_real`: vectors and graph on the servers of `make services`."""
    with ExitStack() as stack:
        chosen = {"DATA_DIR": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "rapport.settings"}
        chosen |= {"LOG_LEVEL": "WARNING", "DEMO_SITE_PORT": "0"}
        if is_real:
            from tests.servers import corners

            real = stack.enter_context(corners())
            chosen |= {name: real[name] for name in ("VECTORS_URL", "GRAPH_URL")}
        os.environ.update(chosen)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


@dataclass(frozen=True, slots=True)
class Company:
    """`documents`: each document's id → its place in what was handed in."""

    tenant_id: UUID
    documents: Mapping[UUID, int]

    def retriever(self) -> "Retriever":
        from agents.runtime.product_search import ProductSearch

        return ProductSearch().retriever_of(self.tenant_id)


def found_company(name: str, files: Sequence[tuple[str, bytes]], folder: Path) -> Company:
    """Returns when every file answers. Raises TimeoutError, and RuntimeError when one cannot be read."""
    from ingestion.services import ensure_upload_source, submit_document
    from tenants.actors import SYSTEM
    from tenants.services import create_tenant, create_user
    from tests.running import Running

    owner = create_user(email=f"{name}@rapport.example", password="bench bench bench")
    tenant_id = create_tenant(name=name, owner_id=owner)
    source_id = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
    with Running(folder, only="worker,events"):
        documents = {
            submit_document(
                tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, name=file, content=content
            ).document_id: place
            for place, (file, content) in enumerate(files)
        }
        _wait(lambda: _is_ready(tenant_id, len(documents)))
    return Company(tenant_id, documents)


def _is_ready(tenant_id: UUID, count: int) -> bool:
    from ingestion.selectors import tally_documents

    states, failed = tally_documents(tenant_id=tenant_id)
    if failed:
        raise RuntimeError(f"Some files could not be read: {dict(failed)}")
    return states["ready"] >= count


def _wait(is_done: Callable[[], bool], *, seconds: float = 1800.0) -> None:
    ends_at = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > ends_at:
            raise TimeoutError("The documents are not ingested.")
        time.sleep(0.5)
