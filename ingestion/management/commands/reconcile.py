"""`manage.py reconcile`: compare the vector store and the graph with PostgreSQL, mend what differs, say what it was."""

import json
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from ingestion.management.tenants import chosen_tenants
from ingestion.pipeline.stores import Stores, get_stores
from ingestion.projections.findings import Kind, Tally
from ingestion.projections.reconcile import OF_STORE, compare, compare_tenants, write_report
from ingestion.projections.schedule import exclusive_stores
from ingestion.projections.steps import Task
from rapport.errors import RapportError
from rapport.maintenance import MaintenanceCommand


class Command(MaintenanceCommand):
    help = (
        "Compare the stores with PostgreSQL by id, let passages search for themselves, and mend what differs. "
        "Fails when something differs and was not mended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", help="only this tenant (its slug or UUID)")
        parser.add_argument("--store", choices=list(OF_STORE), help="only this store")
        parser.add_argument(
            "--repair",
            action=BooleanOptionalAction,
            default=True,
            help="mend what differs (default); --no-repair looks",
        )
        parser.add_argument("--dry-run", action="store_false", dest="repair", help="the same as --no-repair")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        names = (options["store"],) if options["store"] else tuple(OF_STORE)
        tenants = chosen_tenants(options["tenant"])
        try:
            stores = get_stores()
            stores.graph.prepare()  # constraints that were lost are made again before anything is written
            tallies = {each: _compare(each, stores, names, mends=options["repair"]) for each in tenants}
            gone = Tally()
            if not options["tenant"]:
                gone = compare_tenants(stores, mends=options["repair"], names=names, owns_all=exclusive_stores())
        except RapportError as error:
            raise CommandError(error.message) from None
        self._report(tallies, gone, as_json=options["json"])
        if left := gone.left + sum(tally.left for tally in tallies.values()):
            raise CommandError(f"{left} differences are left. Run it without --dry-run to mend them.")

    def _report(self, tallies: dict[UUID, Tally], gone: Tally, *, as_json: bool) -> None:
        total = Tally()
        for tally in [*tallies.values(), gone]:
            total.add(tally)
        if as_json:
            by_tenant = {str(each): tally.to_json() for each, tally in tallies.items()}
            whole = {"tenants": by_tenant, "total": total.to_json(), "left": total.left}
            self.stdout.write(json.dumps(whole, sort_keys=True))
            return
        looked_at = ", ".join(f"{count:,} {name}" for name, count in sorted(total.checked.items()))
        self.stdout.write(f"{len(tallies):,} tenants compared: {looked_at or 'nothing'}.")
        for line in _table(total):
            self.stdout.write(line)


def _compare(tenant_id: UUID, stores: Stores, names: Sequence[str], *, mends: bool) -> Tally:
    tally = compare(Task(tenant_id, stores.of(tenant_id), mends), [step for name in names for step in OF_STORE[name]])
    if len(names) == len(OF_STORE):
        write_report(tenant_id, tally)
    return tally


def _table(total: Tally) -> list[str]:
    if not total.found:
        return ["Nothing differs."]
    width = max(len(Kind(kind).label) for kind in total.found)
    rows = [f"{'':{width}}  {'found':>8}  {'mended':>8}"]
    for kind, count in total.found.items():
        rows.append(f"{Kind(kind).label:{width}}  {count:>8,}  {total.mended[kind]:>8,}")
    return rows
