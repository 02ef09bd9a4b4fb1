"""What `test_pooler.py` has a process of the product do: `python -m tests.tenants.behind_pooler NAME` prints JSON.

DATABASE_URL names a pooler that has one connection to PostgreSQL, so all threads' transactions follow each other on it.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any
from uuid import UUID, uuid4

TENANTS, THREADS, ROUNDS = 4, 8, 60


def interleaved() -> dict[str, Any]:
    """Threads take turns in scopes of several tenants, some of which fail, nest or ask outside of one."""
    from django.db import connection

    companies = _companies()
    backends: set[int] = set()
    wrong: list[str] = []

    def work(seed: int) -> None:
        chance = Random(seed)
        for _ in range(ROUNDS):
            mine, other = chance.sample(companies, 2)
            _look(mine, other, wrong, backends, fails=chance.random() < 0.2)
            wrong.extend(f"outside: {row}" for row in _ask("SELECT tenant_id FROM tenants_auditentry"))
            wrong.extend(f"left behind: {left}" for ((left,),) in [_ask(SETTING)] if left)
            connection.close()

    _together([partial(work, seed) for seed in range(THREADS)])
    return {"wrong": wrong[:5], "backends": len(backends), "settings": _ask(SETTINGS)}


SETTING = "SELECT current_setting('app.tenant_id', true)"
# what the session keeps, without what the server and the client were started with
SETTINGS = "SELECT name, setting FROM pg_settings WHERE source = 'session' AND context = 'user' ORDER BY name"


def _look(mine: UUID, other: UUID, wrong: list[str], backends: set[int], *, fails: bool) -> None:
    from tenants.context import tenant_scope
    from tenants.models import AuditEntry

    try:
        with tenant_scope(mine):
            seen = {tenant for (tenant,) in _ask("SELECT DISTINCT tenant_id FROM tenants_auditentry")}
            with tenant_scope(other):
                inner = {entry.tenant_id for entry in AuditEntry.objects.iterator(chunk_size=1)}
            after = {tenant for (tenant,) in _ask("SELECT DISTINCT tenant_id FROM tenants_auditentry")}
            backends.update(number for (number,) in _ask("SELECT pg_backend_pid()"))
            if (seen, inner, after) != ({mine}, {other}, {mine}):
                wrong.append(f"{mine} saw {seen}, {other} within it {inner}, afterwards {after}")
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass


def leaking() -> dict[str, Any]:
    """The opposite of what the product does: a setting for the session, which the next client finds."""
    tenant = _companies()[0]
    _ask(f"SELECT set_config('app.tenant_id', '{tenant}', false)")
    found: list[Any] = []
    _together([lambda: found.extend(_ask("SELECT DISTINCT tenant_id FROM tenants_auditentry"))])
    return {"found": [str(each) for (each,) in found], "tenant": str(tenant)}


def streams() -> dict[str, Any]:
    """Two companies' exports, read line by line in turns: a scope kept open between lines would block the other."""
    from billing import selectors
    from frontend.pages.usage import COLUMNS, cells_of
    from frontend.spreadsheet import write_csv

    owners = _companies()[:2]
    for tenant in owners:
        _use(tenant)
    exports = [
        write_csv(COLUMNS, map(cells_of, selectors.iterate_usage(tenant_id=tenant, page=7))) for tenant in owners
    ]
    seen: list[list[str]] = [[], []]
    for lines in zip(*exports, strict=True):
        for mine, line in zip(seen, lines, strict=True):
            mine.append(line)
    return {
        "lines": [len(each) for each in seen],
        "own": [sum(str(tenant) in line for line in each[1:]) for tenant, each in zip(owners, seen, strict=True)],
    }


def _use(tenant: UUID) -> None:
    """Thirty rows of the ledger that say in a column of their own whose they are."""
    from django.utils import timezone

    from billing.models import Meter, UsageRecord
    from tenants.context import tenant_scope

    with tenant_scope(tenant):
        UsageRecord.objects.bulk_create(
            UsageRecord(
                source_event_id=uuid4(),
                meter=Meter.MESSAGES,
                step=str(tenant),
                quantity=1,
                cost_micros=0,
                currency="USD",
                price_version="none",
                occurred_at=timezone.now(),
            )
            for number in range(30)
        )


def _companies() -> list[UUID]:
    """Made once for a database; each has rows in its audit log."""
    from tenants.models import Tenant
    from tests.cast import make_company, make_user

    for number in range(TENANTS - Tenant.objects.count()):
        make_company(f"Company {number}", make_user(f"owner{number}@company.example"), "https://company.example")
    return list(Tenant.objects.order_by("created_at").values_list("id", flat=True))


def _ask(query: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _together(tasks: list[Callable[[], None]]) -> None:
    """Each in a thread, and its connection given back; the first failure is raised here."""
    from django.db import connection

    failures: list[Exception] = []

    def perform(task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    connection.close()
    threads = [threading.Thread(target=perform, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    import django

    django.setup()
    chosen: Callable[[], dict[str, Any]] = globals()[sys.argv[1]]
    print(json.dumps(chosen()))


if __name__ == "__main__":
    main()
