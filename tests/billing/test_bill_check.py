"""`make bill-check` in small and within one process: whatever is told late, twice and out of order, all books agree."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.periods import list_periods
from billing.plans import CURRENCIES
from tenants.services import create_tenant
from tests.bill_check import books
from tests.bill_check.month import PLANS, Month, expect
from tests.bill_check.teller import tell
from tests.cast import Cast


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), company=st.integers(0, len(PLANS) * len(CURRENCIES) - 1), facts=st.integers(60, 600))
def test_all_books_agree(cast: Cast, seed: int, company: int, facts: int) -> None:
    month = Month.before(datetime.now(UTC), seed, facts)
    tenant_id = create_tenant(name="Books", owner_id=cast.alice.id)
    books.open_books(tenant_id, company, month)
    expected = expect(month, company)
    tell(month, company, tenant_id, "in_time")
    tell(month, company, tenant_id, "in_time")  # a worker that was killed before it said how far it had come
    assert books.differences_at_close(tenant_id, company, month, expected) == []
    before = list_periods(tenant_id=tenant_id)[0].statement
    tell(month, company, tenant_id, "late")
    assert books.differences_at_end(tenant_id, company, before, expected) == []


def test_the_check_itself_sees_a_micro_unit(cast: Cast) -> None:
    month = Month.before(datetime.now(UTC), 7, 200)
    tenant_id = create_tenant(name="Books", owner_id=cast.alice.id)
    books.open_books(tenant_id, 2, month)
    tell(month, 2, tenant_id, "in_time")
    expected = expect(month, 2)
    expected.on_time["input_tokens"][1] += 1
    assert len(books.differences_at_close(tenant_id, 2, month, expected)) == 2


@pytest.mark.parametrize("plan", range(len(PLANS)))
def test_the_same_seed_tells_the_same(plan: int) -> None:
    month = Month.before(datetime(2027, 3, 5, tzinfo=UTC), 1, 50)
    assert month.starts_at == datetime(2027, 2, 1, tzinfo=UTC)
    assert expect(month, plan).whole == expect(month, plan).whole
