"""A customer's page on one origin, Rapport on another, and a browser looking at them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.models import User
from tenants.selectors import list_widget_keys
from tenants.services import create_tenant, create_widget_key
from tests.frontend.widget import scripted_api


@dataclass(frozen=True, slots=True)
class Site:
    """`app` is Rapport's origin, `origin` the customer's."""

    app: str
    origin: str
    key: str

    def address(self, theme: str = "", nonce: str = "") -> str:
        return f"{self.origin}/host/?app={self.app}&key={self.key}&theme={theme}&nonce={nonce}"


@pytest.fixture
def site(settings: Settings, live_server: LiveServer) -> Site:
    settings.ROOT_URLCONF = "tests.frontend.widget.scripted_api"
    settings.ALLOWED_HOSTS = ["*"]
    origin = live_server.url.replace("localhost", "127.0.0.1")
    owner = User.objects.create_user("ola@fjell.example", "correct horse battery")
    tenant_id = create_tenant(name="Fjell & Sko", owner_id=owner.id)
    create_widget_key(tenant_id=tenant_id, agent_id=new_id(), allowed_origins=[origin], actor=SYSTEM)
    return Site(live_server.url, origin, list_widget_keys(tenant_id)[0].key)


@pytest.fixture
def script() -> Iterator[scripted_api.Script]:
    yield scripted_api.start_over()
    scripted_api.start_over()


@pytest.fixture
def page(browser: Browser, script: scripted_api.Script) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()
