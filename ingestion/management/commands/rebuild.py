"""`manage.py rebuild vectors|graph`: make a store again from PostgreSQL, while answers go on."""

import sys
import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from ingestion.management.tenants import chosen_tenants
from ingestion.pipeline.stores import Stores, get_stores
from ingestion.projections.rebuild import Advance, Finished, forget_progress, rebuild
from ingestion.projections.reconcile import OF_STORE
from rapport.errors import RapportError
from rapport.maintenance import MaintenanceCommand


class Command(MaintenanceCommand):
    help = (
        "Write everything again from PostgreSQL, under the same ids, then remove what PostgreSQL does not know. "
        "Nothing is embedded again. Stopped, it goes on where it was when it is run once more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", choices=list(OF_STORE))
        parser.add_argument("--tenant", help="only this tenant (its slug or UUID)")
        parser.add_argument("--from-start", action="store_true", help="do not go on where an earlier run stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = chosen_tenants(options["tenant"])
        other_model = 0
        try:
            stores = get_stores()
            stores.graph.prepare()
            for number, tenant_id in enumerate(tenants, start=1):
                if options["from_start"]:
                    forget_progress(options["store"], tenant_id)
                title = f"tenant {number} of {len(tenants)}"
                other_model += self._rebuild(options["store"], tenant_id, stores, title).other_model
        except RapportError as error:
            raise CommandError(f"{error.message} Run it again: it goes on where it was.") from None
        if other_model:
            raise CommandError(
                f"{other_model:,} passages have vectors of another embedding model and were left out. "
                "`manage.py reembed` computes them."
            )

    def _rebuild(self, store: str, tenant_id: UUID, stores: Stores, title: str) -> Finished:
        started = time.monotonic()
        written = Advance(0, 0)

        def show(advance: Advance) -> None:
            nonlocal written
            written = advance
            if sys.stdout.isatty():
                self.stdout.write(f"\r{_line(advance, time.monotonic() - started)}, {title} ", ending="")
                self.stdout.flush()

        finished = rebuild(store, tenant_id, stores, on_progress=show)
        if sys.stdout.isatty():
            self.stdout.write("\r\x1b[K", ending="")
        seconds, mended = time.monotonic() - started, sum(finished.tally.mended.values())
        self.stdout.write(f"{title}: {written.done:,} documents in {seconds:.1f} s, {mended:,} differences mended.")
        return finished


def _line(advance: Advance, seconds: float) -> str:
    """A bar, how many, and how long it still takes."""
    share = advance.done / advance.total if advance.total else 1.0
    left = seconds / share - seconds if share else 0.0
    bar = "█" * round(share * 24)
    return f"{bar:░<24} {advance.done:,} of {advance.total:,} documents, {left:,.0f} s left"
