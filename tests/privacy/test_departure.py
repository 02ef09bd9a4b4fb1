"""A company whose deletion is due is gone everywhere, whatever happens meanwhile; the others stay as they were."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.utils import timezone

from ingestion.blobs import write_blob
from rapport.errors import RapportError
from rapport.events.inline import deliver_now
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Membership, Tenant, User
from tenants.privacy import emptying
from tenants.privacy.departure import run_departures
from tenants.privacy.exporting import path_of, request_export
from tenants.privacy.holdings import Company, OfContact, OfTenant, kind_of
from tenants.privacy.models import Departure
from tenants.privacy.receipts import Finding, verify
from tests.cast import Cast
from tests.privacy.conftest import SECRET, Talk, places_with, vectors


@pytest.fixture(autouse=True)
def _nobody_else(db: None) -> None:
    assert not Departure.objects.exists()


def make_due(tenant_id: UUID) -> None:
    Tenant.objects.filter(id=tenant_id).update(deletion_due_at=timezone.now() - timedelta(seconds=1))


def rows_left(tenant_id: UUID) -> dict[str, int]:
    """By table: what still names the company."""
    left = {}
    with tenant_scope(tenant_id):
        for model in apps.get_models():
            kind = kind_of(model._meta.label)
            if isinstance(kind, OfContact | OfTenant) and kind.tenant_field:
                left[model._meta.label] = model._default_manager.filter(**{kind.tenant_field: tenant_id}).count()
    return {label: count for label, count in left.items() if count}


@pytest.fixture
def full(cast: Cast, talk: Talk) -> UUID:
    """Acme with something in every store."""
    talker = talk()
    write_blob(cast.acme.tenant_id, b"# Returns")
    request_export(tenant_id=cast.acme.tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
    deliver_now()
    return cast.acme.tenant_id


def test_everything_goes_and_others_stay(cast: Cast, full: UUID, talk: Talk, mailoutbox: list[EmailMessage]) -> None:
    other = talk(company=cast.other)
    before = rows_left(cast.other.tenant_id)
    assert rows_left(full)
    make_due(full)
    assert run_departures() == 1
    assert rows_left(full) == {}
    assert places_with(SECRET, full) == set()
    assert vectors().count(full) == get_stream_store().count_frames(full) == 0
    assert not path_of(full, full).parent.glob("*") or not list(path_of(full, full).parent.glob("*"))
    assert rows_left(cast.other.tenant_id) == before
    assert places_with(SECRET, other.tenant_id)
    assert User.objects.filter(id=cast.alice.id).exists()


def test_the_owners_get_the_receipt(
    cast: Cast, full: UUID, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    make_due(full)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        run_departures()
    (mail,) = [each for each in mailoutbox if "was deleted" in each.subject]
    assert mail.to == [cast.alice.email]
    receipt = json.loads(mail.attachments[0][1])
    assert verify(receipt) is Finding.OURS
    row = Departure.objects.get()
    assert row.receipt == receipt
    assert row.recipients == ""
    counts = {each["name"]: each for each in receipt["stores"]}
    assert all(each["after"] == 0 for each in counts.values())
    for name in ("agents.Message", "tenants.AuditEntry", "tenants.Tenant", "vectors", "graph", "files", "streams"):
        assert counts[name]["before"], name


def test_one_that_is_not_due_or_was_taken_back_stays(cast: Cast, full: UUID) -> None:
    Tenant.objects.filter(id=full).update(deletion_due_at=timezone.now() + timedelta(days=1))
    assert run_departures() == 0
    assert Membership.objects.filter(tenant_id=full).exists()
    assert not Departure.objects.exists()


class Died(BaseException):
    """As if the worker had been killed there."""


def test_killed_before_and_after_every_step_it_comes_to_its_end(full: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    make_due(full)
    deaths = set[tuple[str, str]]()

    def deadly(act: Callable[..., object], kind: str) -> Callable[..., object]:
        def run(name: str, subject: object) -> object:
            for moment in ("before", "after"):
                outcome = act(name, subject) if moment == "after" else None
                if (step := (f"{moment} {kind}", name)) not in deaths:
                    deaths.add(step)
                    raise Died
            return outcome

        return run

    for kind in ("count", "erase"):
        monkeypatch.setattr(emptying, kind, deadly(getattr(emptying, kind), kind))
    finished = 0
    while not finished:
        Departure.objects.update(claimed_until=None)  # whoever died does not come back for it
        try:
            finished = run_departures()
        except Died:
            continue
    assert rows_left(full) == {}
    row = Departure.objects.get()
    assert len(deaths) == 4 * len(row.receipt["stores"])
    assert verify(row.receipt) is Finding.OURS


def test_one_that_someone_works_on_is_left_to_them(full: UUID) -> None:
    make_due(full)
    Departure.objects.create(tenant_id=full, claimed_until=timezone.now() + timedelta(minutes=5))
    assert run_departures() == 0
    assert rows_left(full)


def test_a_store_that_is_away_is_waited_for(full: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(RapportError):
        code = "away"

    def away(name: str, subject: object) -> None:
        raise Away("It does not answer.")

    make_due(full)
    with monkeypatch.context() as patch:
        patch.setattr(emptying, "erase", away)
        assert run_departures() == 0
    assert run_departures() == 1
    assert rows_left(full) == {}


def test_append_only_rows_leave_by_no_other_way(cast: Cast, full: UUID) -> None:
    """On PostgreSQL the door opens only for a company that is being deleted."""
    from django.db import DatabaseError, connection, transaction

    from tenants.privacy.rows import erase_rows

    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles: RAPPORT_TEST_DATABASE=postgres")
    with pytest.raises(DatabaseError, match="not being deleted"), transaction.atomic():
        erase_rows(AuditEntry, Company(full))
    with tenant_scope(full):
        assert AuditEntry.objects.exists()
