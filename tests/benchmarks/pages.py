"""How long the server works on each page of the dashboard for a company with 100,000 conversations: `make bench-pages`.

    python -m tests.benchmarks.pages [--conversations N] [--rounds N] [--only /,/inbox/] [--keep FOLDER]

Each page through all of Django in one process, the pages in turn, so that what else the machine does meets all alike;
on SQLite, or with `--real` on PostgreSQL with its walls (make services). Beside the time that passed the processor time
of this process, which on SQLite is all there is, and what would have passed had the machine been as fast all the time
as at its best: a loop that is always the same runs before each page and says how fast it is just then. `--keep` uses
the database of FOLDER again. The last line is one JSON object.
"""

import argparse
import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.benchmarks.figures import percentile

if TYPE_CHECKING:
    from tests.benchmarks.pages_data import Filled

TARGET_MS = 100.0
WARM_UP = 2  # rounds that do not count
FURTHER = (
    "/figures/",
    "/now/",
    "/inbox/list/",
    "/inbox/list/?show=all",
    "/inbox/list/?show=mine",
    "/inbox/list/?show=closed",
    "/conversations/?q=refund",
    "/conversations/?q=nobodysaysthis",
    "/conversations/?channel=phone&state=closed",
    "/contacts/?q=refund",
    "/contacts/?q=c77@example.org",
    "/traces/?outcome=unknown",
    "/traces/?slow=10000",
    "/usage/?days=7",
    "/usage/?days=90",
    "/usage/?dearest=1",
    "/billing/?by=conversation",
    "/billing/?by=channel",
    "/questions/?days=90",
    "/audit/?action=agent.published",
)


class Spent(NamedTuple):
    """Seconds; `loop`: that the loop took just before."""

    seconds: float
    cpu: float
    loop: float
    queries: int


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--conversations", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--only", default="", help="these addresses alone, between commas")
    arguments.add_argument("--keep", type=Path, help="a folder for the database, which is used again")
    arguments.add_argument("--real", action="store_true", help="PostgreSQL instead of SQLite")
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="rapport-pages-") as folder,
        _settings(options.keep or Path(folder), options),
    ):
        filled, seconds = _filled(options)
        chosen = tuple(each for each in options.only.split(",") if each) or addresses(filled)
        measured = _measure(filled, chosen, options.rounds)
    loops = [each.loop * 1000 for spent in measured.values() for each in spent]
    best = percentile(loops, 5)
    figures = {path: _figures(spent, best / 1000) for path, spent in measured.items()}
    loop = {
        name: round(each, 2)
        for name, each in (("best", best), ("p50", percentile(loops, 50)), ("p95", percentile(loops, 95)))
    }
    _show(figures, loop)
    slow = [path for path, each in figures.items() if each["p95_ms"] > TARGET_MS]
    whole = {"conversations": options.conversations, "rounds": options.rounds, "filled_seconds": seconds}
    print(json.dumps({**whole, "loop_ms": loop, "pages": figures, "slow": slow, "is_met": not slow}))
    return 0


@contextmanager
def _settings(folder: Path, options: argparse.Namespace) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "rapport.settings", "LOG_LEVEL": "ERROR"}
    chosen |= {"DEMO_SITE_PORT": "0", "DATABASE_URL": "", "EMAIL_URL": "embedded:", "ALLOWED_HOSTS": "localhost"}
    chosen |= {"SECRET_KEY": "only-for-benchmarks-" + "x" * 40}
    if options.real:
        from tests.prepared import prepared_postgres
        from tests.servers import fresh_database

        with fresh_database(prepared_postgres()) as database:
            os.environ.update({**chosen, **database.settings})
            _set_up(migrates=False)
            yield
            from django.db import connections

            connections.close_all()
        return
    os.environ.update(chosen)
    _set_up(migrates=True)
    yield


def _set_up(*, migrates: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    if migrates:
        call_command("migrate", verbosity=0)


def _filled(options: argparse.Namespace) -> "tuple[Filled, float]":
    from tests.benchmarks.pages_data import fill

    kept = options.keep / "filled.pickle" if options.keep else None
    if kept and kept.exists():
        found: Filled = pickle.loads(kept.read_bytes())
        _after(found)  # indexes may be new, and what the clock keeps
        return found, 0.0
    started = time.monotonic()
    filled = fill(options.conversations)
    _after(filled)
    seconds = round(time.monotonic() - started, 1)
    print(f"{options.conversations:,} conversations after {seconds} s", file=sys.stderr)
    if kept:
        kept.write_bytes(pickle.dumps(filled))
    return filled, seconds


def _after(filled: "Filled") -> None:
    """What the scheduler and the database do by themselves."""
    from django.db import connection

    from agents.activity.summing import roll_up as sum_activity
    from agents.costs.keeping import keep_dearest
    from agents.costs.shares import keep_shares
    from billing.rollups import roll_up
    from rapport.sqlite.statistics import note_statistics

    roll_up(tenant_id=filled.tenant_id)
    sum_activity(tenant_id=filled.tenant_id)
    keep_dearest(tenant_id=filled.tenant_id)
    keep_shares(tenant_id=filled.tenant_id)
    note_statistics()
    if connection.vendor == "postgresql":
        from rapport.database import as_role

        with as_role("DATABASE_OWNER_URL"), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def addresses(filled: "Filled") -> tuple[str, ...]:
    from rapport.ids import Prefix, encode
    from tests.frontend.places import LISTS

    conversation = encode(Prefix.CONVERSATION, filled.conversation_id)
    ones = (
        f"/conversations/{conversation}/",
        f"/inbox/{conversation}/",
        f"/contacts/{encode(Prefix.CONTACT, filled.contact_id)}/",
        f"/traces/{encode(Prefix.TRACE, filled.trace_id)}/",
    )
    return tuple(each for each in LISTS if each != "/welcome/") + FURTHER + ones


def _measure(filled: "Filled", paths: Sequence[str], rounds: int) -> dict[str, list[Spent]]:
    import gc

    from django.test import Client

    from rapport.garbage import leave_alone_what_lives

    browser = Client(SERVER_NAME="localhost", raise_request_exception=True)
    browser.force_login(filled.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    spent: dict[str, list[Spent]] = {path: [] for path in paths}
    gc.freeze()  # both as the product's processes do
    leave_alone_what_lives()
    for number in range(WARM_UP + rounds):
        for path in paths:
            one = _ask(browser, path)
            if number >= WARM_UP:
                spent[path].append(one)
    return spent


def _ask(browser: Any, path: str) -> Spent:
    from django.db import connection

    queries = 0

    def count(execute: Any, *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    loop = _loop()
    with connection.execute_wrapper(count):
        started, cpu = time.perf_counter(), time.process_time()
        response = browser.get(path)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code} {response.content[:300]!r}")
    return Spent(seconds, cpu, loop, queries)


def _loop() -> float:
    """Processor time of always the same work, some 4 ms, in seconds."""
    begun, words = time.process_time(), {}
    for number in range(30_000):
        words[number % 5_000] = str(number)
    return time.process_time() - begun


def _figures(spent: Sequence[Spent], best: float) -> dict[str, float]:
    times, cpu = [each.seconds * 1000 for each in spent], [each.cpu * 1000 for each in spent]
    at_best = [each.seconds * 1000 * min(best / each.loop, 1) for each in spent]
    return {
        "p50_ms": round(percentile(times, 50), 1),
        "p95_ms": round(percentile(times, 95), 1),
        "best_p50_ms": round(percentile(at_best, 50), 1),
        "best_p95_ms": round(percentile(at_best, 95), 1),
        "cpu_p50_ms": round(percentile(cpu, 50), 1),
        "cpu_p95_ms": round(percentile(cpu, 95), 1),
        "queries": max(each.queries for each in spent),
    }


def _show(figures: dict[str, dict[str, float]], loop: dict[str, float]) -> None:
    print(f"  the same loop took {loop['best']} ms at best, {loop['p50']} in the median, {loop['p95']} at p95")
    print(f"  {'page':45} {'p50 ms':>8} {'p95 ms':>8}   {'at its best':>17} {'processor':>17} {'queries':>8}")
    for path, each in sorted(figures.items(), key=lambda item: -item[1]["p95_ms"]):
        cpu = f"{each['cpu_p50_ms']:.1f} / {each['cpu_p95_ms']:.1f}"
        best = f"{each['best_p50_ms']:.1f} / {each['best_p95_ms']:.1f}"
        print(f"  {path:45} {each['p50_ms']:8.1f} {each['p95_ms']:8.1f}   {best:>17} {cpu:>17} {each['queries']:8.0f}")


if __name__ == "__main__":
    sys.exit(main())
