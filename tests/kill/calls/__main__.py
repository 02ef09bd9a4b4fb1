"""`python -m tests.kill.calls [--minutes N] [--hurry N]`: calls in and out, put through, hung up by either side, their
ends told late, doubled and in any order, while web, worker and events are killed with -9 and come back.

At the end every call is over with a reason, is in the ledger once, and none hangs; the exit status says so. `--hurry`
makes the times by which the product ends calls shorter by this factor; with 1 the last call is waited for as long as
the product waits, up to eighteen minutes. The last line is one JSON object.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.agents.phone.many_calls import ManyCalls
from tests.agents.phone.outgoing_carrier import OutgoingCarrier, outgoing_carrier
from tests.benchmarks.ingest import Product, prepare_product, servers_of
from tests.benchmarks.llm import server
from tests.benchmarks.relay import ACCOUNT, SECRET, carrier_of
from tests.benchmarks.turns.company import Company, make_company, teach
from tests.kill.calls.ending import look, open_work
from tests.kill.calls.exchange import Exchange
from tests.running import wait_until

MODEL = "mock-ttft200-itl20-len20-cite"
VICTIMS = ("web", "worker", "web", "worker", "events")
PERSON = "+4930765432"
RULES_SECONDS = 1100.0  # by which the last call is over and counted: three minutes, and fifteen for its carrier's word
WORK_SECONDS = 60.0  # that what is left may take besides


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.kill.calls", description=__doc__)
    arguments.add_argument("--minutes", type=float, default=30.0)
    arguments.add_argument("--hurry", type=float, default=10.0)
    arguments.add_argument("--lanes", type=int, default=8, help="callers at a time")
    arguments.add_argument("--pause", type=float, default=6.0, help="seconds between two kills, on average")
    options = arguments.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-")))
        placing = stack.enter_context(outgoing_carrier(ACCOUNT, SECRET))
        more = {
            "LLM_URL": stack.enter_context(server()),
            "LLM_MODEL": MODEL,
            "LEASE_SECONDS": "5",
            "OUTBOUND_ALLOWED_PRIVATE_HOSTS": f"127.0.0.1:{placing.port}",
            "CARRIER_URL": placing.url,
            "HURRY": str(options.hurry),
        }
        prepare_product(str(folder), {**stack.enter_context(servers_of(real=False)), **more})
        company = make_company()
        carrier, callees = carrier_of(company, transfer_to=PERSON), _people(company)
        product = Product(folder, module="tests.kill.calls.hurried")
        stack.callback(product.close)
        teach(company, names=("sign-in.md",))
        run = Run(folder, company, placing, callees, options)
        asyncio.run(run.run(ManyCalls(carrier)))
        result = run.end()
    _show(result)
    print(json.dumps(result))
    return 1 if result["violations"] else 0


class Run:
    def __init__(
        self,
        folder: Path,
        company: Company,
        placing: OutgoingCarrier,
        callees: list[tuple[UUID, UUID]],
        options: argparse.Namespace,
    ) -> None:
        self._folder, self._company, self._placing, self._callees = folder, company, placing, callees
        self._options = options
        self._until = 0.0
        self._killed: Counter[str] = Counter()
        self._asked = 0

    async def run(self, many: ManyCalls) -> None:
        async with many:
            self._exchange = Exchange(many, self._placing, late_seconds=60.0 / self._options.hurry)
            self._until = time.monotonic() + 60 * self._options.minutes
            await asyncio.gather(self._kill(), self._order(), *(self._lane() for _ in range(self._options.lanes)))
            await asyncio.sleep(1)
            self._exchange.take_orders()
            await self._exchange.rest()

    def _is_on(self) -> bool:
        return time.monotonic() < self._until

    async def _lane(self) -> None:
        while self._is_on():
            await asyncio.sleep(random.uniform(0, 2))
            await self._exchange.call_in()

    async def _order(self) -> None:
        """A call out every few seconds."""
        from agents.channels.phone.outgoing import request_call
        from tenants.actors import SYSTEM

        while self._is_on():
            number_id, contact_id = random.choice(self._callees)
            tenant_id = self._company.tenant_id
            await asyncio.to_thread(
                request_call, tenant_id=tenant_id, number_id=number_id, contact_id=contact_id, actor=SYSTEM
            )
            self._asked += 1
            for _ in range(8):
                await asyncio.sleep(0.5)
                self._exchange.take_orders()

    async def _kill(self) -> None:
        while self._is_on():
            await asyncio.sleep(random.uniform(0.5, 1.5) * self._options.pause)
            victim = random.choice(VICTIMS)
            before = self._pid(victim)
            if before is not None:
                os.kill(before, signal.SIGKILL)
                self._killed[victim] += 1
            await asyncio.to_thread(wait_until, lambda: self._pid(victim) not in (None, before), seconds=60)  # noqa: B023  in this round

    def _pid(self, name: str) -> int | None:
        try:
            return int((self._folder / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def end(self) -> dict[str, Any]:
        """Waits as long as the product's rules let it take."""
        began = time.monotonic()
        try:
            wait_until(self._is_over, seconds=RULES_SECONDS / self._options.hurry + WORK_SECONDS)
        except TimeoutError:
            sys.stderr.write((self._folder / "output.log").read_text()[-4000:])
        waited, exchange = time.monotonic() - began, self._exchange
        found = look(self._company.tenant_id, exchange.told, exchange.hung, open_work(self._company.tenant_id))
        return {
            "minutes_of_load": self._options.minutes,
            "hurry": self._options.hurry,
            "kinds": dict(sorted(exchange.kinds.items())),
            "asked_out": self._asked,
            "killed": dict(sorted(self._killed.items())),
            "broken": exchange.broken,
            "waited_seconds": round(waited),
            **asdict(found),
        }

    def _is_over(self) -> bool:
        time.sleep(1)
        return not open_work(self._company.tenant_id)


def _people(company: Company) -> list[tuple[UUID, UUID]]:
    """Who may be called, with the number from which."""
    from agents.channels.phone.calls import find_line
    from agents.models import PhoneNumber
    from tenants.context import tenant_scope
    from tests.agents.phone.test_outgoing import contact

    with tenant_scope(company.tenant_id):
        number_id = PhoneNumber.objects.get().id
    line = find_line(tenant_id=company.tenant_id, number_id=number_id)
    assert line
    return [(number_id, contact(line, f"+49157000001{place:02}")) for place in range(20)]


def _show(result: dict[str, Any]) -> None:
    for name, value in result.items():
        if name != "violations":
            print(f"{name:16} {value}", file=sys.stderr)
    for violation in result["violations"][:40]:
        print(f"WRONG: {violation}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
