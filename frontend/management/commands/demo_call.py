"""`manage.py demo_call`: a telephone calls the demo company on this machine, and what became of the call is shown."""

import asyncio
import shutil
import sys
import tempfile
import textwrap
from argparse import ArgumentParser
from itertools import zip_longest
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from frontend.demo.serving import CHILD, await_ready, in_a_fresh_folder, refuse_taken_ports, start_product, stop_product
from rapport.config import ROOT, get_config
from rapport.errors import RapportError

MEMORY_SECONDS = 15.0


class Command(BaseCommand):
    help = "Call the demo company by SIP on this machine, ask three questions, interrupt once; show the call."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recordings", type=Path, default=ROOT / "var" / "demo-call", help="where what the caller heard is kept"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        import os

        folder: Path = options["recordings"].absolute()
        self._check()
        if CHILD not in os.environ:
            sys.exit(in_a_fresh_folder("demo_call", "--recordings", str(folder)))
        call_command("migrate", verbosity=0)
        refuse_taken_ports()
        server = start_product()
        try:
            faults = self._call(server, folder)
        finally:
            stop_product(server)
        for fault in faults:
            self.stdout.write(self.style.ERROR(f"WRONG: {fault}"))
        if faults:
            sys.exit(1)

    def _check(self) -> None:
        from agents.channels.phone.audio.choosing import check_reaches
        from agents.channels.phone.audio.reach import recogniser_reach, synthesiser_reach
        from frontend.demo.telephone import Telephone

        try:
            check_reaches(recogniser_reach(get_config()), synthesiser_reach(get_config()), "en-US")
            Telephone(Path())
        except RapportError as error:
            raise CommandError(error.message) from None

    def _call(self, server: Any, recordings: Path) -> list[str]:
        from frontend.demo.calling import CallStuck, ensure_number, place_call
        from frontend.demo.company import ensure_demo_company, follow_ingest, submit_docs

        company = ensure_demo_company()
        await_ready(server)
        self.stdout.write("Reading docs/ …")
        for progress in follow_ingest(company, submit_docs(company)):
            if progress.failed:
                raise CommandError(f"A page of docs/ could not be ingested: {progress.failed[0]}")
        line = ensure_number(company.tenant_id)
        self.stdout.write(f"Calling {line.number} …")
        with tempfile.TemporaryDirectory(prefix="rp-call-") as folder:
            try:
                turns = asyncio.run(place_call(line, Path(folder)))
            except (CallStuck, RapportError) as error:
                raise CommandError(str(error)) from None
            self._keep(Path(folder), recordings)
        return self._show(company.tenant_id, turns)

    def _keep(self, folder: Path, recordings: Path) -> None:
        from frontend.demo.calling import Recording

        recordings.mkdir(parents=True, exist_ok=True)
        for name in ("heard", "said"):
            for found in folder.glob(f"dump-*-{'dec' if name == 'heard' else 'enc'}.wav"):
                kept = recordings / f"{name}.wav"
                shutil.copyfile(found, kept)
                told = Recording.of(kept)
                self.stdout.write(f"{kept}: {told.seconds:.1f} s, {told.sound_seconds:.1f} of them sound")

    def _show(self, tenant_id: UUID, turns: list[Any]) -> list[str]:
        from agents.selectors.conversations import list_messages, list_turns
        from agents.selectors.memory import list_episodes, list_facts
        from agents.selectors.phone import list_calls
        from frontend.demo.calling import INTERRUPTED, QUESTIONS

        call = list_calls(tenant_id=tenant_id)[0]
        messages = list_messages(tenant_id=tenant_id, conversation_id=call.conversation_id)
        answers = [each for each in messages if each.role == "agent"]
        self.stdout.write(f"\nCall of {call.seconds} s, {call.interruptions} interrupted, {call.ended_reason}\n")
        for asked, times, answer in zip_longest(QUESTIONS, turns, answers):
            self.stdout.write(f"▸ {asked}")
            if times is not None:
                told = ", ".join(f"{name} {ms}" for name, ms in times.milliseconds().items())
                self.stdout.write(f"  understood: {times.said}\n  ms after the caller's last speech: {told}")
            if answer is not None:
                cut = " ✂ interrupted here" if times is not None and times.interrupted_at else ""
                self.stdout.write(textwrap.indent(textwrap.fill(answer.text + cut, 110), "  ") + "\n")
        records = list_turns(tenant_id=tenant_id, conversation_id=call.conversation_id)
        cost = sum(each.cost_micros for each in records)
        tokens = sum(each.input_tokens + each.output_tokens for each in records)
        self.stdout.write(f"Cost: {cost / 1e6:.6f} {records[0].currency if records else 'USD'} ({tokens} tokens)")
        until = monotonic() + MEMORY_SECONDS
        episodes: list[Any] = []
        while len(episodes) < len(turns) and monotonic() < until:
            episodes = list_episodes(tenant_id=tenant_id, contact_id=call.contact_id, origin="contact")
            sleep(0.5)
        facts = list_facts(tenant_id=tenant_id, contact_id=call.contact_id)
        self.stdout.write(f"Remembered of {call.contact_name}: {len(episodes)} things said, {len(facts)} facts")
        for fact in facts:
            self.stdout.write(f"  {fact.label}: {fact.value}")
        faults = []
        if len(turns) != len(QUESTIONS):
            faults.append(f"{len(QUESTIONS)} questions became {len(turns)} turns")
        if call.interruptions != 1 or len(turns) <= INTERRUPTED or not turns[INTERRUPTED].interrupted_at:
            faults.append("the second answer was not the one that was interrupted")
        if call.state != "ended" or len(answers) != len(turns):
            faults.append(f"the call is {call.state} with {len(answers)} answers")
        return faults
