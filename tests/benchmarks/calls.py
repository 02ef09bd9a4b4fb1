"""Calls by SIP on this machine with the built-in speech and model: `python -m tests.benchmarks.calls`.

How long after the last frame of a caller's speech the first frame of the answer arrives, at the caller; and how often a
pause inside a sentence is taken for its end. The product runs as it is (`manage.py run`), the demo's company answers.
"""

import argparse
import asyncio
import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agents.channels.phone.audio import mulaw
from tests.agents.phone.sip_caller import SipCaller
from tests.benchmarks.figures import percentile
from tests.e2e.product import running_product

QUESTIONS = (
    "Which file types can I upload?",
    "And how large may they be?",
    "How do I put the widget on my page?",
    "What happens when the caller speaks?",
    "How do I cancel a run?",
    "How is the agent's answer made?",
)
HASH = 11  # the key: it silences the voice, and says nothing
# Said in two parts: after the first comes a pause. The first four stop in the middle of a phrase, the others after one.
SENTENCES = (
    ("Which file types can I", "upload to the knowledge?"),
    ("I would like to know how the", "widget is put on a page."),
    ("What happens when a caller speaks and", "the agent is speaking?"),
    ("How do I", "add a telephone number?"),
    ("When a document is changed,", "what happens to the answers?"),
    ("I have a question about the widget.", "How do I put it on my page?"),
    ("Can the agent answer by telephone,", "or only on a page?"),
    ("I uploaded a file,", "where do I find it?"),
)
PAUSES_MS = (200, 300, 400, 600)


@dataclass
class Figures:
    waits_ms: list[float] = field(default_factory=list)
    parts_ms: list[dict[str, int]] = field(default_factory=list)
    lost: int = 0  # questions of which nothing came
    cut: dict[int, int] = field(default_factory=dict)  # by the pause's length
    asked: dict[int, int] = field(default_factory=dict)


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
        figures, load = asyncio.run(_calls(_line(), options.turns)), os.getloadavg()[0]
    _show(figures, load)


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
    questions = [await _spoken(each) for each in QUESTIONS]
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
            last = await caller.speak(question)
            try:
                figures.waits_ms.append((await caller.hears(last) - last) * 1000)
            except TimeoutError:
                figures.lost += 1
            await _hush(caller)
        figures.parts_ms += [each.milliseconds() for each in lines[-1].turns]


async def _pause(port: int, number: str, lines: list[Any], figures: Figures) -> None:
    """Every sentence with every pause in it."""
    parts = [(await _spoken(before), await _spoken(after)) for before, after in SENTENCES]
    async with SipCaller(port, number) as caller:
        await caller.hears(0.0, seconds=60)
        await caller.hears_silence()
        for pause in PAUSES_MS:
            for before, after in parts:
                turns = len(lines[-1].turns)
                await caller.speak(before + mulaw.SILENCE * (pause // 20) + after)
                await asyncio.sleep(1.5)
                await _hush(caller)
                figures.asked[pause] = figures.asked.get(pause, 0) + 1
                figures.cut[pause] = figures.cut.get(pause, 0) + (len(lines[-1].turns) - turns > 1)


async def _hush(caller: SipCaller) -> None:
    await asyncio.sleep(0.2)
    caller.press(HASH)
    await caller.hears_silence(20)


async def _spoken(text: str) -> bytes:
    """Up to its last sound, so that the wait is counted from there."""
    from agents.channels.phone.audio.flite import Flite
    from agents.channels.phone.audio.sounds import LOUD

    sound = await Flite("kal16").speak(text)
    samples = np.abs(np.frombuffer(mulaw.decode(sound), "<i2").astype(np.int32))
    return sound[: int(np.flatnonzero(samples > LOUD)[-1]) + 1]


def _show(figures: Figures, load: float) -> None:
    parts = {
        name: round(statistics.median(each[name] for each in figures.parts_ms if name in each))
        for name in ("endpoint", "transcript", "first_token", "first_sound")
    }
    p50, p95 = percentile(figures.waits_ms, 50), percentile(figures.waits_ms, 95)
    print(f"last speech of the caller → first sound of the answer, {len(figures.waits_ms)} turns, {figures.lost} lost")
    print(f"  p50 {p50:.0f} ms (target 500)   p95 {p95:.0f} ms (target 800)   load {load:.1f}")
    print("  medians from the last speech that was noticed: " + ", ".join(f"{name} {ms}" for name, ms in parts.items()))
    for pause, asked in figures.asked.items():
        print(f"  pause of {pause} ms inside a sentence: taken for its end {figures.cut[pause]} of {asked}")
    found = {
        "turns": len(figures.waits_ms),
        "lost": figures.lost,
        "p50_ms": round(p50),
        "p95_ms": round(p95),
        "medians_ms": parts,
        "cut_ins": {str(pause): [figures.cut[pause], asked] for pause, asked in figures.asked.items()},
        "load": round(load, 1),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
