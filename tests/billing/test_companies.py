"""What all companies' months come to: noted from each one's own ledger, equal to it, and seen by operators alone."""

from datetime import timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from billing.companies import list_companies, list_months, note_months, sum_companies
from billing.models import CompanyMonth, StripeInvoice, StripePush
from billing.periods import close_due_periods, get_statement
from billing.services import record_count
from billing.tasks import close_periods, roll_up_usage
from billing.terms import set_plan
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import Membership, Role
from tests.cast import Cast, make_user

OLGA = "olga@rapport.example"  # see tests/environment.py


def _use(tenant_id: UUID, messages: int, days_ago: int = 0) -> None:
    moment = timezone.now() - timedelta(days=days_ago)
    record_count(
        tenant_id=tenant_id, source_event_id=new_id(), step="", counts={"messages": messages}, occurred_at=moment
    )


def _operator(cast: Cast) -> Client:
    olga = make_user(OLGA)
    Membership.objects.create(tenant_id=cast.acme.tenant_id, user=olga, role=Role.ANALYST)
    client = Client()
    client.force_login(olga)
    return client


def test_what_is_noted_is_what_the_statements_say(cast: Cast) -> None:
    set_plan(tenant_id=cast.acme.tenant_id, plan="team", actor=SYSTEM)
    _use(cast.acme.tenant_id, 6_000)
    _use(cast.other.tenant_id, 3)
    roll_up_usage()
    roll_up_usage()  # again: the same rows
    [month] = list_months()
    acme, other = list_companies(month=month, limit=10)
    statement = get_statement(tenant_id=cast.acme.tenant_id)
    assert (acme.name, acme.plan, acme.due_micros, acme.records) == ("Acme", "team", statement.due_micros, 1)
    assert acme.due_micros == 99_000_000 + 1_000 * 4_000
    assert acme.margin_micros == acme.due_micros - statement.cost_micros
    assert (other.due_micros, other.margin_percent) == (0, None)
    [sums] = sum_companies(month=month)
    assert (sums.companies, sums.paying, sums.closed, sums.records) == (2, 1, 0, 2)
    assert sums.due_micros == acme.due_micros
    assert [each.name for each in list_companies(month=month, limit=1, after=1)] == ["Other"]


def test_what_is_owed_and_what_stripe_has_not_taken_is_told(cast: Cast) -> None:
    tenant_id, now = cast.acme.tenant_id, timezone.now()
    with tenant_scope(tenant_id):
        for status, due in (("open", 1_250), ("paid", 9_900), ("uncollectible", 50)):
            StripeInvoice.objects.create(
                invoice_id=f"in_{status}", status=status, currency="USD", total=due, due=due, issued_at=now
            )
        for place, state in enumerate(("sent", "unknown", "refused")):
            StripePush.objects.create(
                meter="messages", hour=now, revision=place, quantity=1, identifier="i", customer_id="c",
                stamped_at=now, state=state,
            )  # fmt: skip
    roll_up_usage()
    [month] = list_months()
    acme = next(each for each in list_companies(month=month, limit=9) if each.name == "Acme")
    assert (acme.unpaid_micros, acme.meters_astray) == (13_000_000, 2)
    [sums] = sum_companies(month=month)
    assert (sums.unpaid_micros, sums.meters_astray) == (13_000_000, 2)


def test_a_closed_month_stays_as_its_snapshot(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    _use(tenant_id, 10, days_ago=62)  # at least a month has ended since, and its days of grace
    close_periods()
    closed = CompanyMonth.objects.filter(tenant_id=tenant_id, is_closed=True).earliest("month")
    assert closed.records == 1
    assert closed.month == list_months()[-1]
    assert CompanyMonth.objects.get(tenant_id=tenant_id, is_closed=False).month > closed.month
    before = (closed.due_micros, closed.noted_at)
    close_due_periods(tenant_id=tenant_id, actor=SYSTEM)
    note_months(tenant_id=tenant_id)
    closed.refresh_from_db()
    assert (closed.due_micros, closed.noted_at) == before


def test_the_page_is_there_for_operators_alone(cast: Cast) -> None:
    _use(cast.other.tenant_id, 3)
    roll_up_usage()
    alice = Client()
    alice.force_login(cast.alice)
    assert alice.get("/companies/").status_code == 404
    assert "/companies/" not in alice.get("/billing/").content.decode()
    operator = _operator(cast)
    assert "/companies/" in operator.get("/billing/").content.decode()
    shown = operator.get("/companies/").content.decode()
    assert "Acme" in shown
    assert "Other" in shown
    assert operator.get("/companies/?month=2020-01").status_code == 200
    assert operator.get("/companies/?month=yesterday").status_code == 400


def test_an_address_that_was_not_verified_is_nobodys(cast: Cast) -> None:
    operator = _operator(cast)
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(email=OLGA).update(verified=False)
    assert operator.get("/companies/").status_code == 404
