"""`manage.py demo`: sign up, ingest, ask, and serve; with `--once` it ends after the answers, non-zero on any fault."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from rapport.config import ROOT, get_config
from rapport.health import check_health

START_SECONDS = 90
MANAGE = str(ROOT / "manage.py")


class Command(BaseCommand):
    help = "Sign up a demo company whose knowledge is docs/, ask its agent three questions, then serve until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end after the answers; non-zero if one is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] and "RAPPORT_DEMO_CHILD" not in os.environ:
            sys.exit(_in_a_fresh_folder())
        call_command("migrate", verbosity=0)
        _refuse_taken_ports()
        server = subprocess.Popen([sys.executable, MANAGE, "run"], start_new_session=True)  # noqa: S603  our own command
        try:
            wrong = self._show(server)
            if options["once"]:
                sys.exit(1 if wrong else 0)
            self._say("\nServing until Ctrl-C.")
            server.wait()
        except KeyboardInterrupt:
            self._say("\nStopping…")
        finally:
            _stop(server)

    def _show(self, server: "subprocess.Popen[bytes]") -> int:
        """Sign up, ingest, ask. Returns how many answers were wrong."""
        from frontend.demo.company import ensure_demo_company, submit_docs

        started = monotonic()
        company = ensure_demo_company()
        _await_ready(server)
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


def _in_a_fresh_folder() -> int:
    """Run the same command on an empty folder and free ports, so that it proves something and disturbs nothing."""
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        port, demo_port = _free_port(), _free_port()
        environment = os.environ | {
            "RAPPORT_DEMO_CHILD": "1",
            "DATA_DIR": str(Path(folder) / "d"),
            "PORT": str(port),
            "DEMO_SITE_PORT": str(demo_port),
            "PUBLIC_URL": f"http://localhost:{port}",
        }
        return subprocess.call([sys.executable, MANAGE, "demo", "--once"], env=environment)  # noqa: S603  our own command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _refuse_taken_ports() -> None:
    config = get_config()
    for name, port in (("PORT", config.port), ("DEMO_SITE_PORT", config.demo_site_port)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(f"Port {port} is already in use. Choose another one: {name}={port + 100} make demo")


def _await_ready(server: "subprocess.Popen[bytes]") -> None:
    """Wait until every part says that it is ready."""
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        if server.poll() is not None:
            raise CommandError("Rapport stopped while starting; the lines above say why.")
        try:
            if httpx.get(f"{get_config().public_url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        sleep(0.2)
    reasons = [f"\n  {part.name}: {part.message}" for part in check_health() if not part.is_ready]
    raise CommandError(f"Rapport was not ready after {START_SECONDS} s.{''.join(reasons)}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
