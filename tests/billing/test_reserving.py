"""What is no turn keeps its cost aside too: of many calls at once nothing is spent that is not there."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from billing.budgets import expire_holds, hold_budget
from billing.company_budget import get_company_budget, recount_company_budget, set_company_budget
from billing.errors import BudgetExhausted
from billing.models import BudgetHold
from billing.own_prices import set_own_price
from billing.reserving import give_back, reserve_embedding, reserve_task
from billing.selectors import usage_total
from ingestion.embedding.paying import buy_vectors, pay
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.memory.episodes.company import WordEmbedder
from tests.cast import Cast
from tests.file_database import file_database as file_database

MODEL = WordEmbedder.model.key
AT_ONCE = 20


def _prepare(tenant_id: UUID, micros: int | None) -> None:
    """A token of the embedder costs one micro-unit."""
    set_own_price(
        tenant_id=tenant_id, model=MODEL, meter="embedding_tokens", micros_per_million=1_000_000, actor=SYSTEM
    )
    set_company_budget(tenant_id=tenant_id, month_micros=micros, actor=SYSTEM)


def _race(tenant_id: UUID) -> None:
    """Half of them embed ten words, half are a model's task that could cost ten: three of twenty fit, whichever."""
    _prepare(tenant_id, 35)
    gate, paid, refused = threading.Barrier(AT_ONCE), list[int](), list[str]()

    def ask(number: int) -> None:
        gate.wait()
        try:
            if number % 2:
                task_id = new_id()
                reserve_task(tenant_id=tenant_id, task_id=task_id, micros=10, is_first=True)
            else:
                _, bill = buy_vectors(WordEmbedder(), ["word " * 10], tenant_id=tenant_id, purpose="passage")
                pay(bill, tenant_id=tenant_id, step="embed_api")
            paid.append(number)
        except BudgetExhausted as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(AT_ONCE)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(paid), refused) == (3, ["budget_exhausted"] * (AT_ONCE - 3))
    found = get_company_budget(tenant_id=tenant_id)
    embedded = 10 * sum(number % 2 == 0 for number in paid)
    assert found.spent == usage_total(tenant_id=tenant_id).cost_micros == embedded
    assert found.held == 30 - embedded, "of the tasks, which are not paid yet"


def test_of_twenty_calls_at_once_no_more_are_made_than_the_budget_pays_for(file_database: None) -> None:
    from tests.cast import assemble

    _race(assemble().acme.tenant_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is raced in a file above")
def test_the_same_behind_row_locks() -> None:
    from tests.cast import assemble

    _race(assemble().acme.tenant_id)


def test_what_is_free_or_unlimited_keeps_nothing_aside(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    assert not reserve_embedding(tenant_id=tenant_id, model=MODEL, tokens={new_id(): 10})
    _prepare(tenant_id, None)
    assert not reserve_embedding(tenant_id=tenant_id, model=MODEL, tokens={new_id(): 10})
    set_company_budget(tenant_id=tenant_id, month_micros=0, actor=SYSTEM)
    assert not reserve_embedding(tenant_id=tenant_id, model="free", tokens={new_id(): 10})


def test_more_for_the_same_takes_the_place_of_less_and_a_refusal_changes_nothing(cast: Cast) -> None:
    tenant_id, version, other = cast.acme.tenant_id, new_id(), new_id()
    _prepare(tenant_id, 100)
    assert reserve_embedding(tenant_id=tenant_id, model=MODEL, tokens={version: 40})
    assert reserve_embedding(tenant_id=tenant_id, model=MODEL, tokens={version: 60, other: 20})
    with pytest.raises(BudgetExhausted):
        reserve_embedding(tenant_id=tenant_id, model=MODEL, tokens={version: 70, other: 31})
    assert get_company_budget(tenant_id=tenant_id).held == 80
    assert get_company_budget(tenant_id=cast.other.tenant_id).held == 0
    for each in (version, other, other):
        give_back(tenant_id=tenant_id, task_id=each)
    assert get_company_budget(tenant_id=tenant_id).held == 0


def test_what_a_dead_worker_kept_aside_comes_back_and_a_turn_s_stays(cast: Cast) -> None:
    tenant_id, turn_id = cast.acme.tenant_id, new_id()
    _prepare(tenant_id, 100)
    reserve_task(tenant_id=tenant_id, task_id=new_id(), micros=40, is_first=True)
    with tenant_scope(tenant_id), transaction.atomic():
        hold_budget(turn_id=turn_id, micros=50)
    assert expire_holds(tenant_id=tenant_id) == 0
    with tenant_scope(tenant_id):
        expiring = BudgetHold.objects.filter(expires_at__isnull=False)
        expiring.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert expire_holds(tenant_id=tenant_id) == 1
    assert get_company_budget(tenant_id=tenant_id).held == 50
    with tenant_scope(tenant_id):
        BudgetHold.objects.filter(turn_id=turn_id).delete()  # as when its contact is erased
    recount_company_budget(tenant_id=tenant_id)
    assert get_company_budget(tenant_id=tenant_id).held == 0
