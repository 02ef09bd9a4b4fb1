"""Conversations whose models and tools fail: provider A is dead, B answers with errors and breaks off, and a fifth of
what a tool is asked fails. Nobody is left without an ending, and what is in the ledger is the provider's bill.

`python -m tests.chaos.talk [--turns N]` alone, on the embedded parts; `make chaos` begins with it on its servers.
Nothing is killed meanwhile: what a provider charges for a call whose worker is killed with -9 nobody could write down.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tests.agents.tools.shop import Shop, shop_running
from tests.providers.bill import total
from tests.providers.running import Running as ProvidersRunning
from tests.providers.running import providers_running
from tests.running import Running, prepare, wait_until

if TYPE_CHECKING:
    from tests.cast import Visitor

DEAD, LIVING = "gpt-5-mini", "claude-haiku-4-5"
FAULTS = "mock-every4-500x9-cut2x9-429x9-overloaded1x9-itl2"
MOST_FAILED = 10  # one turn of so many may fail
FAILING = 5  # of so many answers of the shop one is 503
QUESTIONS = ("Where is my order A-7, which I placed in the shop?", "And when will it be there?")
TASKS = ("chat", "extract", "classify", "summarise")


@dataclass(frozen=True, slots=True)
class Talked:
    """`endings`: how many streams end with which event. Money in micro-units. A turn fails when no model is left to
    ask: where many meet, faults of provider B come one after the other, and its breaker opens."""

    turns: int
    answered: int
    failed: int
    without_ending: int
    endings: dict[str, int]
    tool_answers: int
    tool_failures: int
    provider_calls: int
    provider_faults: int
    bill: int
    ledger: int

    @property
    def is_good(self) -> bool:
        was_bad = self.tool_failures > 0 and self.provider_faults > 0
        is_told = self.without_ending == 0 and self.endings.get("error", 0) == self.failed <= self.turns // MOST_FAILED
        return is_told and self.bill == self.ledger > 0 and self.answered > 0 and was_bad


@dataclass(frozen=True, slots=True)
class Outside:
    """What is not the product: the providers and the shop; `settings` tell the product where they are."""

    providers: ProvidersRunning
    shop: Shop
    settings: dict[str, str]


@contextmanager
def outside() -> Iterator[Outside]:
    with socket.socket() as nobody, providers_running() as providers, shop_running() as shop:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: whoever calls is refused
        shop.every = FAILING
        providers.providers.aliases[LIVING] = FAULTS
        providers.providers.texts[LIVING] = ("The order ", "was ", "sent", ".")
        providers.providers.steps[LIVING] = (("order_state", '{"order": "A-7"}'),)
        settings = {
            "LLM_URL": f"anthropic+{providers.anthropic}",
            "LLM_MODEL": LIVING,
            "LLM_API_KEY": "sk-living",
            "LLM_OTHER_URLS": f"openai+http://127.0.0.1:{nobody.getsockname()[1]}/v1?model={DEAD}&key=sk-dead",
            "OUTBOUND_ALLOWED_PRIVATE_HOSTS": shop.url.removeprefix("http://"),
        }
        yield Outside(providers, shop, settings)


def talk(running: Running, world: Outside, *, turns: int, seconds: float) -> Talked:
    """Ask so much, each visitor twice, and look what became of it. Django is set up on the same database."""
    from tests.cast import assemble, make_visitor

    cast = assemble()
    tenant_id = cast.acme.tenant_id
    _equip(tenant_id, cast.acme.agent_id, cast.alice.id, world.shop)
    visitors = [make_visitor(cast.acme) for _ in range(turns // len(QUESTIONS))]
    asked: list[UUID] = []
    for question in QUESTIONS:
        these = [_ask(tenant_id, visitor, question) for visitor in visitors]
        _wait(running, tenant_id, these, seconds)
        asked += these
    return _look(tenant_id, asked, world)


def _wait(running: Running, tenant_id: UUID, turns: list[UUID], seconds: float) -> None:
    """Until all have ended and nothing of them waits to be billed. Who did not end in time is counted at the end."""
    try:
        wait_until(lambda: _are_over(tenant_id, turns) and not running.pending(), seconds=seconds)
    except TimeoutError:
        sys.stderr.write(running.output()[-3000:])


def _equip(tenant_id: UUID, agent_id: UUID, user_id: UUID, shop: Shop) -> None:
    from agents.services import AgentChanges, update_agent
    from agents.tools.connections import Auth, create_connection
    from agents.tools.services import HttpDefinition, create_http_tool
    from tenants.actors import user_actor

    actor = user_actor(user_id)
    connection = create_connection(
        tenant_id=tenant_id, name="Shop", base_url=shop.url, auth=Auth("none", "", ""), actor=actor
    )
    order = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}
    create_http_tool(
        tenant_id=tenant_id,
        connection_id=connection,
        name="order_state",
        description="Where an order is.",
        definition=HttpDefinition("GET", "/orders/{order}", order, {"order": "path"}),
        policy={},
        actor=actor,
    )
    config = {"models": {"answer": [DEAD, LIVING]}, "tools": {"use": [{"tool": "order_state"}]}}
    update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=AgentChanges(config=config), actor=actor)


def _ask(tenant_id: UUID, visitor: "Visitor", question: str) -> UUID:
    from agents.services import post_message
    from tenants.actors import visitor_actor

    return post_message(
        tenant_id=tenant_id,
        conversation_id=visitor.conversation_id,
        text=question,
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id


def _are_over(tenant_id: UUID, turns: list[UUID]) -> bool:
    from agents.models import Turn, TurnState
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        over = Turn.objects.filter(id__in=turns, state__in=[TurnState.DONE, TurnState.FAILED]).count()
    return over == len(turns)


def _look(tenant_id: UUID, turns: list[UUID], world: Outside) -> Talked:
    from agents.models import Turn, TurnState
    from billing.models import UsageRecord
    from rapport.streams.registry import get_stream_store
    from tenants.context import tenant_scope
    from tests.agents.runtime.test_failing_models import rates_of

    streams = [get_stream_store().read(tenant_id, turn) for turn in turns]
    events = [frames[-1].event if frames else "nothing" for frames in streams]
    with tenant_scope(tenant_id):
        failed = Turn.objects.filter(id__in=turns, state=TurnState.FAILED).count()
        rows = UsageRecord.objects.filter(step__in=TASKS).values_list("cost_micros", flat=True)
        ledger = sum(rows)
    served = world.providers.providers.served
    return Talked(
        turns=len(turns),
        answered=events.count("done"),
        failed=failed,
        without_ending=sum(event not in {"done", "error"} for event in events),
        endings={event: events.count(event) for event in sorted(set(events))},
        tool_answers=len(world.shop.asked),
        tool_failures=world.shop.failed,
        provider_calls=len(served),
        provider_faults=sum(each.ended != "whole" for each in served),
        bill=total(served, {LIVING: rates_of(LIVING, "anthropic")}),
        ledger=ledger,
    )


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.chaos.talk", description=__doc__)
    arguments.add_argument("--turns", type=int, default=40)
    turns = arguments.parse_args().turns
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder, outside() as world:
        os.environ.update(world.settings, DATA_DIR=folder, DJANGO_SETTINGS_MODULE="rapport.settings", DATABASE_URL="")
        prepare(Path(folder), world.settings)
        import django

        django.setup()
        with Running(Path(folder), only="embedder,worker,events", environment=world.settings) as running:
            talked = talk(running, world, turns=turns, seconds=300)
    sys.stdout.write(f"{json.dumps(asdict(talked))}\n")
    return 0 if talked.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
