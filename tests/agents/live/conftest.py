"""The real product with two companies in it, and a scripted model behind LLM_URL: for the clients of others."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.agents.llm.providers import teach_shop
from tests.e2e.product import Product, running_product, tail
from tests.providers.app import Providers
from tests.providers.running import providers_running


@dataclass(frozen=True, slots=True)
class Company:
    """`agents` by their model's name, which says what they do, and `phones` of some; `keys` "all" and "reads"."""

    url: str
    tenant_id: str
    document_id: str
    agents: dict[str, str]
    phones: dict[str, str]
    keys: dict[str, str]

    def get(self, path: str) -> Any:
        """A read of the API with the key that may do everything."""
        headers = {"Authorization": f"Bearer {self.keys['all']}"}
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=20).json()


@dataclass(frozen=True, slots=True)
class Live:
    """`calls`: what the scripted models were asked."""

    product: Product
    acme: Company
    other: Company
    providers: Providers

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [each.body for each in self.providers.asked]


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    with product_with_companies() as started:
        yield started


@contextmanager
def product_with_companies(more: Mapping[str, str] | None = None) -> Iterator[Live]:
    """`more` settings, such as those of real servers."""
    with providers_running() as running:
        teach_shop(running.providers)
        settings = {
            "LLM_URL": running.openai,
            "LLM_MODEL": "days-3",
            "LLM_INPUT_PRICE": "150000",
            "LLM_OUTPUT_PRICE": "600000",
            **(more or {}),
        }
        with running_product(settings, prepare="tests.agents.live.prepared") as product:
            made = json.loads((product.data_dir / "prepared.json").read_text())
            acme, other = (Company(product.app, **made[name]) for name in ("acme", "other"))
            for company in (acme, other):
                _wait_until_read(product, company)
            yield Live(product, acme, other, running.providers)


def _wait_until_read(product: Product, company: Company) -> None:
    until = time.monotonic() + 60
    while company.get(f"/v1/documents/{company.document_id}").get("state") != "ready":
        if time.monotonic() > until:
            raise AssertionError(f"the document was not read; the processes wrote:\n{tail(product)}")
        time.sleep(0.2)


@pytest.fixture(autouse=True)
def _another_minute(request: pytest.FixtureRequest) -> None:
    """All tests call with one key, and together more often than a key may."""
    if "live" in request.fixturenames:
        product: Product = request.getfixturevalue("live").product
        with closing(sqlite3.connect(product.data_dir / "rapport.sqlite3", timeout=20)) as database, database:
            database.execute("DELETE FROM ratelimits_tokenbucket")


@pytest.fixture
def acme(live: Live) -> Company:
    return live.acme


@pytest.fixture
def other(live: Live) -> Company:
    return live.other
