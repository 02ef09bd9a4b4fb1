"""Pauses inside sentences, with the built-in speech: `python -m tests.benchmarks.pauses`.

Who stops for breath in the middle of a question must not be answered there. Each sentence is said in two parts with a
pause between them, to the ears and the voice of a call (`AudioLine`); what a turn takes is in their place a fixed time,
so that the ends of turns are looked at, and nothing else. EARLIER were there when the rules were made; the others came
after them.
"""

import argparse
import asyncio
import itertools
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.flite import Flite
from agents.channels.phone.audio.language_model import sentences_of
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.speech import Speech
from agents.channels.phone.audio.sphinx import Sphinx, make_detector
from agents.channels.phone.frames import Interrupt, Prompt, say
from agents.channels.phone.sip.server import SipCall, serve_sip
from tests.agents.phone.sip_caller import SipCaller, is_sound
from tests.benchmarks.speaking import spoken

PAUSES_MS = (200, 300, 400, 600)
TURN_SECONDS = 0.12  # from the words to the first of an answer
ANSWER = "This is in the documentation, on the page about it."
# The first four stop in the middle of a phrase, the others after one.
EARLIER = (
    ("Which file types can I", "upload to the knowledge?"),
    ("I would like to know how the", "widget is put on a page."),
    ("What happens when a caller speaks and", "the agent is speaking?"),
    ("How do I", "add a telephone number?"),
    ("When a document is changed,", "what happens to the answers?"),
    ("I have a question about the widget.", "How do I put it on my page?"),
    ("Can the agent answer by telephone,", "or only on a page?"),
    ("I uploaded a file,", "where do I find it?"),
)
LATER = (
    ("How long does the", "agent remember a contact?"),
    ("Where do I find the", "cost of a conversation?"),
    ("Can you tell me if", "a campaign can be paused?"),
    ("What does the agent do with", "a question that it cannot answer?"),
    ("I want to connect my", "own language model."),
    ("Please tell me how to", "invite a member."),
    ("Which of the", "carriers can I use?"),
    ("Is it possible to", "record a call?"),
    ("How much does", "a minute cost?"),
    ("We have a", "page with a shop."),
    ("What is the difference between", "a source and a document?"),
    ("I need help because", "the widget is not on the page."),
    ("If a call is not answered,", "what does the campaign do?"),
    ("Before I start a campaign,", "can I see what it will cost?"),
    ("When the budget is used up,", "is the agent still answering?"),
    ("My number is four four two", "nine one seven."),
    ("I have two questions.", "How do I create a key?"),
    ("I looked at the documentation,", "and I did not find the prices."),
    ("The agent does not answer,", "what can I do?"),
    ("Hello, my name is Peter.", "I have a question about webhooks."),
    ("What happens to the files", "when I delete a contact?"),
    ("How do I change the greeting", "of a telephone number?"),
    ("Can I export the traces", "or the memory of a contact?"),
    ("Do you keep recordings,", "and for how long?"),
)


@dataclass
class Found:
    asked: Counter[int] = field(default_factory=Counter)  # by the pause's length
    cut: Counter[int] = field(default_factory=Counter)  # the agent was heard before the sentence was whole
    torn: Counter[int] = field(default_factory=Counter)  # it became more than one question
    which: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2, help="at once")
    options = parser.parse_args()
    told = {name: asyncio.run(_measure(parts, options.calls)) for name, parts in _SETS.items()}
    load = os.getloadavg()[0]
    for name, found in told.items():
        show(name, found)
    sums = {name: [sum(each.values()) for each in (f.asked, f.cut, f.torn)] for name, f in told.items()}
    print(json.dumps({**sums, "load": round(load, 1)}))


def show(name: str, found: Found) -> None:
    asked, cut, torn = (sum(each.values()) for each in (found.asked, found.cut, found.torn))
    print(f"{name}: {asked} pauses, cut in on {cut} ({cut / asked:.1%}), torn apart {torn} ({torn / asked:.1%})")
    for pause, count in found.asked.items():
        print(f"  {pause} ms: cut in on {found.cut[pause]}, torn apart {found.torn[pause]} of {count}")
    print("".join(f"    {each}\n" for each in found.which), end="")


_SETS = {"earlier": EARLIER, "later": LATER}


def _sentences() -> list[str]:
    """What callers of an agent that knows `docs/` may say."""
    texts = [each.read_text() for each in sorted(Path("docs").glob("*.md"))]
    headings = [line.lstrip("# ") for text in texts for line in text.splitlines() if line.startswith("#")]
    return sentences_of(headings, texts)


async def _measure(sentences: Sequence[tuple[str, str]], calls: int) -> Found:
    found, phrases = Found(), _sentences()
    cases = list(itertools.product(PAUSES_MS, sentences))
    await asyncio.gather(*(_call(cases[at::calls], phrases, found) for at in range(calls)))
    return found


async def _call(cases: Sequence[tuple[int, tuple[str, str]]], phrases: list[str], found: Found) -> None:
    lines: list[AudioLine] = []

    async def answer(call: SipCall) -> None:
        sound = await call.accept()
        assert sound is not None
        recogniser = Sphinx(phrases)
        await recogniser.start()
        await recogniser.wait_ready()
        async with AudioLine(sound, Speech(recogniser, Flite(), make_detector()), greeting="Hello.") as line:
            lines.append(line)
            await _answer_all(line)

    server = await serve_sip(answer)
    async with SipCaller(server.port, "+4930123") as caller:
        await caller.hears(0.0, seconds=60)
        for pause, parts in cases:
            await caller.hears_silence(30)
            await say_in_two(caller, lines[0], parts, pause, found)
    await server.close()


async def say_in_two(caller: SipCaller, line: AudioLine, parts: tuple[str, str], pause_ms: int, found: Found) -> None:
    """And wait for the answer to it. Raises TimeoutError when none comes."""
    before, after = [await spoken(each) for each in parts]
    turns = len(line.turns)
    first = await caller.speak(before)
    last = await caller.speak(mulaw.SILENCE * (pause_ms // 20) + after)
    await caller.hears(last)
    found.asked[pause_ms] += 1
    is_cut = any(first < at < last and is_sound(frame) for at, frame in caller.heard)
    is_torn = len(line.turns) - turns > 1
    found.cut[pause_ms] += is_cut
    found.torn[pause_ms] += is_torn
    if is_cut or is_torn:
        said = " / ".join(each.said for each in list(line.turns)[turns:])
        found.which.append(f"{pause_ms} ms, {'cut in on' if is_cut else 'torn apart'}: {said}")


async def _answer_all(line: AudioLine) -> None:
    answering: asyncio.Task[None] | None = None
    while (heard := await line.receive()) is not None:
        if not isinstance(heard, Interrupt | Prompt) or (isinstance(heard, Prompt) and not heard.is_last):
            continue
        if answering is not None and not answering.done():
            answering.cancel()
            await line.send(say("", is_last=True))
        if isinstance(heard, Prompt):
            answering = asyncio.create_task(_answer(line))


async def _answer(line: AudioLine) -> None:
    await asyncio.sleep(TURN_SECONDS)
    await line.send(say(ANSWER, is_last=True))


if __name__ == "__main__":
    main()
