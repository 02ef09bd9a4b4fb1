"""A website from its address to passages that answer, and out again when the site removes a page."""

from collections.abc import Iterator

import pytest

from ingestion.selectors import get_source, list_documents
from ingestion.services import crawl_source, create_website_source
from rapport.events.inline import deliver_now
from rapport.outbound import transport
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tests.ingestion.knowledge import Knowledge
from tests.site import Reply, Site, html

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as site:
        monkeypatch.setattr(transport, "configured_allow_list", lambda: AllowList.parse([site.host]))
        yield site


def test_pages_are_found_and_removed_pages_leave_every_store(acme: Knowledge, site: Site) -> None:
    site.pages |= {
        "/": html("<h1>Acme</h1><p>We sell lamps.</p><a href='/aurora'>Aurora</a><a href='/broken.pdf'>Manual</a>"),
        "/aurora": html("<h1 id='aurora'>Aurora</h1><p>Aurora needs two batteries of type AA.</p>", title="Aurora"),
    }
    site.pages["/broken.pdf"] = Reply(b"%PDF-1.7 nothing", headers={"Content-Type": "application/pdf"})
    source_id = create_website_source(tenant_id=acme.tenant_id, actor=SYSTEM, url=site.url())
    deliver_now()
    documents = {each.name: each for each in list_documents(tenant_id=acme.tenant_id)}
    assert documents[site.url("/broken.pdf")].error_code == "file_broken"
    acme.check_whole(documents[site.url("/aurora")].id)
    assert "type AA" in acme.found("Which batteries does Aurora need?")[0]
    source = get_source(tenant_id=acme.tenant_id, source_id=source_id)
    assert (source.documents, source.ready, source.failed, source.pages_seen) == (3, 2, 1, 3)
    assert not source.is_busy

    del site.pages["/aurora"]
    crawl_source(tenant_id=acme.tenant_id, actor=SYSTEM, source_id=source_id)
    assert get_source(tenant_id=acme.tenant_id, source_id=source_id).is_busy
    deliver_now()
    assert site.url("/aurora") not in [each.name for each in list_documents(tenant_id=acme.tenant_id)]
    assert not any("type AA" in text for text in acme.found("Which batteries does Aurora need?"))
    assert acme.stores.vectors.version_counts(acme.tenant_id, [documents[site.url("/aurora")].id]) == {}
