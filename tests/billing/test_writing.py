"""What is written into the ledger is what was to be written, whatever the names in it, and once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction

from billing import writing
from billing.entries import Entry
from billing.models import UsageRecord
from rapport.ids import new_id
from tenants.context import tenant_scope
from tests.cast import Cast

AT = datetime(2026, 10, 3, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=2)))
PLAIN = Entry(new_id(), "messages", "", "chat", 1, 0, "USD", "included", "", AT)


def _written() -> list[dict[str, object]]:
    names = Entry.__slots__
    return list(UsageRecord.objects.order_by("quantity").values(*names))


@pytest.mark.parametrize(
    "name", ['a "b", {c}', "back\\slash", "NULL", "null", "", " ", "100 %s", "o'hara;--", "日本 🦊"]
)
def test_every_value_comes_back(cast: Cast, name: str) -> None:
    ids = {each: new_id() for each in ("id", "agent_id", "conversation_id", "turn_id", "document_id", "corrects_id")}
    whole = Entry(
        new_id(), "output_tokens", name, name[:40], 2**53, -(2**53), "EUR", name, "own-account", AT,
        price_micros=-7, billed_at=AT + timedelta(days=31), **ids,
    )  # fmt: skip
    plain = replace(PLAIN, id=new_id())
    with tenant_scope(cast.acme.tenant_id):
        writing.insert([whole, plain])
        assert _written() == [{n: getattr(each, n) for n in Entry.__slots__} for each in (plain, whole)]
        row = UsageRecord.objects.get(id=ids["id"])
        assert (row.tenant_id, row.unit) == (cast.acme.tenant_id, "token")
        assert abs(row.recorded_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_is_there_stays_as_it_is(cast: Cast) -> None:
    with tenant_scope(cast.acme.tenant_id):
        writing.insert([])
        writing.insert([PLAIN])
        writing.insert([replace(PLAIN, quantity=5), replace(PLAIN, model="other", quantity=2), PLAIN])
        assert [(row["model"], row["quantity"]) for row in _written()] == [("", 1), ("other", 2)]


def test_a_row_that_must_not_be_there_is_no_silent_nothing(cast: Cast) -> None:
    """Only a fact that is there already is passed over."""
    with tenant_scope(cast.acme.tenant_id), pytest.raises(IntegrityError), transaction.atomic():
        writing.insert([replace(PLAIN, quantity=-1)])
