"""Traces to a company's own collector: what arrives there, once, without content unless it was asked for."""

import json
from collections.abc import Iterator

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan

from agents.errors import InvalidTraceExport, TracesNotTaken, TracesRefused
from agents.events import handle_finished_traces
from agents.llm.port import ChatEvent, ChatRequest
from agents.models import TraceExport
from agents.runtime.finishing import fail_turn
from agents.runtime.turn import answer_turn
from agents.selectors import get_agent, get_trace_of_turn
from agents.selectors.trace_export import find_trace_export
from agents.services import publish_agent, replace_draft
from agents.services.trace_export import ExportSettings, remove_trace_export, set_trace_export, try_trace_export
from agents.tracing import names
from agents.tracing.otlp import sending
from agents.tracing.otlp.encoding import Told, request_of
from agents.tracing.otlp.topics import TRACE_FINISHED
from rapport.encryption import is_current
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.conftest import Ask, Post
from tests.agents.scripted import scripted_parts
from tests.agents.tracing.langfuse import check_counted_once, write_much_cached
from tests.cast import Cast, make_visitor
from tests.collector import Collector, attributes_of, collector_running

KEY = "Bearer c0llector-key"


@pytest.fixture(scope="module")
def listening() -> Iterator[Collector]:
    with collector_running() as found:
        yield found


@pytest.fixture
def collector(listening: Collector, monkeypatch: pytest.MonkeyPatch) -> Collector:
    allowed = AllowList.parse([listening.url.removeprefix("http://")])
    for module in ("rapport.outbound.transport", "rapport.outbound.entering"):
        monkeypatch.setattr(f"{module}.configured_allow_list", lambda: allowed)
    sending._client.cache_clear()  # another test's may stand there, which reaches what was allowed then
    for kept in (listening.requests, listening.paths, listening.headers, listening.answers):
        kept.clear()
    listening.rejects = 0
    return listening


def export_to(cast: Cast, collector: Collector, *content: str) -> None:
    settings = ExportSettings(collector.url, {"Authorization": KEY}, content)
    set_trace_export(tenant_id=cast.acme.tenant_id, settings=settings, actor=SYSTEM)


def events() -> list[Event]:
    return [Event.from_json(row.payload) for row in OutboxEvent.objects.filter(payload__type=TRACE_FINISHED)]


def deliver() -> list[Exception | None]:
    return list(handle_finished_traces(events()))


def by_name(collector: Collector) -> dict[str, OtlpSpan]:
    return {span.name: span for span in collector.spans}


def test_a_turn_s_trace_arrives_with_the_convention_s_names(cast: Cast, ask: Ask, collector: Collector) -> None:
    export_to(cast, collector)
    asked = ask("How long does delivery take?", scripted_parts())
    assert not collector.paths, "nothing is sent within the turn"
    assert deliver() == [None]
    assert collector.paths == ["/v1/traces"]
    assert collector.headers[0]["authorization"] == KEY
    assert collector.headers[0]["content-type"] == "application/x-protobuf"
    spans = by_name(collector)
    assert list(spans) == [
        "invoke_agent Acme assistant",
        "rapport.guard",
        "rapport.cache",
        "search_memory",
        "retrieval",
        "embeddings minilm-test",
        "chat builtin-scripted",
        "rapport.grounding",
    ]
    root, chat = spans["invoke_agent Acme assistant"], spans["chat builtin-scripted"]
    assert {span.trace_id for span in spans.values()} == {asked.turn_id.bytes}
    assert (root.parent_span_id, chat.parent_span_id) == (b"", root.span_id)
    assert (root.kind, chat.kind) == (OtlpSpan.SPAN_KIND_INTERNAL, OtlpSpan.SPAN_KIND_CLIENT)
    assert root.start_time_unix_nano <= chat.start_time_unix_nano <= chat.end_time_unix_nano
    view = find_trace_export(tenant_id=cast.acme.tenant_id)
    assert view
    assert (view.state, view.sent_spans) == ("healthy", 8)


def test_sums_of_the_collector_are_those_of_the_trace(cast: Cast, ask: Ask, collector: Collector) -> None:
    export_to(cast, collector)
    asked = ask("How long does delivery take?", scripted_parts())
    deliver()
    deliver()  # at least once: sent again, it is the same
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id)
    assert len(collector.spans) == 2 * len(collector.stored)
    costs = [attributes_of(span).get(names.USAGE_COST, 0.0) for span in collector.stored.values()]
    assert round(sum(costs) * 1_000_000) == trace.cost_micros > 0  # type: ignore[arg-type]


def test_nothing_that_people_wrote_is_sent_unless_it_is_asked_for(cast: Cast, ask: Ask, collector: Collector) -> None:
    export_to(cast, collector)
    ask("How long does delivery of wombats take?", scripted_parts())
    deliver()
    sent = str(collector.requests)
    assert "wombats" not in sent
    assert "Germany" not in sent
    assert "Shipping" not in sent
    export_to(cast, collector, "messages", "documents")
    deliver()
    attributes = attributes_of(collector.spans[-8])
    assert json.loads(str(attributes[names.INPUT_MESSAGES])) == [
        {"role": "user", "parts": [{"type": "text", "content": "How long does delivery of wombats take?"}]}
    ]
    assert "Germany" in str(attributes[names.OUTPUT_MESSAGES])
    documents = json.loads(str(attributes_of(collector.spans[-4])[names.DOCUMENTS]))
    assert documents[0]["id"]
    assert documents[0]["score"] == 1.0


def test_what_the_agent_hides_from_models_is_hidden_from_the_collector(
    cast: Cast, ask: Ask, collector: Collector
) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    config = get_agent(tenant_id=tenant_id, agent_id=agent_id).config
    guardrails = config.guardrails.model_copy(update={"mask_personal_data": True})
    replace_draft(
        tenant_id=tenant_id,
        agent_id=agent_id,
        config=config.model_copy(update={"guardrails": guardrails}),
        actor=SYSTEM,
    )
    publish_agent(tenant_id=tenant_id, agent_id=agent_id, actor=SYSTEM)
    export_to(cast, collector, "messages", "documents", "tools", "memory")
    ask("I am quokka@example.com. How long does delivery take?", scripted_parts())
    assert deliver() == [None]
    sent = str(collector.requests)
    assert "quokka@example.com" not in sent
    assert "How long does delivery take?" in sent


def test_every_name_that_holds_words_is_known_as_such() -> None:
    """What is not in CONTENT is sent to whoever has a collector: a new name that holds words belongs there."""
    plain = {value for name, value in vars(names).items() if name.isupper() and isinstance(value, str)} - {
        *names.CONTENT
    }
    worded = [each for each in plain if each.endswith((".text", ".arguments", ".messages", ".result", ".documents"))]
    assert worded == []


def test_a_collector_that_is_away_is_waited_for(cast: Cast, ask: Ask, collector: Collector) -> None:
    export_to(cast, collector)
    ask("How long does delivery take?", scripted_parts())
    collector.answers += [503, 429]
    for wait in (None, 7):
        [outcome] = deliver()
        assert isinstance(outcome, TracesNotTaken)
        assert (outcome.is_retryable, outcome.retry_after_seconds) == (True, wait)
    view = find_trace_export(tenant_id=cast.acme.tenant_id)
    assert view
    assert (view.state, view.last_error, view.sent_spans) == ("failing", "status_429", 0)
    assert deliver() == [None]
    assert len(collector.spans) == 8


def test_one_trace_that_is_refused_takes_no_other_with_it(
    cast: Cast, ask: Ask, collector: Collector, post: Post
) -> None:
    export_to(cast, collector)
    for number in range(3):
        ask(f"How long does delivery {number} take?", scripted_parts())
    collector.answers += [400, 200, 400, 200]  # together, then one by one
    outcomes = deliver()
    first, refused, last = outcomes
    assert (first, last) == (None, None)
    assert isinstance(refused, TracesRefused)
    assert not refused.is_retryable
    assert len({span.trace_id for span in collector.spans}) == 2


def test_what_the_collector_does_not_want_of_a_request_is_not_sent_again(
    cast: Cast, ask: Ask, collector: Collector
) -> None:
    export_to(cast, collector)
    ask("How long does delivery take?", scripted_parts())
    collector.rejects = 3
    assert deliver() == [None]
    view = find_trace_export(tenant_id=cast.acme.tenant_id)
    assert view
    assert view.sent_spans == 5


def test_a_turn_that_failed_for_good_is_told_once(cast: Cast, post: Post, collector: Collector) -> None:
    export_to(cast, collector)
    turn_id = post(make_visitor(cast.acme), "How long does delivery take?")

    def broken(request: ChatRequest) -> Iterator[ChatEvent]:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=scripted_parts(broken))
    assert events() == [], "an attempt that is tried again is no whole trace"
    with tenant_scope(cast.acme.tenant_id):
        fail_turn(turn_id=turn_id, code="gone")
    assert deliver() == [None]
    chat = by_name(collector)["chat builtin-scripted"]
    assert (chat.status.code, chat.status.message) == (2, "ZeroDivisionError")


def test_another_company_s_traces_stay_where_they_are(cast: Cast, ask: Ask, collector: Collector) -> None:
    settings = ExportSettings(collector.url)
    set_trace_export(tenant_id=cast.other.tenant_id, settings=settings, actor=SYSTEM)
    asked = ask("How long does delivery take?", scripted_parts())
    assert events() == []
    theirs = Event(TRACE_FINISHED, cast.other.tenant_id, "k", {"turn_id": str(asked.turn_id), "trace_id": "x"})
    assert handle_finished_traces([theirs]) == [None]
    assert not collector.requests


def test_an_export_that_was_removed_or_is_off_sends_nothing(cast: Cast, ask: Ask, collector: Collector) -> None:
    export_to(cast, collector)
    ask("How long does delivery take?", scripted_parts())
    remove_trace_export(tenant_id=cast.acme.tenant_id, actor=SYSTEM)
    assert deliver() == [None]
    assert not collector.paths


def test_trying_sends_one_trace_at_once(cast: Cast, ask: Ask, collector: Collector) -> None:
    tenant_id = cast.acme.tenant_id
    export_to(cast, collector, "messages")
    trace = get_trace_of_turn(
        tenant_id=tenant_id, turn_id=ask("How long does delivery of wombats take?", scripted_parts()).turn_id
    )
    assert try_trace_export(tenant_id=tenant_id, trace=trace, actor=SYSTEM).status == 200
    assert "wombats" not in str(collector.requests)
    collector.answers.append(401)
    assert try_trace_export(tenant_id=tenant_id, trace=trace, actor=SYSTEM).error == "status_401"
    view = find_trace_export(tenant_id=tenant_id)
    assert view
    assert view.last_error == "status_401"


def test_headers_are_kept_encrypted_told_to_nobody_and_go_to_one_host(cast: Cast, collector: Collector) -> None:
    tenant_id = cast.acme.tenant_id
    export_to(cast, collector)
    with tenant_scope(tenant_id):
        row = TraceExport.objects.get()
        told = str(list(AuditEntry.objects.filter(action__startswith="trace_export").values()))
    assert is_current(row.headers)
    assert "c0llector" not in told + row.headers
    assert "authorization" in told
    with pytest.raises(InvalidTraceExport, match="anew"):
        set_trace_export(tenant_id=tenant_id, settings=ExportSettings("https://93.184.216.34"), actor=SYSTEM)


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        (ExportSettings("http://93.184.216.34"), "endpoint"),
        (ExportSettings("https://127.0.0.1:4318"), "endpoint"),
        (ExportSettings("https://u:p@93.184.216.34"), "endpoint"),
        (ExportSettings("ftp://x"), "endpoint"),
        (ExportSettings("https://93.184.216.34", {"content-type": "x"}), "headers"),
        (ExportSettings("https://93.184.216.34", {"a": "x\ny"}), "headers"),
        (ExportSettings("https://93.184.216.34", {}, ("everything",)), "content"),
    ],
)
def test_what_is_wrong_is_said(cast: Cast, wrong: ExportSettings, param: str) -> None:
    with pytest.raises(InvalidTraceExport) as caught:
        set_trace_export(tenant_id=cast.acme.tenant_id, settings=wrong, actor=SYSTEM)
    assert caught.value.param == param


def test_langfuse_reads_types_classes_and_cost_and_counts_nothing_twice(cast: Cast, ask: Ask) -> None:
    tenant_id, turn_id = cast.acme.tenant_id, ask("How long does delivery take?", scripted_parts()).turn_id
    write_much_cached(tenant_id, turn_id)
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    [resource] = request_of(tenant_id, [Told(trace)], ()).resource_spans
    check_counted_once(resource.scope_spans[0].spans, trace)
