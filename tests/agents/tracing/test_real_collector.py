"""OpenTelemetry's own collector takes what is sent, and passes on the very same spans."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from agents.errors import TracesNotTaken, TracesRefused
from agents.selectors import get_trace_of_turn
from agents.selectors.trace_export import find_trace_export
from agents.services.trace_export import ExportSettings, set_trace_export
from agents.tracing.otlp import sending
from infra.local.installing import OTELCOL
from infra.local.machine import services_dir
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.agents.tracing.langfuse import check_counted_once, write_much_cached
from tests.agents.tracing.test_export import deliver
from tests.cast import Cast
from tests.collector import Collector, attributes_of, collector_running
from tests.running import wait_until

OWN = services_dir() / "software" / OTELCOL / "otelcol"
PROGRAM = os.environ.get("OTELCOL") or (OWN if OWN.exists() else shutil.which("otelcol"))
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not PROGRAM, reason="needs an OpenTelemetry Collector (make otelcol)"),
]
CONFIG = """
receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:{port}
exporters:
  otlphttp:
    endpoint: {behind}
    compression: none
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [otlphttp]
"""


@pytest.fixture
def behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Collector]]:
    """The collector's address, and what it passes on to."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    allowed = AllowList.parse([f"127.0.0.1:{port}"])
    for module in ("rapport.outbound.transport", "rapport.outbound.entering"):
        monkeypatch.setattr(f"{module}.configured_allow_list", lambda: allowed)
    sending._client.cache_clear()  # another test's may stand there, which reaches what was allowed then
    with collector_running() as collector:
        config = tmp_path / "otelcol.yaml"
        config.write_text(CONFIG.format(port=port, behind=collector.url))
        said = tmp_path / "otelcol.log"
        with said.open("wb") as log:
            process = subprocess.Popen([str(PROGRAM), "--config", f"file:{config}"], stderr=log)
        try:
            wait_until(lambda: process.poll() is not None or _listens(port), seconds=30)
            assert process.poll() is None, said.read_text()
            yield f"http://127.0.0.1:{port}", collector
        finally:
            process.terminate()
            process.wait(10)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def test_a_real_collector_takes_the_spans_and_passes_them_on(
    cast: Cast, ask: Ask, behind: tuple[str, Collector]
) -> None:
    url, collector = behind
    set_trace_export(tenant_id=cast.acme.tenant_id, settings=ExportSettings(url), actor=SYSTEM)
    asked = ask("How long does delivery take?", scripted_parts())
    [outcome] = deliver()
    assert not isinstance(outcome, TracesNotTaken)
    assert outcome is None
    wait_until(lambda: len(collector.stored) == 8, seconds=20)
    assert {span.trace_id for span in collector.spans} == {asked.turn_id.bytes}
    roots = [span for span in collector.spans if not span.parent_span_id]
    assert [attributes_of(span)["gen_ai.operation.name"] for span in roots] == ["invoke_agent"]


def test_what_a_real_collector_passes_on_is_counted_once(cast: Cast, ask: Ask, behind: tuple[str, Collector]) -> None:
    """Also when all of it was sent twice, and by Langfuse's rules."""
    url, collector = behind
    tenant_id = cast.acme.tenant_id
    set_trace_export(tenant_id=tenant_id, settings=ExportSettings(url), actor=SYSTEM)
    turn_id = ask("How long does delivery take?", scripted_parts()).turn_id
    write_much_cached(tenant_id, turn_id)
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    assert [*deliver(), *deliver()] == [None, None]
    wait_until(lambda: len(collector.spans) == 2 * len(trace.spans), seconds=20)
    assert len(collector.stored) == len(trace.spans) == 10
    check_counted_once(collector.stored.values(), trace)


def test_a_real_collector_that_refuses_is_told_apart_from_one_that_is_away(
    cast: Cast, ask: Ask, behind: tuple[str, Collector]
) -> None:
    url, collector = behind
    settings = ExportSettings(f"{url}/elsewhere")
    set_trace_export(tenant_id=cast.acme.tenant_id, settings=settings, actor=SYSTEM)
    ask("How long does delivery take?", scripted_parts())
    [outcome] = deliver()
    assert isinstance(outcome, TracesRefused)
    view = find_trace_export(tenant_id=cast.acme.tenant_id)
    assert view
    assert view.last_error == "status_404"
    assert not collector.spans
