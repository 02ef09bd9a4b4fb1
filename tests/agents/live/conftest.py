"""The real product with two companies in it, and a scripted model behind LLM_URL: for the clients of others."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.agents.llm.scripted_server import scripted_server
from tests.e2e.product import Product, running_product, tail


@dataclass(frozen=True, slots=True)
class Company:
    """`agents` by their model's name, which says what they do; `keys` "all" and "reads"."""

    url: str
    tenant_id: str
    document_id: str
    agents: dict[str, str]
    keys: dict[str, str]

    def get(self, path: str) -> Any:
        """A read of the API with the key that may do everything."""
        headers = {"Authorization": f"Bearer {self.keys['all']}"}
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=20).json()


@dataclass(frozen=True, slots=True)
class Live:
    """`calls`: what the scripted model was asked."""

    product: Product
    acme: Company
    other: Company
    calls: list[dict[str, Any]]


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    with scripted_server() as (model_url, calls):
        settings = {
            "LLM_URL": model_url,
            "LLM_MODEL": "days-3",
            "LLM_INPUT_PRICE": "150000",
            "LLM_OUTPUT_PRICE": "600000",
        }
        with running_product(settings, prepare="tests.agents.live.prepared") as product:
            made = json.loads((product.data_dir / "prepared.json").read_text())
            acme, other = (Company(product.app, **made[name]) for name in ("acme", "other"))
            for company in (acme, other):
                _wait_until_read(product, company)
            yield Live(product, acme, other, calls)


def _wait_until_read(product: Product, company: Company) -> None:
    until = time.monotonic() + 60
    while company.get(f"/v1/documents/{company.document_id}").get("state") != "ready":
        if time.monotonic() > until:
            raise AssertionError(f"the document was not read; the processes wrote:\n{tail(product)}")
        time.sleep(0.2)


@pytest.fixture
def acme(live: Live) -> Company:
    return live.acme


@pytest.fixture
def other(live: Live) -> Company:
    return live.other
