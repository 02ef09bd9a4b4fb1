"""The sum of the spans is the ledger is the provider's bill, to the micro-unit: through whole turns that go wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from agents.inbox.state import take_over
from agents.llm.dialects.port import Traits
from agents.llm.errors import ModelInterrupted
from agents.llm.gateway import Choice, Gateway
from agents.llm.http_model import Patience
from agents.models import Span, Trace
from agents.runtime.context import begin_turn
from agents.runtime.finishing import fail_turn
from agents.runtime.frames import FrameWriter
from agents.runtime.parts import Found, Parts, SearchPlan
from agents.runtime.stopping import running as stoppable
from agents.runtime.turn import _run_of, _work, answer_turn
from agents.services.turns import cancel_turn
from agents.tracing import names
from billing.company_budget import get_company_budget, set_company_budget
from billing.models import Meter
from billing.own_prices import company_prices, set_own_price
from billing.selectors import list_usage
from rapport.events.errors import LeaseLost
from rapport.events.inbox import Key
from rapport.events.lease import Lease, working_under
from rapport.events.models import OutboxEvent
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM, user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Post
from tests.agents.llm.providers import model_of
from tests.agents.runtime.test_failing_models import CLASSES, WORDS, bill_what_was_told
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor
from tests.providers.bill import total
from tests.providers.running import Running, providers_running

pytestmark = pytest.mark.django_db(transaction=True)  # who cancels is heard in a thread of its own
MODELS = {"claude-haiku-4-5": "anthropic", "gpt-5-mini": "openai", "gemini-2.5-flash": "google"}

PATIENT = Patience(connect=10, first=20, silence=20)  # nothing here stalls, and this machine may be busy


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with providers_running() as found:
        yield found


def parts(server: Running, *chain: str) -> Parts:
    """What the models do, in the order in which they are asked; the shop's own prices hold for one of them."""
    choices = []
    for behaviour, (name, provider) in zip(chain, MODELS.items(), strict=False):
        server.providers.aliases[name], server.providers.texts[name] = behaviour, WORDS
        choices.append(Choice(model_of(server, provider, name, traits=Traits(), patience=PATIENT), name, provider))
    return replace(scripted_parts(), gateway=Gateway(sleep=lambda _: None), choose=lambda **_: choices)


def test_spans_ledger_and_bill_are_one_sum_over_all_that_goes_wrong(server: Running, cast: Cast, post: Post) -> None:
    tenant_id = cast.acme.tenant_id
    set_company_budget(tenant_id=tenant_id, month_micros=10**9, actor=SYSTEM)
    set_own_price(
        tenant_id=tenant_id, model="gpt-5-mini", meter="output_tokens", micros_per_million=3_333_333, actor=SYSTEM
    )
    answered = [
        _fails_over(server, cast, post),
        _is_tried_again(server, cast, post),
        _is_overtaken(server, cast, post),
        _is_cancelled(server, cast, post),
        _is_taken_over(server, cast, post),
    ]
    _fails_for_good(server, cast, post)
    for turn_id in answered:
        bill_what_was_told(turn_id)
    with tenant_scope(tenant_id):
        rates = _rates()
        traces = {trace.turn_id: trace.cost_micros for trace in Trace.objects.all()}
        spans = list(Span.objects.filter(name=names.CHAT))
        every = sum(Span.objects.values_list("cost_micros", flat=True))
    bill = total(server.providers.served, rates)
    ledger = list_usage(tenant_id=tenant_id, limit=1000)
    assert bill == sum(span.cost_micros for span in spans)
    assert bill == sum(row.cost_micros for row in ledger if row.step == "chat")
    assert every == sum(row.cost_micros for row in ledger) == sum(traces.values())
    assert {row.turn_id: 0 for row in ledger if row.step == "chat"}.keys() == traces.keys()
    assert get_company_budget(tenant_id=tenant_id).spent == every
    ends = sorted({each.ended for each in server.providers.served})
    assert ends == ["cut", "left", "overloaded", "refused", "whole"], "it went wrong in all these ways"
    assert len(server.providers.served) == len(spans) - _not_reached(spans)
    assert bill > 15_000


def _not_reached(spans: Sequence[Span]) -> int:
    """Calls that no provider saw."""
    return sum(span.attributes.get(names.ERROR_TYPE) == "turn_cancelled" and not span.cost_micros for span in spans)


def _fails_over(server: Running, cast: Cast, post: Post) -> UUID:
    turn_id = post(make_visitor(cast.acme), "How long does delivery 1 take?")
    chain = parts(server, "mock-cut3-usage-5-128955-1253", "mock-500", "mock-think7")
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=chain)
    return turn_id


def _is_tried_again(server: Running, cast: Cast, post: Post) -> UUID:
    turn_id, tenant_id = post(make_visitor(cast.acme), "How long does delivery 2 take?"), cast.acme.tenant_id
    with pytest.raises(ModelInterrupted):
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts(server, "mock-overloaded2-hour", "mock-cut2"))
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts(server, "mock-429x1-usage-40-60-7"))
    return turn_id


def _is_overtaken(server: Running, cast: Cast, post: Post) -> UUID:
    """Its worker was too slow: another one has answered, and the first one's call was spent all the same."""
    turn_id, tenant_id = post(make_visitor(cast.acme), "How long does delivery 3 take?"), cast.acme.tenant_id
    slow = parts(server, "mock-think7", "mock-think3")
    frames = FrameWriter(slow.streams, tenant_id, turn_id)
    with stoppable(tenant_id, turn_id) as stop:
        context = begin_turn(tenant_id=tenant_id, turn_id=turn_id)
        assert context is not None
        run = _run_of(context, slow, frames, stop)
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts(server, "mock-usage-3-0-0"))
        nobody = Lease(0, 1, Key("answer-turns", tenant_id, str(turn_id)))
        with working_under(nobody), pytest.raises(LeaseLost):
            _work(run)
    return turn_id


def _is_cancelled(server: Running, cast: Cast, post: Post) -> UUID:
    """In the middle of its answer."""
    visitor, tenant_id = make_visitor(cast.acme), cast.acme.tenant_id
    turn_id = post(visitor, "How long does delivery 4 take?")
    chain = parts(server, "mock-stall-after1")  # nothing is on its way when its reader goes: both count the same
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=_cancelling(chain, tenant_id, turn_id, visitor))
    return turn_id


def _cancelling(chain: Parts, tenant_id: UUID, turn_id: UUID, visitor: Visitor) -> Parts:
    """The first token makes its reader say stop."""

    class Streams:
        def __init__(self) -> None:
            self._streams, self._seen = get_stream_store(), 0

        def __getattr__(self, name: str) -> object:
            return getattr(self._streams, name)

        def append(self, tenant: UUID, turn: UUID, frames: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
            self._seen += sum(event == "token" for event, _ in frames)
            if self._seen >= 1:
                self._seen = -(10**6)
                actor = visitor_actor(visitor.contact_id)
                cancel_turn(tenant_id=tenant_id, turn_id=turn_id, actor=actor, streams=self._streams)
            self._streams.append(tenant, turn, frames)

    return replace(chain, streams=Streams())  # type: ignore[arg-type]


def _is_taken_over(server: Running, cast: Cast, post: Post) -> UUID:
    """A colleague comes in while the agent works."""
    visitor, tenant_id = make_visitor(cast.acme), cast.acme.tenant_id
    turn_id, chain = post(visitor, "How long does delivery 5 take?"), parts(server, "mock-usage-11-0-0")
    search = chain.search

    def interrupted(*, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        take_over(
            tenant_id=tenant_id,
            conversation_id=visitor.conversation_id,
            member_id=cast.alice.id,
            actor=user_actor(cast.alice.id),
        )
        return search(tenant_id=tenant_id, query=query, plan=plan)

    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=replace(chain, search=interrupted))
    return turn_id


def _fails_for_good(server: Running, cast: Cast, post: Post) -> None:
    turn_id, tenant_id = post(make_visitor(cast.acme), "How long does delivery 6 take?"), cast.acme.tenant_id
    for _ in range(2):
        with pytest.raises(ModelInterrupted):
            answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts(server, "mock-cut2-usage-9-0-0"))
    with tenant_scope(tenant_id), transaction.atomic():
        fail_turn(turn_id=turn_id, code="gone")
    assert not OutboxEvent.objects.filter(payload__data__turn_id=str(turn_id), topic="agents.turns.completed").exists()


def _rates() -> dict[str, dict[str, int]]:
    prices = company_prices()
    found = {}
    for name, provider in MODELS.items():
        price = prices.price_of(name, provider=provider)
        assert price is not None
        plain = price.per_million[Meter.INPUT_TOKENS]
        found[name] = {each: price.per_million.get(meter, plain) for each, meter in CLASSES.items()}
        found[name]["cache_write_1h"] = price.per_million.get(Meter.CACHE_WRITE_1H_TOKENS, plain)
    assert found["gpt-5-mini"]["output"] == 3_333_333
    return found
