"""The page Billing: plan, quotas, statement, closed periods; and every figure leads to the rows that it is made of."""

import csv
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from billing.periods import close_due_periods, list_periods
from billing.quotas import list_quotas
from billing.services import UsageSubject, record_count
from billing.terms import set_plan
from rapport.ids import Prefix, encode, new_id
from tenants.actors import SYSTEM
from tests.cast import Cast, make_visitor, sign_in

ROW = re.compile(r'href="(/billing/rows/[^"]*)"')


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = sign_in(cast.alice)
    client.handler.enforce_csrf_checks = False
    return client


def _use(cast: Cast) -> None:
    """A phone call without a conversation, and messages of a chat; this month and the one before the last."""
    tenant_id, talk = cast.acme.tenant_id, make_visitor(cast.acme)
    for at in (timezone.now(), timezone.now() - timedelta(days=62)):
        subject = UsageSubject(cast.acme.agent_id, talk.conversation_id)
        told = {"tenant_id": tenant_id, "occurred_at": at}
        record_count(**told, source_event_id=new_id(), step="", counts={"messages": 7}, subject=subject)  # type: ignore[arg-type]
        record_count(**told, source_event_id=new_id(), step="carrier", counts={"call_minutes": 2})  # type: ignore[arg-type]


def test_each_figure_opens_the_rows_it_is_made_of(cast: Cast, alice: Client) -> None:
    set_plan(tenant_id=cast.acme.tenant_id, plan="payg", actor=SYSTEM)
    _use(cast)
    seen: set[str] = set()
    for by in ("day", "agent", "channel", "conversation", "meter"):
        page = alice.get(f"/billing/?by={by}").content.decode()
        assert "Pay as you go" in page
        links = {unescape(each) for each in ROW.findall(page)}
        assert links
        for link in links - seen:
            assert "No rows" not in alice.get(link).content.decode(), link
        seen |= links
    rows = alice.get("/billing/rows/?channel=chat").content.decode()
    assert "Messages" in rows
    assert "Minutes of telephone calls" not in rows
    got = b"".join(alice.get("/billing/rows.csv?line=call_minutes").streaming_content).decode()  # type: ignore[attr-defined]
    [row] = csv.DictReader(got.splitlines())
    assert (row["quantity"], row["price_micros"], row["unit"]) == ("2", "108000", "minute")


def test_a_closed_period_can_be_looked_at(cast: Cast, alice: Client) -> None:
    _use(cast)
    close_due_periods(tenant_id=cast.acme.tenant_id, actor=SYSTEM, grace=timedelta())
    closed = list_periods(tenant_id=cast.acme.tenant_id)[-1]
    period = encode(Prefix.PERIOD, closed.id)
    page = alice.get(f"/billing/?period={period}").content.decode()
    assert "This period is closed" in page
    assert f"period={period}" in page
    charlie = sign_in(cast.charlie)
    assert charlie.get(f"/billing/?period={period}").status_code == 404
    for path in ("/billing/rows/", "/billing/rows.csv"):
        assert charlie.get(f"{path}?period={period}").status_code == 404


def test_a_limit_is_set_by_those_who_may(cast: Cast, alice: Client) -> None:
    assert alice.post("/billing/", {"meter": "messages", "quantity": "5,000"}).status_code == 302
    [quota] = [each for each in list_quotas(tenant_id=cast.acme.tenant_id) if each.meter == "messages"]
    assert quota.limit == 5_000
    wrong = alice.post("/billing/", {"meter": "messages", "quantity": "many"})
    assert (wrong.status_code, "Enter a whole number" in wrong.content.decode()) == (400, True)
    assert sign_in(cast.bob).get("/billing/").content.decode().count("Save the limit") == 0
