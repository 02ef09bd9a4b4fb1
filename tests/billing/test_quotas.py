"""Quotas: near at 80 %, used up at 100 %, told once; hard only where somebody decided so."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from agents.services import post_message
from billing.errors import InvalidLimit, QuotaExhausted
from billing.models import Meter
from billing.quotas import list_quotas, require_quota, set_usage_limit, tell_quotas
from billing.rollups import roll_up
from billing.services import record_count
from billing.terms import set_plan
from rapport.ids import new_id
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tests.cast import Cast, make_visitor


def _use(tenant_id: UUID, messages: int) -> None:
    record_count(
        tenant_id=tenant_id,
        source_event_id=new_id(),
        step="",
        counts={"messages": messages},
        occurred_at=timezone.now() - timedelta(seconds=1),
    )


def _tell(tenant_id: UUID, capture: DjangoCaptureOnCommitCallbacks) -> int:
    with capture(execute=True):
        return tell_quotas(tenant_id=tenant_id)


def test_it_is_told_once_at_each_level(
    cast: Cast, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    tenant_id = cast.acme.tenant_id
    set_plan(tenant_id=tenant_id, plan="team", actor=SYSTEM)
    told = []
    for messages in (3_999, 1, 0, 1_000, 50_000):
        if messages:
            _use(tenant_id, messages)
        told.append(_tell(tenant_id, django_capture_on_commit_callbacks))
    assert told == [0, 1, 0, 1, 0]
    assert [each.to for each in mailoutbox] == [[cast.alice.email]] * 2  # Bob may not change what is spent
    assert "80 %" in mailoutbox[0].subject
    with tenant_scope(tenant_id):
        require_quota(Meter.MESSAGES)  # what is beyond has a price: nothing is stopped


def test_a_company_is_stopped_where_it_wants_to_be(cast: Cast) -> None:
    tenant_id, visitor = cast.acme.tenant_id, make_visitor(cast.acme)
    set_usage_limit(tenant_id=tenant_id, meter="messages", quantity=10, actor=SYSTEM)
    _use(tenant_id, 10)

    def say() -> None:
        post_message(
            tenant_id=tenant_id,
            conversation_id=visitor.conversation_id,
            text="Hello?",
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        )

    with pytest.raises(QuotaExhausted):
        say()
    roll_up(tenant_id=tenant_id)
    with pytest.raises(QuotaExhausted):
        say()
    set_usage_limit(tenant_id=tenant_id, meter="messages", quantity=None, actor=SYSTEM)
    say()
    for meter, quantity in (("messages", -1), ("input_tokens", 5), ("gold", 5)):
        with pytest.raises(InvalidLimit):
            set_usage_limit(tenant_id=tenant_id, meter=meter, quantity=quantity, actor=SYSTEM)


def test_a_plan_without_a_price_for_more_stops_there(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    set_plan(tenant_id=tenant_id, plan="free", actor=SYSTEM)
    _use(tenant_id, 200)
    with tenant_scope(tenant_id), pytest.raises(QuotaExhausted):
        require_quota(Meter.MESSAGES)
    [quota] = [each for each in list_quotas(tenant_id=tenant_id) if each.meter == Meter.MESSAGES]
    assert (quota.level, quota.used, quota.whole) == ("hard", 200, 200)
    assert quota.forecast >= 200
    with tenant_scope(cast.other.tenant_id):
        require_quota(Meter.MESSAGES)
