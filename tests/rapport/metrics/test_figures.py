"""What Prometheus reads is what happened, whichever process measured it; and it never names a tenant."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from ingestion.embedding.port import TokenEmbedder
from rapport.events import levels
from rapport.events.envelope import Event
from rapport.events.inbox import Arrival, store
from rapport.events.models import InboxEvent, KeyLease, OutboxEvent
from rapport.events.outbox import publish
from rapport.metrics import pulls
from rapport.metrics.serving import exposition
from rapport.metrics.timing import timed
from tests.cast import Cast
from tests.running import Running, prepare, wait_until

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(text: str | None = None) -> Figures:
    families = text_string_to_metric_families(exposition().decode() if text is None else text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(found: Figures, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.fixture(autouse=True)
def _count_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "inbox_states", levels._InboxStates())


def test_a_request_is_measured_under_its_routes_name(alice_client: Client) -> None:
    labels = {"method": "GET", "route": "knowledge", "status": "200"}
    before = value(figures(), "rapport_http_request_seconds_count", **labels)
    alice_client.get("/knowledge/")
    assert value(figures(), "rapport_http_request_seconds_count", **labels) == before + 1


@pytest.mark.django_db
def test_addresses_and_methods_that_anyone_may_invent_are_no_labels() -> None:
    Client().generic("BREW", "/coffee-4711/")
    text = exposition().decode()
    assert 'method="other"' in text
    assert "coffee-4711" not in text
    assert "BREW" not in text


@pytest.mark.django_db
def test_the_product_has_no_such_address() -> None:
    assert Client().get("/metrics").status_code == 404


def test_no_figure_names_a_tenant(cast: Cast, alice_client: Client) -> None:
    _store_one(cast.acme.tenant_id)
    alice_client.get("/knowledge/")
    text = exposition().decode()
    for secret in (str(cast.acme.tenant_id), cast.acme.tenant_id.hex, "Acme", "alice"):
        assert secret not in text


class _Thing:
    name = "thing"

    def find(self, number: int) -> int:
        return 10 // number

    def embed_tokens(self, texts: list[str]) -> list[object]:
        return []


def test_a_stores_calls_are_measured_and_so_are_those_that_fail() -> None:
    thing = timed(_Thing(), "tested")
    assert (thing.name, thing.find(5)) == ("thing", 2)
    with pytest.raises(ZeroDivisionError):
        thing.find(0)
    found = figures()
    for outcome in ("ok", "error"):
        assert value(found, "rapport_store_seconds_count", store="tested", call="find", outcome=outcome) == 1


def test_what_it_can_do_is_seen_through_the_timing() -> None:
    assert isinstance(timed(_Thing(), "tested"), TokenEmbedder)


def _store_one(tenant_id: object, number: int = 0) -> None:
    event = Event("rapport.ingestion.document.submitted.v1", tenant_id, f"k{number}", {})  # type: ignore[arg-type]
    store([Arrival("ingestion.documents", event)])


@pytest.mark.django_db
def test_what_waits_and_what_is_dead_is_read_from_the_database() -> None:
    for number in range(3):
        _store_one(uuid4(), number)
    rows = list(InboxEvent.objects.order_by("id"))
    assert rows, "no subscription took the event"
    name = rows[0].subscription
    InboxEvent.objects.filter(id=rows[0].id).update(state="dead")
    found = figures()
    assert value(found, "rapport_inbox_rows", state="dead") == 1
    assert value(found, "rapport_inbox_rows", state="pending") == len(rows) - 1
    assert value(found, "rapport_dead_rows", subscription=name) == 1
    queue = KeyLease.objects.values_list("queue", flat=True)[0]
    assert value(found, "rapport_keys", queue=queue, state="waiting") >= 3
    assert value(found, "rapport_readable", part="database") == 1


@pytest.mark.django_db
def test_the_outboxs_depth_and_age() -> None:
    publish("ingestion.documents", Event("rapport.ingestion.document.submitted.v1", uuid4(), "k", {}))
    OutboxEvent.objects.update(created_at="2026-01-01T00:00:00Z")
    found = figures()
    assert value(found, "rapport_outbox_waiting") == 1
    assert value(found, "rapport_outbox_age_seconds") > 3600


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_and_takes_nothing_else_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Iterator[object]:
        raise ConnectionError("refused by 10.0.0.1")

    monkeypatch.setattr(pulls, "_pulls", {**pulls._pulls, "log": fail})
    found = figures()
    assert value(found, "rapport_readable", part="log") == 0
    assert value(found, "rapport_readable", part="database") == 1


@pytest.mark.slow
def test_all_processes_are_added_up_at_one_port_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    port, tenant = free_port(), str(uuid4())
    settings = {"METRICS_PORT": str(port)}
    prepare(tmp_path, settings)
    with Running(tmp_path, environment=settings) as running:
        running.publish(tenant, ["a", "b"], range(5))
        wait_until(lambda: len(running.effects()) == 10, seconds=30)
        wait_until(lambda: _handled(port) == 10, seconds=20)
        before = _listener_of(running, port)
        running.kill(before)
        wait_until(lambda: _handled(port) == 10, seconds=30)  # the dead one's figures stay
        running.publish(tenant, ["c"], range(5))
        wait_until(lambda: _handled(port) == 15, seconds=30)
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").status == 200
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/")


def _handled(port: int) -> float:
    """Events that the workers say they finished; -1 while nobody answers."""
    try:
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
    except OSError:
        return -1
    return value(figures(text), "rapport_event_seconds_count", queue="live")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _listener_of(running: Running, port: int) -> str:
    """The process that has the port."""
    import psutil

    for name in ("worker", "events"):
        pid = running.pid(name)
        found = psutil.Process(pid).net_connections(kind="tcp") if pid else []
        if any(each.laddr.port == port and each.status == psutil.CONN_LISTEN for each in found):
            return name
    raise AssertionError(f"Nobody has the port {port} at {time.ctime()}.")
