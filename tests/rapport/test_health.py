"""Alive is not ready: each part that is missing is named."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport import health
from rapport.events.models import GroupMember, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks of other floors ask processes that do not run here."""
    monkeypatch.setattr(health, "_checks", {name: health._checks[name] for name in ("database", "relay", "consumer")})


def test_a_process_that_answers_is_alive() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_without_the_event_processes_it_is_not_ready() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"] == {"consumer": "waiting", "database": "ok", "relay": "waiting"}


def test_with_every_part_it_is_ready() -> None:
    soon = timezone.now() + timedelta(minutes=1)
    Role.objects.create(name="relay", owner="me", owned_until=soon)
    GroupMember.objects.create(group="inbox", member_id="me", alive_until=soon)
    assert Client().get("/readyz").status_code == 200


def test_a_check_that_raises_is_a_part_that_waits() -> None:
    def breaks() -> str:
        raise ConnectionError("refused")

    health.register_check("store", breaks)
    [part] = [each for each in health.check_parts() if each.name == "store"]
    assert not part.is_ready
    assert "refused" not in part.trouble
