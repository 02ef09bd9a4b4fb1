"""The demo company: Rapport's own support desk, with this project's `docs/` as its knowledge. Made once, then kept."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from frontend.onboarding import found_company
from ingestion.selectors import list_documents
from ingestion.services import create_source, submit_document
from rapport.config import ROOT, get_config
from tenants.actors import SYSTEM, user_actor
from tenants.context import tenant_scope
from tenants.models import User
from tenants.selectors import list_memberships, list_widget_keys
from tenants.services import create_user, set_allowed_origins

EMAIL = "demo@rapport.example"
DOCS = ROOT / "docs"
SOURCE_NAME = "Rapport's documentation"


@dataclass(frozen=True, slots=True)
class DemoCompany:
    tenant_id: UUID
    email: str
    password: str
    widget_key: str
    demo_site: str  # origin of the demo customer's page


def ensure_demo_company() -> DemoCompany:
    """Sign the demo company up, or find it again; its key is allowed on the demo customer's page."""
    config = get_config()
    demo_site = f"http://localhost:{config.demo_site_port}"
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        _sign_up()
        user = User.objects.get(email=EMAIL)
    tenant_id = list_memberships(user.id)[0].tenant.id
    key = list_widget_keys(tenant_id)[0]
    if demo_site not in key.allowed_origins:
        set_allowed_origins(
            tenant_id=tenant_id,
            key_id=key.id,
            allowed_origins=[*key.allowed_origins, demo_site],
            actor=user_actor(user.id),
        )
    return DemoCompany(tenant_id, EMAIL, _password(), key.key, demo_site)


@transaction.atomic
def _sign_up() -> None:
    user_id = create_user(email=EMAIL, password=_password(), name="Demo")
    EmailAddress.objects.create(user_id=user_id, email=EMAIL, verified=True, primary=True)
    found_company(user_id=user_id, name="Rapport Support")


def _password() -> str:
    """Made once for this machine: a demo left running is not open to everyone who has read the source."""
    path = get_config().data_dir / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text()


def submit_docs(company: DemoCompany) -> int:
    """Hand every page of `docs/` to ingestion; unchanged pages cost nothing. Returns how many pages there are."""
    pages = sorted(DOCS.glob("*.md"))
    source_id = _docs_source(company.tenant_id)
    for page in pages:
        submit_document(
            tenant_id=company.tenant_id,
            source_id=source_id,
            name=page.name,
            content=page.read_bytes(),
            url=docs_url(page),
            actor=SYSTEM,
        )
    return len(pages)


def docs_url(page: Path) -> str:
    """Where the page is shown to people; citations lead there."""
    return f"{get_config().public_url}/docs/{page.stem}/"


def _docs_source(tenant_id: UUID) -> UUID:
    from ingestion.selectors import list_sources

    with tenant_scope(tenant_id):
        found = [each.id for each in list_sources(tenant_id=tenant_id) if each.name == SOURCE_NAME]
    return found[0] if found else create_source(tenant_id=tenant_id, kind="upload", name=SOURCE_NAME, actor=SYSTEM)


@dataclass(frozen=True, slots=True)
class Progress:
    ready: int
    failed: tuple[str, ...]
    total: int

    @property
    def is_over(self) -> bool:
        return self.ready + len(self.failed) >= self.total


def follow_ingest(company: DemoCompany, total: int, *, timeout_seconds: float = 240) -> Iterator[Progress]:
    """Progress a few times a second until every page is ready or failed, or the time is over."""
    deadline = monotonic() + timeout_seconds
    while monotonic() < deadline:
        documents = list_documents(tenant_id=company.tenant_id)
        ready = sum(each.state == "ready" for each in documents)
        failed = tuple(f"{each.title}: {each.error_message}" for each in documents if each.state == "failed")
        progress = Progress(ready, failed, total)
        yield progress
        if progress.is_over:
            return
        sleep(0.25)
