"""A budget that ends in the middle of a document, or before a question: nothing is lost, and everything says so."""

from uuid import UUID

import pytest

from agents.retrieval import Retriever
from agents.runtime.product_search import ProductSearch
from billing.company_budget import get_company_budget, set_company_budget
from billing.own_prices import set_own_price
from billing.selectors import usage_total
from frontend.pages import search as page
from ingestion.pipeline import passages
from ingestion.services import retry_document
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent
from tenants.actors import SYSTEM
from tests.cast import Cast
from tests.ingestion.knowledge import Knowledge
from tests.ingestion.pipeline.test_interrupted import OLD
from tests.leaks.callers import signed_in

SPENT = "The company has spent its budget of the month"


@pytest.fixture
def priced(acme: Knowledge) -> Knowledge:
    """A token costs a micro-unit."""
    set_own_price(
        tenant_id=acme.tenant_id, model=acme.embedder.model.key, meter="embedding_tokens",
        micros_per_million=1_000_000, actor=SYSTEM,
    )  # fmt: skip
    return acme


def _limit(acme: Knowledge, micros: int) -> None:
    set_company_budget(tenant_id=acme.tenant_id, month_micros=micros, actor=SYSTEM)


def test_a_document_that_the_budget_does_not_pay_for_says_so_and_goes_on_when_it_does(
    priced: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "_BATCH", 2)
    whole = priced.ingest("whole.md", OLD).tokens
    spent = usage_total(tenant_id=priced.tenant_id).cost_micros
    assert spent == whole
    priced.embedder.embedded.clear()
    _limit(priced, spent + whole - 1)
    document = priced.ingest("hours.md", OLD)
    assert (document.state, document.error_code) == ("failed", "budget_exhausted")
    assert document.error_message.startswith(SPENT)
    assert not InboxEvent.objects.filter(state="dead").exists(), "no deploy is stopped by it"
    assert len(priced.embedder.embedded) == document.embedded >= 2
    found = get_company_budget(tenant_id=priced.tenant_id)
    assert (found.spent > spent, found.held) == (True, 0), "what was embedded is in the ledger"

    _retry(priced, document.id)
    assert priced.document(document.id).state == "failed"
    _limit(priced, 10**9)
    _retry(priced, document.id)
    priced.check_whole(document.id)
    assert len(priced.embedder.embedded) == priced.document(document.id).chunks, "nothing is embedded twice"
    found = get_company_budget(tenant_id=priced.tenant_id)
    assert (found.spent, found.held) == (2 * whole, 0)


def _retry(acme: Knowledge, document_id: UUID) -> None:
    retry_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=document_id)
    deliver_now()


def test_a_search_goes_by_words_when_no_budget_pays_for_its_question(
    priced: Knowledge, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here(ProductSearch):
        def retriever_of(self, tenant_id: UUID) -> Retriever:
            return Retriever(priced.embedder, priced.stores.vectors, deadline_seconds=30)

    monkeypatch.setattr(page, "_search", Here())
    priced.ingest("hours.md", OLD)
    before = usage_total(tenant_id=priced.tenant_id).cost_micros
    alice = signed_in(cast.alice)
    assert "by words alone" not in alice.get("/search/?q=shop").text
    asked = usage_total(tenant_id=priced.tenant_id).cost_micros
    assert asked > before, "a search on the dashboard is in the ledger"
    _limit(priced, asked)
    shown = alice.get("/search/?q=shop").text
    assert "by words alone" in shown
    assert "the shop opens" in shown
    found = get_company_budget(tenant_id=priced.tenant_id)
    assert (found.spent, found.held) == (asked, 0)
