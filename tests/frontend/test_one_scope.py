"""A page that asks nobody but the database is read in one scope; what a form does is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.test import Client

from tenants import context
from tenants.context import current_tenant_id
from tests.cast import Cast
from tests.leaks.routes import url_of
from tests.strangers.possessions import possess
from tests.strangers.routes import all_routes

LISTS = ("/now/", "/figures/", "/inbox/", "/inbox/list/", "/conversations/", "/contacts/", "/questions/", "/usage/")
PAGES = (*LISTS, "/billing/", "/billing/rows/", "/traces/", "/audit/", "/knowledge/", "/knowledge/board/")
ONES = ("inbox_conversation", "inbox_thread", "conversation", "contact", "trace")


@pytest.fixture
def outermost(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Whose scopes were opened while none was."""
    opened: list[UUID] = []
    opens = context._current_tenant

    @contextmanager
    def told(tenant_id: UUID, set_on: object = None) -> Iterator[None]:
        if current_tenant_id() is None:
            opened.append(tenant_id)
        with opens(tenant_id, set_on):
            yield

    monkeypatch.setattr(context, "_current_tenant", told)
    return opened


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_in_one(cast: Cast, alice_client: Client, outermost: list[UUID], path: str) -> None:
    assert alice_client.get(path).status_code == 200
    assert outermost == [cast.acme.tenant_id]


def test_so_is_each_of_what_is_listed(
    cast: Cast, alice_client: Client, outermost: list[UUID], subtests: pytest.Subtests
) -> None:
    acmes = possess(cast)
    urls = {route.name: url_of(route, acmes.ids) for route in all_routes() if route.name in ONES}
    assert set(urls) == set(ONES)
    for name, url in urls.items():
        with subtests.test(name):
            outermost.clear()
            assert url
            assert alice_client.get(url).status_code == 200
            assert outermost == [cast.acme.tenant_id]


def test_a_form_opens_its_own(cast: Cast, alice_client: Client, outermost: list[UUID]) -> None:
    alice_client.cookies["csrftoken"] = "a" * 32
    origin = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}
    form = {"meter": "messages", "quantity": "many"}  # refused: the page is shown again
    assert alice_client.post("/billing/", form, headers=origin).status_code == 400
    assert len(outermost) > 1
