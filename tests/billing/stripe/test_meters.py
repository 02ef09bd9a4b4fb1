"""Usage told to Stripe: every hour once, whatever is lost, late, taken back or refused on the way."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing.models import PlanTerm, StripeAccount, StripePush, UsageRecord
from billing.periods import correct_usage
from billing.services import record_count
from billing.stripe.checkout import open_checkout
from billing.stripe.inbox import handle_waiting, list_events
from billing.stripe.meters import Fed, _stamp, compare_meters, feed_meters, tell_again
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.billing.stripe.conftest import deliver, deliver_all
from tests.billing.stripe.machine import DAY, StripeMachine
from tests.cast import Cast

BACK = timedelta(hours=5)


@pytest.fixture
def tenant_id(cast: Cast, shop: StripeMachine) -> UUID:
    """Acme pays for the plan Team since five hours ago."""
    tenant_id = cast.acme.tenant_id
    open_checkout(tenant_id=tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    shop.pay_checkout(next(iter(shop.all("checkout.session"))))
    deliver_all(shop)
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(metered_from=_hour(0))
        PlanTerm.objects.create(starts_at=_hour(0), plan="team")  # terms are never changed: made last, it holds
    return tenant_id


def _hour(ago: int) -> datetime:
    """The hour that Acme pays since, or a later one."""
    return (timezone.now() - BACK).replace(minute=0, second=0, microsecond=0) + timedelta(hours=ago)


def _use(tenant_id: UUID, hour: int, messages: int) -> None:
    record_count(
        tenant_id=tenant_id,
        source_event_id=new_id(),
        step="",
        counts={"messages": messages},
        occurred_at=_hour(hour) + timedelta(minutes=20),
    )


def _counted(shop: StripeMachine) -> int:
    return sum(value for name, _, _, value in shop.counted if name == "rapport_messages")


def _later(tenant_id: UUID, hours: int) -> None:
    """What is unknown was first told so long ago."""
    with tenant_scope(tenant_id):
        StripePush.objects.filter(state="unknown").update(first_sent_at=timezone.now() - timedelta(hours=hours))


def test_each_hour_that_is_over_is_told_once(cast: Cast, shop: StripeMachine, tenant_id: UUID) -> None:
    _use(tenant_id, -1, 1_000)  # before it was paid for
    _use(tenant_id, 0, 3)
    _use(tenant_id, 1, 4)
    record_count(
        tenant_id=tenant_id, source_event_id=new_id(), step="", counts={"messages": 9}, occurred_at=timezone.now()
    )  # of the hour that runs
    assert feed_meters(tenant_id=tenant_id) == Fed(written=2, sent=2)
    assert feed_meters(tenant_id=tenant_id) == Fed()
    _use(tenant_id, 0, 5)  # late
    assert feed_meters(tenant_id=tenant_id) == Fed(written=1, sent=1)
    public, hour = shop.counted[0][1], _hour(0)
    assert [each.rpartition(":")[0][-10:] for each in shop.meter_events] == [
        f"{hour:%Y%m%d%H}", f"{hour + timedelta(hours=1):%Y%m%d%H}", f"{hour:%Y%m%d%H}",
    ]  # fmt: skip
    assert public == next(iter(shop.all("customer")))
    assert _counted(shop) == 12
    (step,) = compare_meters(tenant_id=tenant_id)
    assert (step.meter, step.told, step.counted, step.open) == ("messages", 12, 12, 0)
    assert feed_meters(tenant_id=cast.other.tenant_id) == Fed()


def test_tokens_are_told_at_their_list_price(shop: StripeMachine, tenant_id: UUID) -> None:
    record_count(
        tenant_id=tenant_id,
        source_event_id=new_id(),
        step="chat",
        counts={"output_tokens": 1_000},
        costs={"output_tokens": 2_000},
        occurred_at=_hour(1) + timedelta(minutes=1),
    )
    feed_meters(tenant_id=tenant_id)
    assert [(each[0], each[3]) for each in shop.counted] == [("rapport_model_tokens", 2_200)]


def test_what_is_taken_back_is_set_off_against_what_comes_next(shop: StripeMachine, tenant_id: UUID) -> None:
    _use(tenant_id, 0, 10)
    feed_meters(tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        record_id = UsageRecord.objects.get().id
    correct_usage(
        tenant_id=tenant_id, record_id=record_id, quantity=-4, cost_micros=0, price_micros=0, reason="x", actor=SYSTEM
    )
    feed_meters(tenant_id=tenant_id)
    assert _counted(shop) == 10
    _use(tenant_id, 1, 3)
    feed_meters(tenant_id=tenant_id)
    assert _counted(shop) == 10
    _use(tenant_id, 2, 3)
    feed_meters(tenant_id=tenant_id)
    assert _counted(shop) == 12  # as the ledger has it


@pytest.mark.parametrize("is_done", [True, False], ids=["the answer was lost", "the question was lost"])
@pytest.mark.parametrize("hours", [1, 21, 30])
def test_an_outcome_that_nobody_knows_is_one_fact(
    shop: StripeMachine, tenant_id: UUID, is_done: bool, hours: int
) -> None:
    _use(tenant_id, 0, 7)
    if is_done:
        shop.lost.add("/v1/billing/meter_events")
    else:
        shop.is_down = True
    assert feed_meters(tenant_id=tenant_id) == Fed(written=1, waiting=1)
    shop.is_down = False
    _use(tenant_id, 0, 2)  # waits behind it: else nobody could tell what Stripe has counted
    _later(tenant_id, hours)
    shop.now += hours * 3_600
    asked = len(shop.calls)
    assert feed_meters(tenant_id=tenant_id) == Fed(written=1, sent=2)
    has_asked = any(path.endswith("/event_summaries") for _, path in shop.calls[asked:])
    assert has_asked == (hours > 20)
    assert _counted(shop) == 9


def test_past_its_day_an_identifier_alone_would_have_charged_twice(shop: StripeMachine, tenant_id: UUID) -> None:
    """What the summaries are for: the machine forgets identifiers as Stripe does."""
    _use(tenant_id, 0, 7)
    shop.lost.add("/v1/billing/meter_events")
    feed_meters(tenant_id=tenant_id)
    shop.now += DAY + 3_600
    feed_meters(tenant_id=tenant_id)  # first told just now, as far as our clock says: told again
    assert _counted(shop) == 14


def test_what_stripe_counts_otherwise_is_not_told_again(
    shop: StripeMachine, tenant_id: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    _use(tenant_id, 0, 7)
    shop.is_down = True
    feed_meters(tenant_id=tenant_id)
    shop.is_down = False
    customer = next(iter(shop.all("customer")))
    shop.counted.append(("rapport_messages", customer, int(_hour(0).timestamp()) + 9, 1))  # by somebody else
    _later(tenant_id, 21)
    assert feed_meters(tenant_id=tenant_id) == Fed()
    with tenant_scope(tenant_id):
        assert StripePush.objects.get().state == "disputed"
    with pytest.raises(CommandError, match="out of step"):
        call_command("billing", "meters", "--check", "--tenant", str(tenant_id))
    assert "messages" in capsys.readouterr().out
    shop.counted.clear()
    assert tell_again(tenant_id=tenant_id) == 1
    assert feed_meters(tenant_id=tenant_id) == Fed(sent=1)
    call_command("billing", "meters", "--check", "--tenant", str(tenant_id))


def test_what_stripe_refuses_or_reports_later_is_an_alert_and_told_again_when_mended(
    shop: StripeMachine, tenant_id: UUID
) -> None:
    from prometheus_client import REGISTRY

    def failures(why: str) -> float:
        return REGISTRY.get_sample_value("rapport_stripe_meter_failures_total", {"why": why}) or 0.0

    _use(tenant_id, 0, 7)
    shop.refuses_meters = True
    before = failures("refused"), failures("reported")
    assert feed_meters(tenant_id=tenant_id) == Fed(written=1)
    assert failures("refused") == before[0] + 1
    shop.refuses_meters = False
    assert tell_again(tenant_id=tenant_id) == 1
    assert feed_meters(tenant_id=tenant_id) == Fed(sent=1)
    with tenant_scope(tenant_id):
        push = StripePush.objects.get()
    assert push.identifier.endswith(":1+1")  # Stripe may have kept the one that it refused
    assert deliver(shop.report_meter_error(push.identifier)) == 200
    assert deliver(shop.report_meter_error("ten_00000000000000000000000000:messages:2026110110:1")) == 200
    assert handle_waiting() == 2
    assert sorted(each.outcome for each in list_events(most=2)) == ["0 of 1 are ours", "1 of 1 are ours"]
    assert failures("reported") == before[1] + 2
    with tenant_scope(tenant_id):
        assert StripePush.objects.get().state == "refused"


def test_what_is_told_after_the_invoice_is_on_the_next_one(tenant_id: UUID) -> None:
    account = StripeAccount(metered_from=datetime(2026, 10, 3, 9, tzinfo=UTC))
    hour, month = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    with tenant_scope(tenant_id):
        assert _stamp(account, hour, month + timedelta(minutes=7)) == hour
        assert _stamp(account, hour, month + timedelta(hours=1)) == month
        assert _stamp(account, hour - timedelta(days=28, hours=15), hour) == account.metered_from + timedelta(seconds=1)  # type: ignore[operator]
        late = month + timedelta(days=60)
        assert _stamp(account, hour, late) >= late - timedelta(days=34)
