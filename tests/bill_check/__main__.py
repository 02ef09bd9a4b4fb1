"""`make bill-check`: a month of many companies through the ledger: `python -m tests.bill_check [--facts N] [--real]`.

Some facts are told twice, some after the month was closed, all out of order, by processes that are killed. It ends with
the ledger, its hours and days, the statements and a reckoning of our own compared to the micro-unit, and with how fast
facts were charged beside bare bulk inserts into the same table. The last line is one JSON object. Non-zero when
anything differs.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parents[2]


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tenants", type=int, default=50)
    arguments.add_argument("--facts", type=int, default=1_000_000, help="rows of all companies together, about")
    arguments.add_argument("--kills", type=int, default=12)
    arguments.add_argument("--tellers", type=int, default=2, help="processes that tell at the same time")
    arguments.add_argument("--seed", type=int, default=10)
    arguments.add_argument("--real", action="store_true", help="on PostgreSQL (make services), else on SQLite")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder, _database(folder, real=options.real):
        result = run(options, Path(folder))
    print(json.dumps(result))
    return 0 if not result["differences"] else 1


@contextmanager
def _database(folder: str, *, real: bool) -> Iterator[None]:
    """This process's and its children's."""
    from tests import servers
    from tests.prepared import prepare_folder

    os.environ.update(
        DATA_DIR=folder, DJANGO_SETTINGS_MODULE="rapport.settings", LOG_LEVEL="ERROR", EMAIL_URL="embedded:",
        SECRET_KEY="only-for-the-check-" + "x" * 40, ALLOWED_HOSTS="localhost",
    )  # fmt: skip
    if real:
        with servers.fresh_database() as database:
            os.environ.update(database.settings)
            _set_up(migrate=True)
            yield
            _leave()
        return
    prepare_folder(Path(folder))
    _set_up(migrate=False)
    yield
    _leave()


def _set_up(*, migrate: bool) -> None:
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)


def _leave() -> None:
    from django.db import connections

    connections["default"].close()
    if hasattr(connections["default"], "close_pool"):
        connections["default"].close_pool()


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from django.db import connection

    from billing.periods import list_periods
    from tests.bill_check import books
    from tests.bill_check.month import Month, expect
    from tests.bill_check.speed import race

    month = Month.before(datetime.now(UTC), options.seed, options.facts // options.tenants)
    tenants = _companies(options.tenants, month)
    plan = {
        "starts_at": month.starts_at.isoformat(), "ends_at": month.ends_at.isoformat(), "seed": month.seed,
        "facts": month.facts, "tenants": [str(each) for each in tenants], "tellers": options.tellers,
    }  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(plan))
    print(f"{options.tenants} companies, {options.facts:,} facts, {month.starts_at:%B %Y}, {connection.vendor}")
    expected = [expect(month, company) for company in range(options.tenants)]
    result: dict[str, Any] = {"tenants": options.tenants, "database": connection.vendor}
    result["kills"], result["told_seconds"] = _tell(folder, "in_time", options.tellers, options.kills, options.seed)
    began, differences, before = time.monotonic(), [], []
    for company, tenant_id in enumerate(tenants):
        differences += books.differences_at_close(tenant_id, company, month, expected[company])
        before.append(list_periods(tenant_id=tenant_id)[0].statement)
    result["closed_seconds"] = round(time.monotonic() - began, 1)
    kills, result["late_seconds"] = _tell(folder, "late", options.tellers, max(1, options.kills // 4), options.seed)
    result["kills"] += kills
    for company, tenant_id in enumerate(tenants):
        differences += books.differences_at_end(tenant_id, company, before[company], expected[company])
    result.update(_tally(tenants), differences=len(differences))
    result["speed"] = race(month, tenants, facts=options.facts, racers=options.tellers)
    _show(result, differences)
    return result


def _companies(count: int, month: Any) -> list[UUID]:
    from tenants.models import User
    from tenants.services import create_tenant
    from tests.bill_check.books import open_books

    owner = User.objects.create_user("owner@bill.example", "only for the check")
    tenants = [create_tenant(name=f"Company {company}", owner_id=owner.id) for company in range(count)]
    for company, tenant_id in enumerate(tenants):
        open_books(tenant_id, company, month)
    return tenants


def _tell(folder: Path, phase: str, tellers: int, kills: int, seed: int) -> tuple[int, float]:
    """(how many were killed, seconds). A teller that is killed is started again."""
    dice, began, killed = random.Random(f"{seed}:{phase}"), time.monotonic(), 0
    running = {share: _start(folder, phase, share) for share in range(tellers)}
    next_kill = began + 6
    while running:
        time.sleep(0.2)
        for share, teller in list(running.items()):
            if teller.poll() is None:
                continue
            if teller.returncode > 0:
                raise RuntimeError(f"A teller ended with {teller.returncode}.")
            del running[share]
            if teller.returncode < 0:
                running[share] = _start(folder, phase, share)
        if killed < kills and running and time.monotonic() > next_kill:
            running[dice.choice(sorted(running))].kill()
            killed, next_kill = killed + 1, time.monotonic() + dice.uniform(3, 9)
    return killed, round(time.monotonic() - began, 1)


def _start(folder: Path, phase: str, share: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bill_check.teller", "--plan", str(folder / "plan.json"),
               "--share", str(share), "--phase", phase]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT)


def _tally(tenants: Sequence[UUID]) -> dict[str, int]:
    from django.db.models import Count, Sum

    from billing.models import BillingPeriod, UsageRecord, UsageRollup
    from tenants.context import tenant_scope

    tally = dict.fromkeys(("facts", "sums", "cost_micros", "list_micros", "due_micros"), 0)
    for tenant_id in tenants:
        with tenant_scope(tenant_id):
            rows = UsageRecord.objects.aggregate(facts=Count("id"), cost=Sum("cost_micros"), price=Sum("price_micros"))
            tally["facts"] += rows["facts"]
            tally["cost_micros"] += rows["cost"]
            tally["list_micros"] += rows["price"]
            tally["sums"] += UsageRollup.objects.count()
            tally["due_micros"] += sum(BillingPeriod.objects.values_list("due_micros", flat=True))
    return tally


def _show(result: dict[str, Any], differences: Sequence[str]) -> None:
    for name, value in result.items():
        if name == "speed":
            continue
        print(f"  {name.replace('_', ' '):<24} {value:>18,}" if isinstance(value, int) else f"  {name:<24} {value:>18}")
    for name, figures in result["speed"].items():
        print(f"  {name:<24} {figures['a_second']:>10,} a second; processor, us for each: "
              f"ours {figures['our_microseconds']}, PostgreSQL's {figures['server_microseconds']}")  # fmt: skip
    for each in differences[:20]:
        print(f"DIFFERS  {each}")
    if not differences:
        print("Ledger, hours, days and statements are equal, to the micro-unit.")


if __name__ == "__main__":
    sys.exit(main())
