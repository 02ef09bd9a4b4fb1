"""Calls by SIP on this machine with the built-in speech and model: `python -m tests.benchmarks.calls`.

How long after the last frame of a caller's speech the first frame of the answer arrives, at the caller; and how often
who pauses inside a sentence is answered there (`pauses` has more of them, without the product). The product runs as it
is (`manage.py run`), the demo's company answers.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.agents.phone.sip_caller import SipCaller
from tests.benchmarks.figures import percentile
from tests.benchmarks.pauses import EARLIER, PAUSES_MS, Found, say_in_two, show
from tests.benchmarks.speaking import spoken
from tests.e2e.product import running_product

QUESTIONS = (
    "Which file types can I upload?",
    "And how large may they be?",
    "How do I put the widget on my page?",
    "What happens when the caller speaks?",
    "How do I cancel a run?",
    "How is the agent's answer made?",
)
SLOWEST = 4  # turns that are shown
HASH = 11  # the key: it silences the voice, and says nothing


@dataclass
class Figures:
    waits_ms: list[float] = field(default_factory=list)
    parts_ms: list[dict[str, int]] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)  # each with its wait, for the slowest
    searches: tuple[int, int] = (0, 0)  # begun early, of all
    lost: int = 0  # questions of which nothing came
    pauses: Found = field(default_factory=Found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=30)
    options = parser.parse_args()
    with running_product() as product:
        os.environ.update(
            DATA_DIR=str(product.data_dir), PUBLIC_URL=product.app, DJANGO_SETTINGS_MODULE="rapport.settings"
        )
        import django

        django.setup()
        line = _line()
        figures, load = asyncio.run(_calls(line, options.turns)), os.getloadavg()[0]
        figures.searches = _searches(line.tenant_id)
    _show(figures, load)


def _searches(tenant_id: UUID) -> tuple[int, int]:
    """How many searches were begun before it was sure that the question is whole, and how many there were."""
    from agents.models import Span
    from agents.tracing import names
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        spans = list(Span.objects.filter(name=names.RETRIEVAL))
        return sum(names.BEGUN_EARLY_US in each.attributes for each in spans), len(spans)


def _line() -> Any:
    from frontend.demo.calling import ensure_number
    from frontend.demo.company import ensure_demo_company, follow_ingest, submit_docs

    company = ensure_demo_company()
    for progress in follow_ingest(company, submit_docs(company)):
        if progress.failed:
            raise SystemExit(progress.failed[0])
    return ensure_number(company.tenant_id)


async def _calls(line: Any, turns: int) -> Figures:
    from agents.channels.phone.audio.line import AudioLine
    from agents.channels.phone.sip.desk import answer_for
    from agents.channels.phone.sip.server import serve_sip
    from agents.channels.phone.sockets import in_thread
    from rapport.streams.registry import get_stream_store

    figures, lines = Figures(), list[AudioLine]()
    server = await serve_sip(answer_for({line.number: line}, get_stream_store(), in_thread, on_line=lines.append))
    questions = [await spoken(each) for each in QUESTIONS]
    for first in range(0, turns, len(questions)):
        await _ask(server.port, line.number, questions[: turns - first], lines, figures)
    await _pause(server.port, line.number, lines, figures)
    await server.close()
    return figures


async def _ask(port: int, number: str, questions: Sequence[bytes], lines: list[Any], figures: Figures) -> None:
    """One call, each question when nobody speaks."""
    async with SipCaller(port, number) as caller:
        await caller.hears(0.0, seconds=60)
        await caller.hears_silence()
        for question in questions:
            last, known = await caller.speak(question), len(lines[-1].turns)
            try:
                figures.waits_ms.append((await caller.hears(last) - last) * 1000)
            except TimeoutError:
                figures.lost += 1
            await _hush(caller)
            for turn in list(lines[-1].turns)[known:]:
                figures.turns.append(f"{figures.waits_ms[-1]:5.0f} ms “{turn.said}” {turn.milliseconds()}")
        figures.parts_ms += [each.milliseconds() for each in lines[-1].turns]


async def _pause(port: int, number: str, lines: list[Any], figures: Figures) -> None:
    """Every sentence with every pause in it."""
    async with SipCaller(port, number) as caller:
        await caller.hears(0.0, seconds=60)
        await caller.hears_silence()
        for pause, parts in itertools.product(PAUSES_MS, EARLIER):
            await say_in_two(caller, lines[-1], parts, pause, figures.pauses)
            await _hush(caller)


async def _hush(caller: SipCaller) -> None:
    await asyncio.sleep(0.2)
    caller.press(HASH)
    await caller.hears_silence(20)


def _show(figures: Figures, load: float) -> None:
    parts = {
        name: round(statistics.median(each[name] for each in figures.parts_ms if name in each))
        for name in ("endpoint", "transcript", "first_token", "first_sound")
    }
    p50, p95 = percentile(figures.waits_ms, 50), percentile(figures.waits_ms, 95)
    print(f"last speech of the caller → first sound of the answer, {len(figures.waits_ms)} turns, {figures.lost} lost")
    print(f"  p50 {p50:.0f} ms (target 500)   p95 {p95:.0f} ms (target 800)   load {load:.1f}")
    print("  medians from the last speech that was noticed: " + ", ".join(f"{name} {ms}" for name, ms in parts.items()))
    print(f"  searches begun before the question was known to be whole: {figures.searches[0]} of {figures.searches[1]}")
    print("".join(f"  {each}\n" for each in sorted(figures.turns)[-SLOWEST:]), end="")
    pauses = figures.pauses
    show("inside sentences", pauses)
    found = {
        "turns": len(figures.waits_ms),
        "lost": figures.lost,
        "p50_ms": round(p50),
        "p95_ms": round(p95),
        "medians_ms": parts,
        "cut_ins": {
            str(pause): [pauses.cut[pause], pauses.torn[pause], asked] for pause, asked in pauses.asked.items()
        },
        "begun_early": figures.searches,
        "load": round(load, 1),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
