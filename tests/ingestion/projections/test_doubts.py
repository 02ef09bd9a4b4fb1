"""What makes a comparison due: a store that came back, a worker whose writes were lost, the day's turn."""

import pytest
from django.utils import timezone

from ingestion.errors import StoresDisagree
from ingestion.graph.errors import GraphStoreUnavailable
from ingestion.models import ProjectionCheck, StoreWatch
from ingestion.pipeline.failure import record_setback
from ingestion.projections import schedule
from ingestion.projections.doubts import ask_for_all_checks, ask_for_check, note_outage, note_store
from ingestion.projections.findings import Kind
from rapport import health
from rapport.events.inline import deliver_now
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db


def due() -> set[object]:
    return set(ProjectionCheck.objects.exclude(due_at=None).values_list("tenant_id", flat=True))


def test_a_store_that_comes_back_is_compared_for_everybody(cast: Cast) -> None:
    note_store("graph", is_up=True)
    assert due() == set()
    note_outage("graph")
    note_outage("graph")
    assert due() == set()
    note_store("graph", is_up=True)
    assert due() == {cast.acme.tenant_id, cast.other.tenant_id}
    ProjectionCheck.objects.update(due_at=None)
    note_store("graph", is_up=True)
    assert due() == set()


def test_the_clock_asks_the_health_checks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise GraphStoreUnavailable("GRAPH_URL: no Neo4j answers.")

    schedule.watch_stores()
    monkeypatch.setitem(health._checks, "graph", away)
    schedule.watch_stores()
    assert not StoreWatch.objects.get(name="graph").is_up
    monkeypatch.undo()
    schedule.watch_stores()
    assert due() == {cast.acme.tenant_id, cast.other.tenant_id}


def test_a_store_that_was_started_again_unnoticed_is_compared(cast: Cast) -> None:
    for incarnation in ("first", "first", ""):
        note_store("graph", is_up=True, incarnation=incarnation)
    assert due() == set()
    note_store("graph", is_up=True, incarnation="second")
    assert due() == {cast.acme.tenant_id, cast.other.tenant_id}
    ProjectionCheck.objects.update(due_at=None)
    note_store("graph", is_up=True, incarnation="second")
    assert due() == set()


def test_a_store_that_says_nothing_of_itself_at_first_is_not_in_doubt(cast: Cast) -> None:
    note_store("graph", is_up=True)
    note_store("graph", is_up=True, incarnation="first")
    assert StoreWatch.objects.get().incarnation == "first"
    assert due() == set()


def test_the_clock_notices_that_the_machine_was_started_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule.watch_stores()
    assert due() == set()
    monkeypatch.setattr("ingestion.graph.embedded.machine_start", lambda: "another start")
    schedule.watch_stores()
    assert due() == {cast.acme.tenant_id, cast.other.tenant_id}


def test_a_setback_by_a_store_is_noted(acme: Knowledge, cast: Cast) -> None:
    submitted = acme.submit("hours.md", "# Hours\n\nThe shop opens at nine.")
    with tenant_scope(acme.tenant_id):
        for code in (StoresDisagree.code, GraphStoreUnavailable.code, "something_else"):
            record_setback(submitted.document_id, submitted.version_id, code=code, message="It is tried again.")
    assert due() == {acme.tenant_id}
    assert [watch.name for watch in StoreWatch.objects.filter(is_up=False)] == ["graph"]


def test_asking_twice_is_asking_once(cast: Cast) -> None:
    ask_for_check(cast.acme.tenant_id)
    first = ProjectionCheck.objects.get().due_at
    ask_for_check(cast.acme.tenant_id)
    assert ask_for_all_checks() == 2
    assert ProjectionCheck.objects.get(tenant_id=cast.acme.tenant_id).due_at == first


def test_the_day_begins_with_everybody(acme: Knowledge, stranger: Knowledge) -> None:
    acme.submit("hours.md", "# Hours\n\nThe shop opens at nine.")
    deliver_now()
    acme.stores.vectors.delete_chunks(
        acme.tenant_id, [each.id for each in acme.stores.vectors.list_chunks(acme.tenant_id)]
    )
    schedule.check_daily(acme.stores)
    assert due() == {acme.tenant_id, stranger.tenant_id}
    assert schedule.run_due_checks(acme.stores) == 2
    assert ProjectionCheck.objects.get(tenant_id=acme.tenant_id).report["mended"] == {Kind.VECTORS_MISSING: 1}
    assert acme.stores.vectors.count(acme.tenant_id) == 1


def test_a_store_that_is_away_puts_the_turn_off(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise GraphStoreUnavailable("GRAPH_URL: no Neo4j answers.")

    ask_for_check(acme.tenant_id)
    monkeypatch.setattr(acme.stores.graph, "list_versions", away)
    assert schedule.run_due_checks(acme.stores) == 0
    check = ProjectionCheck.objects.get()
    assert check.claimed_until is None
    assert check.due_at is not None
    assert check.due_at > timezone.now()
