"""A company's budget of a month, through whole turns: nothing is spent beyond it, however many ask at once."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections
from django.utils import timezone

from agents.errors import TurnTooDear
from agents.runtime.turn import answer_turn
from agents.selectors import get_trace_of_turn, get_turn
from agents.services import post_message
from billing.company_budget import get_company_budget, recount_company_budget, set_company_budget
from billing.errors import BudgetExhausted, InvalidBudget
from billing.models import CompanyBudget
from billing.own_prices import set_own_price
from billing.prices import TokenCounts
from billing.selectors import usage_total
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from rapport.ids import new_id
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tests.agents.llm.own_keys import add_key, allow, answer_with, product_parts
from tests.agents.runtime.test_failing_models import bill_what_was_told
from tests.cast import Cast, Company, Visitor, assemble, make_visitor
from tests.file_database import file_database as file_database
from tests.providers.running import Running

MODEL = "claude-haiku-4-5"


@pytest.fixture
def server(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    running.providers.forget()
    allow(monkeypatch, running)
    return running


def prepare(company: Company, server: Running, alias: str = "mock-usage-40-60-0") -> None:
    server.providers.aliases[MODEL] = alias
    add_key(company, server, "sk-acme-1234567890", MODEL, provider="anthropic", base_url=server.anthropic)
    answer_with(company, MODEL)


def post(company: Company, who: Visitor, text: str = "How long does delivery take?") -> UUID:
    posted = post_message(
        tenant_id=company.tenant_id,
        conversation_id=who.conversation_id,
        text=text,
        idempotency_key="",
        actor=visitor_actor(who.contact_id),
    )
    return posted.turn_id


def answer(company: Company, turn_id: UUID) -> None:
    answer_turn(tenant_id=company.tenant_id, turn_id=turn_id, parts=product_parts())
    bill_what_was_told(turn_id)


def limit(company: Company, micros: int | None) -> None:
    set_company_budget(tenant_id=company.tenant_id, month_micros=micros, actor=SYSTEM)


def worst_of(company: Company) -> int:
    """What is kept aside for one answer."""
    limit(company, 10**9)
    post(company, make_visitor(company))
    return get_company_budget(tenant_id=company.tenant_id).held


def _race(server: Running) -> None:
    """Twenty conversations of twenty people at once, on a budget for one answer."""
    company = assemble().acme
    prepare(company, server)
    worst, visitors = worst_of(company), [make_visitor(company) for _ in range(20)]
    limit(company, 2 * worst)  # one is kept aside already
    gate, passed, refused = threading.Barrier(20), list[UUID](), list[str]()

    def ask(who: Visitor) -> None:
        gate.wait()
        try:
            turn_id = post(company, who)
            answer(company, turn_id)
            passed.append(turn_id)
        except BudgetExhausted as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(who,)) for who in visitors]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(passed), refused) == (1, ["budget_exhausted"] * 19)
    assert len(server.providers.served) == 1
    found = get_company_budget(tenant_id=company.tenant_id)
    assert found.held == worst, "of the one that was asked before"
    assert 0 < found.spent == usage_total(tenant_id=company.tenant_id).cost_micros < worst


def test_of_twenty_turns_at_once_on_a_budget_for_one_exactly_one_runs(file_database: None, server: Running) -> None:
    _race(server)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is raced in a file above")
def test_the_same_behind_row_locks(server: Running) -> None:
    _race(server)


def test_what_is_held_gives_way_to_what_was_spent_and_a_new_month_begins_with_nothing(
    cast: Cast, server: Running
) -> None:
    company = cast.acme
    prepare(company, server)
    limit(company, 100_000)
    turn_id = post(company, make_visitor(company))
    before = get_company_budget(tenant_id=company.tenant_id)
    assert before.held > 0
    assert before.spent == 0
    answer(company, turn_id)
    after = get_company_budget(tenant_id=company.tenant_id)
    trace = get_trace_of_turn(tenant_id=company.tenant_id, turn_id=turn_id)
    assert (after.held, after.spent) == (0, trace.cost_micros)
    with tenant_scope(company.tenant_id):
        CompanyBudget.objects.update(month="2020-01-01", spent_micros=10**12)
    post(company, make_visitor(company))
    assert get_company_budget(tenant_id=company.tenant_id).spent == after.spent


def test_everything_in_the_ledger_counts_and_only_once(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    limit(cast.acme, 1_000)
    event_id = new_id()
    fact = UsageFact("embed_document", "minilm-x", TokenCounts(embedding=10_000))
    for days in (0, 0, 40):
        record_usage(
            tenant_id=tenant_id,
            source_event_id=event_id if days == 0 else new_id(),
            facts=[fact],
            subject=UsageSubject(),
            occurred_at=timezone.now() - timedelta(days=days),
        )
    assert get_company_budget(tenant_id=tenant_id).spent == 100
    recount_company_budget(tenant_id=tenant_id)
    assert get_company_budget(tenant_id=tenant_id).spent == 100


def test_a_turn_that_would_need_more_than_is_left_stops_before_the_call(cast: Cast, server: Running) -> None:
    """Its price went up between the message and its answer: what was kept aside is not enough any more."""
    company = cast.acme
    prepare(company, server)
    limit(company, worst_of(company) * 2)
    turn_id = post(company, make_visitor(company))
    for meter in ("input_tokens", "output_tokens"):
        set_own_price(tenant_id=company.tenant_id, model=MODEL, meter=meter, micros_per_million=10**9, actor=SYSTEM)
    with pytest.raises(TurnTooDear, match="budget"):
        answer_turn(tenant_id=company.tenant_id, turn_id=turn_id, parts=product_parts())
    assert not server.providers.served
    limit(company, 10**10)
    answer(company, turn_id)
    assert get_turn(tenant_id=company.tenant_id, turn_id=turn_id).outcome == "answered"
    assert get_company_budget(tenant_id=company.tenant_id).spent == usage_total(tenant_id=company.tenant_id).cost_micros


def test_a_budget_of_nothing_refuses_and_none_refuses_nobody(cast: Cast, server: Running) -> None:
    company = cast.acme
    prepare(company, server)
    limit(company, 0)
    with pytest.raises(BudgetExhausted, match="Its owner can raise it"):
        post(company, make_visitor(company))
    assert post(cast.other, make_visitor(cast.other)), "another company's is its own"
    limit(company, None)
    assert post(company, make_visitor(company))
    with pytest.raises(InvalidBudget):
        limit(company, -1)
