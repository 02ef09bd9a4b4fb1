"""Rapport with Stripe switched on, and a Stripe of the tests' own behind its door."""

import time
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from billing.models import PlanTerm
from billing.stripe import door
from billing.stripe.inbox import handle_waiting
from rapport.config import get_config
from tenants.context import tenant_scope
from tests.billing.stripe.machine import Data, StripeMachine, signed

SECRET = "whsec_of_the_tests_own"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> StripeMachine:
    config = replace(get_config(), stripe_secret_key="sk_test_own", stripe_webhook_secrets=(SECRET,))
    made = StripeMachine(int(time.time()))
    monkeypatch.setattr(door, "get_config", lambda: config)
    monkeypatch.setattr("billing.stripe.views.get_config", lambda: config)
    monkeypatch.setattr(door, "transport", lambda: made)
    return made


@pytest.fixture
def shop(machine: StripeMachine) -> StripeMachine:
    """With the catalogue in it."""
    call_command("billing", "sync-catalogue", stdout=StringIO())
    return machine


def has_tried(tenant_id: UUID) -> None:
    """The company's trial is over: what it buys now is charged at once."""
    with tenant_scope(tenant_id):
        PlanTerm.objects.create(starts_at=timezone.now() - timedelta(days=90), plan="team", is_trial=True)
        PlanTerm.objects.create(starts_at=timezone.now() - timedelta(days=60), plan="self-hosted")


def deliver(event: Data, *, at: int | None = None, secret: str = SECRET) -> int:
    """As Stripe sends it. Returns the status of the answer."""
    body, header = signed(event, secret, at=int(time.time()) if at is None else at)
    response = Client().post(
        "/stripe/webhook", body, content_type="application/json", headers={"Stripe-Signature": header}
    )
    return response.status_code


def deliver_all(machine: StripeMachine) -> None:
    for event in machine.events:
        assert deliver(event) == 200
    machine.events.clear()
    handle_waiting()
