"""What the product adds to a call that ConversationRelay brings: `python -m tests.benchmarks.relay [--calls N]`.

The product as `manage.py run` starts it, before a scripted model and a scripted carrier: voice webhook, TwiML, a
WebSocket for each call. Alone and with many calls at once: milliseconds from the prompt to the first text frame, beyond
what the same model takes in the same run when it is asked directly, at the same pace; what a call holds of memory; then
calls in a row, and whether anything grows. The last line is one JSON object.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import percentile
from tests.benchmarks.ingest import Product, prepare_product, servers_of
from tests.benchmarks.llm import server
from tests.benchmarks.relays.calling import Caller, Gathering, ask_at_pace, call_in_a_row
from tests.benchmarks.relays.growth import Growth, leaks, resident
from tests.benchmarks.turns.company import Company, make_company, questions, teach
from tests.benchmarks.turns.hops import hops_of
from tests.benchmarks.turns.streams import Seen

MODEL = "mock-ttft500-itl20-len30-cite"
ACCOUNT, SECRET = "AC" + "0" * 32, "carrier-secret-0123456789"
WARM_UP_CALLS, LANES, SAMPLES = 12, 8, 40
RETURN_SECONDS = 8.0  # a line that broke off is waited for a while; then nothing of it is left
TARGET_P50_MS, TARGET_P95_MS, TARGET_MB = 30.0, 60.0, 2.0

Figures = dict[str, Any]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--calls", type=int, default=200, help="at once")
    arguments.add_argument("--turns", type=int, default=3, help="of each of them")
    arguments.add_argument("--alone", type=int, default=12, help="turns of one call alone")
    arguments.add_argument("--row", type=int, default=1000, help="calls in a row; 0: without them")
    arguments.add_argument("--real", action="store_true", help="on the servers of `make services`")
    options = arguments.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-")))
        model_url = stack.enter_context(server())
        more = {"LLM_URL": model_url, "LLM_MODEL": MODEL, "LLM_INPUT_PRICE": "150000", "LLM_OUTPUT_PRICE": "600000"}
        prepare_product(str(folder), {**stack.enter_context(servers_of(real=options.real)), **more})
        company = make_company()
        product = Product(folder, module="tests.benchmarks.relays.probed")
        stack.callback(product.close)
        teach(company)
        bench = Bench(folder, product, company, model_url.removesuffix("/v1"))
        result = asyncio.run(bench.run(options))
    _show(result)
    print(json.dumps(result))
    return 0


class Bench:
    def __init__(self, folder: Path, product: Product, company: Company, model_url: str) -> None:
        self._folder, self._product, self._company, self._model_url = folder, product, company, model_url
        self._questions = (f"{each} {ask}" for ask in itertools.count() for each in questions())
        self._carrier = carrier_of(company)
        self._held: dict[str, dict[str, float]] = {}

    async def run(self, options: argparse.Namespace) -> Figures:
        from tests.agents.phone.many_calls import ManyCalls

        async with ManyCalls(self._carrier) as self._many:
            await self._meet(WARM_UP_CALLS, turns=1)
            await asyncio.sleep(RETURN_SECONDS)
            found: Figures = {"cores": os.cpu_count(), "stores": "real" if options.real else "embedded"}
            found["alone"] = await self._part(1, options.alone)
            found["at once"] = await self._part(options.calls, options.turns)
            found["memory"] = self._memory(options.calls)
            if options.row:
                found["row"] = await self._row(options.row)
        found["targets"] = {"p50_ms": TARGET_P50_MS, "p95_ms": TARGET_P95_MS, "mb_a_call": TARGET_MB, "leaks": []}
        return {**found, "is_met": _is_met(found)}

    async def _meet(self, calls: int, *, turns: int) -> list[Caller]:
        def hold(when: str) -> None:
            self._held[when] = resident(self._product)

        hold("before")
        gathering = Gathering(self._many, self._questions, lambda: hold("open"), lambda: hold("spoken"))
        return await gathering.meet(calls, turns=turns)

    async def _part(self, calls: int, turns: int) -> Figures:
        bare = await ask_at_pace(self._model_url, MODEL, lanes=calls, turns=turns)
        before, started = self._product.cpu_seconds(), time.monotonic()
        callers = await self._meet(calls, turns=turns)
        seconds, load = time.monotonic() - started, os.getloadavg()[0]
        spent = {name: value - before.get(name, 0.0) for name, value in self._product.cpu_seconds().items()}
        await asyncio.sleep(RETURN_SECONDS)
        self._held["after"] = resident(self._product)
        bare += await ask_at_pace(self._model_url, MODEL, lanes=calls, turns=1 if calls > 1 else turns)
        seen = await asyncio.to_thread(seen_of, callers, self._company)
        base = statistics.median(bare)
        hops = await asyncio.to_thread(hops_of, seen, self._company.tenant_id, self._folder, model_ms=base)
        answered = [each for each in seen if each.first]
        return {
            "calls": calls,
            "turns": calls * turns,
            "answered": len(answered),
            "troubles": sorted({each.trouble for each in callers if each.trouble})[:5],
            "bare": {"p50": round(base, 1), "added_p95": round(percentile(bare, 95) - base, 1)},
            "added": _spread([each.first_ms - base for each in answered]),
            "turns_a_second": round(len(answered) / seconds, 2),
            "cpu_ms_a_turn": {
                name: round(1000 * each / max(1, len(answered)), 1) for name, each in spent.items() if each > 0.05
            },
            "hops": {hop.replace("POST", "prompt"): _spread(values) for hop, values in hops.items()},
            "load_average": round(load, 1),
        }

    def _memory(self, calls: int) -> Figures:
        """Of the process with the calls, the most while all are open."""
        most = max(self._held[when]["web"] for when in ("open", "spoken") if when in self._held)
        held = {when: {name: round(mb, 1) for name, mb in each.items()} for when, each in self._held.items()}
        return {"mb": held, "mb_a_call": round((most - self._held["before"]["web"]) / calls, 3)}

    async def _row(self, calls: int) -> Figures:
        growth, started = Growth(self._product, self._folder), time.monotonic()
        every = max(1, calls // SAMPLES)
        failed = await call_in_a_row(self._many, self._questions, growth.sample, calls=calls, lanes=LANES, every=every)
        found = growth.found()
        return {
            "calls": calls,
            "failed": failed,
            "seconds": round(time.monotonic() - started),
            "held": found,
            "leaks": leaks(found),
        }


def carrier_of(company: Company, *, transfer_to: str = "") -> Any:
    from agents.services.phone import NumberSettings, add_phone_number
    from rapport.config import get_config
    from rapport.ids import Prefix, encode
    from tenants.actors import SYSTEM
    from tests.agents.phone.carrier import Carrier

    greeting = "Hello, this is an automatic assistant."
    settings = NumberSettings(company.agent_id, ACCOUNT, SECRET, greeting=greeting, transfer_to=transfer_to)
    number = add_phone_number(tenant_id=company.tenant_id, number="+4930123456", settings=settings, actor=SYSTEM)
    path = f"phone/{encode(Prefix.TENANT, company.tenant_id)}/{encode(Prefix.PHONE_NUMBER, number)}"
    return Carrier(f"{get_config().public_url}/{path}", ACCOUNT, SECRET)


def seen_of(callers: Sequence[Caller], company: Company) -> list[Seen]:
    """What was heard, with the turns that it was the answer of."""
    from agents.models import Call, Turn
    from rapport.ids import Prefix, encode
    from tenants.context import tenant_scope

    found = []
    with tenant_scope(company.tenant_id):
        talks = dict(Call.objects.values_list("carrier_id", "conversation_id"))
        for caller in callers:
            if caller.call not in talks:
                continue
            turns = Turn.objects.filter(conversation_id=talks[caller.call]).order_by("created_at")
            for heard, turn in zip(caller.heard, turns.values_list("id", flat=True), strict=False):
                found.append(Seen(heard.asked, first=heard.first, last=heard.last, turn=encode(Prefix.TURN, turn)))
    return found


def _spread(values: Sequence[float]) -> Figures:
    if len(values) < 2:
        return {}
    return {"p50": round(statistics.median(values), 1), "p95": round(percentile(values, 95), 1)}


def _is_met(found: Mapping[str, Any]) -> Figures:
    added, row = found["at once"]["added"], found.get("row", {})
    return {
        "added": bool(added) and added["p50"] <= TARGET_P50_MS and added["p95"] <= TARGET_P95_MS,
        "memory": found["memory"]["mb_a_call"] <= TARGET_MB,
        "row": not row.get("leaks") and not row.get("failed"),
    }


def _show(result: Mapping[str, Any]) -> None:
    for part in (result["alone"], result["at once"]):
        _say(f"\n{part['calls']} calls at once, {part['turns']} turns, {part['answered']} answered, milliseconds")
        _say(f"{'':34}{'p50':>9}{'p95':>9}")
        _say(f"{'the model, asked directly: beyond':34}{0:>9}{part['bare']['added_p95']:>9}")
        for name, spread in {"prompt → first text frame, added": part["added"], **part["hops"]}.items():
            _say(f"{name:34}{spread.get('p50', '-'):>9}{spread.get('p95', '-'):>9}")
        _say(f"processor time a turn: {part['cpu_ms_a_turn']}, load {part['load_average']} {part['troubles'] or ''}")
    _say(f"\nmemory of a call: {result['memory']['mb_a_call']} MB (target {TARGET_MB})")
    for name, each in result.get("row", {}).get("held", {}).items():
        _say(f"{name:20}{each['first']:>9}{each['last']:>9}   a thousand calls: {each['a_thousand']:+}")
    _say(f"met: {result['is_met']}")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
