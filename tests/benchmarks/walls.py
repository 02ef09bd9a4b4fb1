"""What row-level security costs a request: `python -m tests.benchmarks.walls [--tenants N] [--rounds N]`.

The same requests of the product in one process, each on three sides in turn: with the walls; on a copy of the database
where row-level security is switched off (what the policies cost); and there with a `tenant_scope` that does nothing in
the database either (what transactions and `set_config` cost as well). Beside the time it takes the processor time of
this process and of PostgreSQL's, which other work on the machine moves little. The last line is one JSON object.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from tests import servers
from tests.benchmarks.walls_data import Company, fill

SIDES = ("walls", "no policies", "no walls")
TARGET = 1.05
WARM_UP = 3  # rounds that do not count


class Spent(NamedTuple):
    seconds: float
    cpu: float


Times = dict[str, dict[str, list[Spent]]]  # what, side


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tenants", type=int, default=200, help="with a thousand passages each")
    arguments.add_argument("--rounds", type=int, default=300)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder, servers.fresh_database() as walled:
        _prepare(folder, walled)
        company = fill(options.tenants, servers.ROOT / "docs")
        tasks = {**requests_of(company), **queries_of(company)}
        _leave()
        with servers.fresh_database(walled.name) as open_database:
            _switch_off(open_database)
            times = _measure(tasks, options.rounds, walled, open_database)
    result = {name: _compare(sides) for name, sides in times.items()}
    _show(result)
    print(json.dumps({"tenants": options.tenants, "rounds": options.rounds, **result, **_judge(result)}))
    return 0


def _prepare(folder: str, database: servers.Database) -> None:
    os.environ.update(
        database.settings, DATA_DIR=folder, DJANGO_SETTINGS_MODULE="rapport.settings", LOG_LEVEL="ERROR",
        EMAIL_URL="embedded:", ALLOWED_HOSTS="localhost", SECRET_KEY="only-for-benchmarks-" + "x" * 40,
    )  # fmt: skip
    (Path(folder) / "static").mkdir()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _leave() -> None:
    """Nobody may be connected to a database that is copied."""
    from django.db import connections

    connections["default"].close()
    connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one


def _switch_off(database: servers.Database) -> None:
    """A table without row-level security keeps its policies and does not ask them."""
    import psycopg
    from django.apps import apps

    from tenants.scoped import TenantModel

    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)]
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY".encode())
        owner.execute(b"VACUUM ANALYZE")


def requests_of(company: Company) -> dict[str, Callable[[], object]]:
    """Pages of the dashboard and of the API through all of Django, and a whole turn: search, answer, trace."""
    from django.test import Client

    from rapport.ids import Prefix, encode

    browser = Client(SERVER_NAME="localhost", raise_request_exception=True)
    browser.force_login(company.owner, backend="allauth.account.auth_backends.AuthenticationBackend")

    def get(path: str) -> Callable[[], object]:
        def perform() -> object:
            response = browser.get(path)
            assert response.status_code == 200, (path, response.status_code, response.content[:300])
            return response

        return perform

    document = encode(Prefix.DOCUMENT, company.document_id)
    return {
        "home page": get("/"),
        "knowledge page": get("/knowledge/"),
        "document page": get(f"/knowledge/documents/{document}/"),
        "GET /v1/documents": get("/v1/documents"),
        "search page": get("/search/?q=How+do+I+use+PostgreSQL"),
        "turn": _turn(company),
    }


def _turn(company: Company) -> Callable[[], object]:
    from agents.runtime.parts import get_parts
    from agents.runtime.turn import answer_turn
    from agents.services import post_message, start_conversation
    from ingestion.contacts.services import create_visitor
    from tenants.actors import SYSTEM

    tenant_id, contact = company.tenant_id, create_visitor(tenant_id=company.tenant_id)
    asked = iter(range(1_000_000))

    def perform() -> None:
        conversation = start_conversation(
            tenant_id=tenant_id, agent_id=company.agent_id, contact_id=contact, actor=SYSTEM, channel="test"
        )
        text = f"How do I use PostgreSQL on machine {next(asked)}?"  # an answer that is known already costs nothing
        posted = post_message(
            tenant_id=tenant_id, conversation_id=conversation, text=text, idempotency_key="", actor=SYSTEM
        )
        answer_turn(tenant_id=tenant_id, turn_id=posted.turn_id, parts=get_parts())

    return perform


def queries_of(company: Company) -> dict[str, Callable[[], object]]:
    """The database's own part, without Django's pages: ten passages by id, a page of documents, and an empty scope."""
    from ingestion.models import Chunk
    from ingestion.selectors import get_passages, list_documents
    from tenants.context import tenant_scope

    with tenant_scope(company.tenant_id):
        ids = list(Chunk.objects.filter(document_id=company.document_id).values_list("id", flat=True)[:10])

    def scope() -> None:
        with tenant_scope(company.tenant_id):
            pass

    return {
        "query: ten passages": lambda: get_passages(tenant_id=company.tenant_id, ids=ids),
        "query: fifty documents": lambda: list_documents(tenant_id=company.tenant_id),
        "query: empty scope": scope,
    }


def _measure(
    tasks: Mapping[str, Callable[[], object]], rounds: int, walled: servers.Database, without: servers.Database
) -> Times:
    times: Times = {name: {side: [] for side in SIDES} for name in tasks}
    with _connected(walled) as to_walled, _connected(without) as to_other:
        for number in range(-WARM_UP, rounds):
            for name, task in tasks.items():
                for side in random.sample(SIDES, len(SIDES)):
                    with _on(to_walled if side == "walls" else to_other, is_bare=side == "no walls") as backend:
                        spent = _spend(task, backend)
                    if number >= 0:
                        times[name][side].append(spent)
            if number % 50 == 49:
                print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return times


def _spend(task: Callable[[], object], backend: int) -> Spent:
    cpu, began = time.process_time() + _cpu_of(backend), time.perf_counter()
    task()
    return Spent(time.perf_counter() - began, time.process_time() + _cpu_of(backend) - cpu)


def _cpu_of(pid: int) -> float:
    """Seconds on a processor, to the nanosecond (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def _connected(database: servers.Database) -> Iterator[Any]:
    """A connection of the product's kind that stays open, so that each request is on the same process of PostgreSQL."""
    from django.db import connections

    from rapport.config import get_config
    from rapport.database import database_settings

    ours = connections["default"].settings_dict
    theirs = {**ours, **database_settings(get_config(), database.app_url), "CONN_MAX_AGE": None}
    theirs["OPTIONS"] = {name: value for name, value in theirs["OPTIONS"].items() if name != "pool"}
    connection = connections.create_connection("default")
    connection.settings_dict = theirs
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _on(connection: Any, *, is_bare: bool) -> Iterator[int]:
    """This connection for everybody; yields the pid of the process behind it. Bare: as where there is no such wall."""
    from django.db import connections

    context: Any = import_module("tenants.context")
    kept = context.connection
    connections["default"] = connection
    connection.ensure_connection()
    if is_bare:
        context.connection = SimpleNamespace(vendor="none")
    try:
        yield connection.connection.info.backend_pid
    finally:
        context.connection = kept


def _compare(sides: Mapping[str, list[Spent]]) -> dict[str, float]:
    walls, no_policies, no_walls = ([each.seconds * 1000 for each in sides[side]] for side in SIDES)
    cpu, cpu_no_policies, cpu_no_walls = ([each.cpu * 1000 for each in sides[side]] for side in SIDES)
    return {
        "walls_ms": _p50(walls),
        "no_policies_ms": _p50(no_policies),
        "no_walls_ms": _p50(no_walls),
        "policies_ratio": _ratio(walls, no_policies),
        "walls_ratio": _ratio(walls, no_walls),
        "walls_cpu_ms": _p50(cpu),
        "policies_cpu_ratio": _ratio(cpu, cpu_no_policies),
        "walls_cpu_ratio": _ratio(cpu, cpu_no_walls),
    }


def _p50(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def _ratio(one: list[float], other: list[float]) -> float:
    return round(statistics.median(one) / statistics.median(other), 3)


def _judge(result: Mapping[str, Mapping[str, float]]) -> dict[str, object]:
    """By requests; what the queries cost alone explains them."""
    judged = [each for name, each in result.items() if not name.startswith("query")]
    ratios = ("policies_ratio", "walls_ratio", "policies_cpu_ratio", "walls_cpu_ratio")
    worst = {f"worst_{name}": max(each[name] for each in judged) for name in ratios}
    return {
        **worst,
        "target_ratio": TARGET,
        "is_met": worst["worst_policies_ratio"] <= TARGET,
        "load_average": round(os.getloadavg()[0], 1),
    }


def _show(result: Mapping[str, Mapping[str, float]]) -> None:
    row = "{:24}" + " {:>11}" * 8
    print(
        row.format("p50", *(f"{side}" for side in SIDES), "policies", "all", "CPU", "policies", "all"), file=sys.stderr
    )
    for name, each in result.items():
        print(row.format(name, *each.values()), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
