"""What a whole turn adds to a model's first token: `python -m tests.benchmarks.turn [--turns N] [--many N]`.

The product as `manage.py run` starts it, on the servers of `make services`, before a scripted model (first token after
500 ms, then 50 a second): one conversation alone, 20 at once, 200 at once. Beside it, in the same run, the same model
called directly and through LiteLLM's proxy. Prints the time of each hop; the last line is one JSON object.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import percentile
from tests.benchmarks.ingest import Product, prepare_product, servers_of
from tests.benchmarks.llm import server
from tests.benchmarks.turns.company import Company, make_chats, make_company, questions, teach
from tests.benchmarks.turns.hops import hops_of
from tests.benchmarks.turns.litellm import KEY, proxy
from tests.benchmarks.turns.streams import Seen, ask_model, ask_product, at_once, cancel_at_first_token

FIRST_MS, BETWEEN_MS, LENGTH = 500, 20, 100
MODEL = f"mock-ttft{FIRST_MS}-itl{BETWEEN_MS}-len{LENGTH}-cite"
TOKENS = LENGTH + 3  # with its citation
TURN_SECONDS = (FIRST_MS + BETWEEN_MS * TOKENS) / 1000
AT_ONCE, TURNS_OF_A_CHAT = 20, 2
TARGET_P50_MS, TARGET_P95_MS = 25.0, 60.0

Figures = dict[str, Any]


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--turns", type=int, default=240, help="with 20 at once, on each side")
    arguments.add_argument("--alone", type=int, default=16, help="one after the other, on each side")
    arguments.add_argument(
        "--many", type=int, default=200, help="conversations at once in the last part; 0: without it"
    )
    options = arguments.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-")))
        model_url = stack.enter_context(server())
        prepare_product(str(folder), {**stack.enter_context(servers_of(real=True)), **_model_settings(model_url)})
        company = make_company()
        product = Product(folder, module="tests.benchmarks.turns.stamps")
        stack.callback(product.close)
        teach(company)
        litellm_url = stack.enter_context(proxy(MODEL, model_url, folder))
        bench = Bench(folder, product, company, model_url.removesuffix("/v1"), litellm_url)
        result = bench.run(options)
    _show(result)
    print(json.dumps(result))
    return 0


def _model_settings(model_url: str) -> dict[str, str]:
    return {"LLM_URL": model_url, "LLM_MODEL": MODEL, "LLM_INPUT_PRICE": "150000", "LLM_OUTPUT_PRICE": "600000"}


class Bench:
    """Sides take turns within a part, so that other work on the machine falls on all of them."""

    def __init__(self, folder: Path, product: Product, company: Company, model_url: str, litellm_url: str) -> None:
        self._folder, self._product, self._company = folder, product, company
        self._model_url, self._litellm_url = model_url, litellm_url
        self._url = f"http://127.0.0.1:{os.environ['PORT']}"
        self._questions = questions()

    def run(self, options: argparse.Namespace) -> Figures:
        self._ask_product(2 * AT_ONCE, lanes=AT_ONCE)  # pools, threads, caches
        found: Figures = {"parts": {}, "load_average": 0.0}
        for name, turns, lanes in (("alone", options.alone, 1), ("at once", options.turns, AT_ONCE)):
            found["parts"][name] = self._part(turns, lanes)
        found["cancel_ms"] = _spread(self._cancel(options.alone))
        found["load_average"] = round(os.getloadavg()[0], 1)
        if options.many:
            found["many"] = self._many(options.many)
        together = found["parts"]["at once"]["turn"]
        found["targets_ms"] = {"p50": TARGET_P50_MS, "p95": TARGET_P95_MS}
        found["is_met"] = together["p50"] <= TARGET_P50_MS and together["p95"] <= TARGET_P95_MS
        return found

    def _part(self, turns: int, lanes: int) -> Figures:
        direct = self._ask_models(self._model_url, turns, lanes)
        before = self._product.cpu_seconds()
        seen = self._ask_product(turns, lanes=lanes)
        spent = {name: value - before.get(name, 0.0) for name, value in self._product.cpu_seconds().items()}
        direct += self._ask_models(self._model_url, turns, lanes)
        base = statistics.median(each.first_ms for each in direct if not each.trouble)
        hops = hops_of(seen, self._company.tenant_id, self._folder, model_ms=base)
        each_ms = {name: round(1000 * each / turns, 1) for name, each in spent.items() if each > 0.005}
        part: Figures = {
            "turns": turns,
            "lanes": lanes,
            "direct": {"p50": round(base, 1), "added": _added(direct, base)},
            "turn": _added(seen, base),
            "cpu_ms_a_turn": {**each_ms, "all": round(sum(each_ms.values()), 1)},
            "hops": {hop: _spread(values) for hop, values in hops.items()},
        }
        if self._litellm_url:
            part["litellm"] = _added(self._ask_models(self._litellm_url, turns, lanes, key=KEY), base)
        return part

    def _cancel(self, count: int) -> list[float]:
        """One after the other; the stream's end comes after the model was left and all of it is written down."""
        chats = make_chats(self._company, self._questions, count=count, turns=1)
        return [asyncio.run(cancel_at_first_token(self._url, chat)) for chat in chats]

    def _many(self, conversations: int) -> Figures:
        seen = self._ask_product(conversations * TURNS_OF_A_CHAT, lanes=conversations)
        whole = [each for each in seen if not each.trouble]
        return {
            "conversations": conversations,
            "turns": len(seen),
            "failed": len(seen) - len(whole),
            "troubles": sorted({each.trouble for each in seen if each.trouble})[:5],
            "first_ms": _spread([each.first_ms for each in whole]),
            "last_late_ms": _spread([each.last_ms - 1000 * TURN_SECONDS for each in whole]),
            "load_average": round(os.getloadavg()[0], 1),
        }

    def _ask_product(self, turns: int, *, lanes: int) -> list[Seen]:
        chats = make_chats(self._company, self._questions, count=-(-turns // TURNS_OF_A_CHAT), turns=TURNS_OF_A_CHAT)
        asks = [partial(ask_product, self._url, chat) for chat in chats]
        return asyncio.run(at_once(asks, lanes=lanes, spread=TURN_SECONDS if lanes > 1 else 0.0))

    def _ask_models(self, url: str, turns: int, lanes: int, *, key: str = "sk-none") -> list[Seen]:
        async def ask() -> Sequence[Seen]:
            return [await ask_model(url, MODEL, key=key)]

        asks: list[Callable[[], Any]] = [ask for _ in range(turns // 2 or 1)]
        return asyncio.run(at_once(asks, lanes=lanes, spread=TURN_SECONDS if lanes > 1 else 0.0))


def _added(seen: Sequence[Seen], base_ms: float) -> Figures:
    """Milliseconds to the first token beyond the direct call's median; of the last one, beyond the model's own pace."""
    whole = [each for each in seen if not each.trouble]
    first = _spread([each.first_ms - base_ms for each in whole])
    last = _spread([each.last_ms - base_ms - BETWEEN_MS * (TOKENS - 1) for each in whole])
    failed = {"failed": len(seen) - len(whole), "troubles": sorted({each.trouble for each in seen if each.trouble})[:5]}
    return {**first, "last_p50": last.get("p50"), "last_p95": last.get("p95"), **failed}


def _spread(values: Sequence[float]) -> Figures:
    if len(values) < 2:
        return {}
    return {"p50": round(statistics.median(values), 1), "p95": round(percentile(values, 95), 1)}


def _show(result: Mapping[str, Any]) -> None:
    for name, part in result["parts"].items():
        print(f"\n{name}: {part['turns']} turns, {part['lanes']} conversations at once, milliseconds", file=sys.stderr)
        print(f"{'added to the first token':26}{'p50':>9}{'p95':>9}{'last p50':>10}{'p95':>9}  failed", file=sys.stderr)
        sides = {
            "direct call": part["direct"]["added"],
            "the turn": part["turn"],
            "LiteLLM's proxy": part.get("litellm"),
        }
        for side, figures in sides.items():
            _show_side(side, figures)
        print(f"{'hop':26}{'p50':>9}{'p95':>9}", file=sys.stderr)
        for hop, figures in part["hops"].items():
            print(f"{hop:26}{figures.get('p50', 0):>9}{figures.get('p95', 0):>9}", file=sys.stderr)
        print(f"processor time a turn: {part['cpu_ms_a_turn']}", file=sys.stderr)
    print(f"\nfrom a cancel to the stream's end: {result['cancel_ms']}", file=sys.stderr)
    if "many" in result:
        print(f"\n{result['many']}", file=sys.stderr)
    print(f"load {result['load_average']}, met: {result['is_met']}", file=sys.stderr)


def _show_side(side: str, figures: Mapping[str, Any] | None) -> None:
    if figures is None:
        print(f"{side:26} not installed: make peers", file=sys.stderr)
        return
    values = [figures.get(name) for name in ("p50", "p95", "last_p50", "last_p95")]
    cells = "".join(
        f"{'-' if value is None else value:>{width}}" for value, width in zip(values, (9, 9, 10, 9), strict=True)
    )
    print(f"{side:26}{cells}  {figures['failed']} {' '.join(figures['troubles'])}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
