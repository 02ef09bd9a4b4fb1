"""`manage.py demo`: sign up, ingest, ask, and serve; with `--once` it ends after the answers, non-zero on any fault."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from frontend.demo.serving import CHILD, await_ready, in_a_fresh_folder, refuse_taken_ports, start_product, stop_product
from rapport.config import get_config


class Command(BaseCommand):
    help = "Sign up a demo company whose knowledge is docs/, ask its agent three questions, then serve until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end after the answers; non-zero if one is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] and CHILD not in os.environ:
            sys.exit(in_a_fresh_folder("demo", "--once"))
        call_command("migrate", verbosity=0)
        refuse_taken_ports()
        server = start_product()
        try:
            wrong = self._show(server)
            if options["once"]:
                sys.exit(1 if wrong else 0)
            self._say("\nServing until Ctrl-C.")
            server.wait()
        except KeyboardInterrupt:
            self._say("\nStopping…")
        finally:
            stop_product(server)

    def _show(self, server: "subprocess.Popen[bytes]") -> int:
        """Sign up, ingest, ask. Returns how many answers were wrong."""
        from frontend.demo.company import ensure_demo_company, submit_docs

        started = monotonic()
        company = ensure_demo_company()
        await_ready(server)
        self._ingest(company, submit_docs(company))
        wrong = self._ask(company)
        config = get_config()
        self._say(f"\nFrom start to here: {monotonic() - started:.0f} s")
        self._say(f"Dashboard       {config.public_url}   ({company.email}, password {company.password})")
        self._say(f"Customer's page {company.demo_site}   (with the widget on it)")
        return wrong

    def _ingest(self, company: Any, total: int) -> None:
        from frontend.demo.company import follow_ingest

        progress, shown = None, -1
        for progress in follow_ingest(company, total):
            if progress.ready != shown:
                shown = progress.ready
                self._say(f"Ingesting docs/ [{'█' * (20 * shown // total):<20}] {shown}/{total}")
        if progress is None or not progress.is_over:
            raise CommandError("The documents were not ready in time; the lines above say which process is in trouble.")
        for line in progress.failed:
            raise CommandError(f"A page of docs/ could not be ingested: {line}")

    def _ask(self, company: Any) -> int:
        from frontend.demo.script import SCRIPT, faults
        from frontend.demo.visitor import Visitor

        wrong = 0
        with Visitor(get_config().public_url, key=company.widget_key, origin=company.demo_site) as visitor:
            for question in SCRIPT:
                began = monotonic()
                answer = visitor.ask(question.text)
                found = faults(question, answer)
                wrong += bool(found)
                self._say(f"\n▸ {question.text}   ({(monotonic() - began) * 1000:.0f} ms)")
                self._say("  " + answer.text.replace("\n", "\n  "))
                for each in answer.citations:
                    self._say(f"  [{each.marker}] {each.title} — {each.url}")
                for fault in found:
                    self._say(self.style.ERROR(f"  WRONG: {fault}"))
        return wrong

    def _say(self, text: str, ending: str = "\n") -> None:
        self.stdout.write(text, ending=ending)
