"""How long it takes to find past turns, by how much a contact has said and how many tenants there are.

    python -m tests.benchmarks.recall [--embedded] [--questions N] [--tenants N] [--sizes 1000,10000,100000]

Contacts of one tenant with 1,000, 10,000 and 100,000 turns and a thousand tenants with 200 each, in PostgreSQL with its
walls (make services), asked in turns by one process, with the built-in embedder in its own. Beside it, in the same run,
a plain scan: every vector of the contact compared as float32, and nothing else. The last line is one JSON object.
"""

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.benchmarks.figures import percentile

if TYPE_CHECKING:
    from tests.benchmarks.recalling.crowd import Company, Contact, Words

TARGET_MS, TARGET_SPREAD = 50.0, 0.2
OTHERS_TURNS, LIMIT, WARM_UP = 200, 20, 5
CONVERSATIONS = 500  # different ones, of twenty turns
MANY = "tenants"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--embedded", action="store_true", help="SQLite instead of PostgreSQL")
    parser.add_argument("--questions", type=int, default=200, help="for each contact")
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--sizes", default="1000,10000,100000")
    options = parser.parse_args()
    sizes = [int(each) for each in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="rapport-recall-") as folder, _settings(folder, options.embedded):
        figures = _measure(sizes, options.tenants, options.questions)
    sys.stdout.write(f"{json.dumps(figures)}\n")


@contextmanager
def _settings(folder: str, is_embedded: bool) -> Iterator[None]:
    if is_embedded:
        from tests.benchmarks.finding.company import settings

        with settings(Path(folder), is_real=False):
            yield
        return
    from tests.prepared import prepared_postgres
    from tests.servers import fresh_database

    with fresh_database(prepared_postgres()) as database:
        os.environ.update(database.settings)
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "rapport.settings", "LOG_LEVEL": "WARNING"}
        os.environ.setdefault("SECRET_KEY", "only-for-this-benchmark-" + "x" * 30)
        os.environ |= {"EMAIL_URL": "embedded:", "ALLOWED_HOSTS": "localhost", "DEMO_SITE_PORT": "0"}
        import django

        django.setup()
        yield
        from django.db import connections

        connections.close_all()


def _measure(sizes: Sequence[int], tenants: int, questions: int) -> dict[str, Any]:
    from agents.memory.episodes.embedding import embedder_of
    from tests.benchmarks.recalling.crowd import Words, fill_contact, make_talks

    words = Words(7)
    talks = make_talks(CONVERSATIONS, words)
    companies = _found(1 + tenants)
    model = embedder_of(companies[0].tenant_id).model.key
    contacts = {f"{size:,}": fill_contact(companies[0], size, talks, model) for size in sizes}
    others = [fill_contact(each, OTHERS_TURNS, random.sample(talks, 10), model) for each in companies[1:]]
    _tidy()
    first = {name: _ask_first(each, words) for name, each in contacts.items()}
    cold = [_ask(each, words) for each in others]
    for each in contacts.values():  # so many others may have taken their room
        _ask_first(each, words)
    gc.freeze()  # as the product's processes do when they have begun
    asked = {name: [each] for name, each in contacts.items()} | ({f"{tenants:,} {MANY}": others} if others else {})
    figures = _in_turns(asked, words, questions)
    _print(figures, first, cold)
    plain = {name: _scan(size) for name, size in zip(contacts, sizes, strict=True)}
    sys.stdout.write(f"  plain scan, nothing else, p50: {', '.join(f'{n} {ms:.1f} ms' for n, ms in plain.items())}\n")
    return {
        "recall": figures,
        "first_ms": {name: round(each.ms, 1) for name, (each, _) in first.items()},
        "whole_after_ms": {name: round(after, 1) for name, (_, after) in first.items()},
        "first_of_tenants_ms": _percentiles([each.ms for each in cold]) if cold else {},
        "plain_scan_ms": plain,
        **_judge(figures),
    }


def _found(count: int) -> "list[Company]":
    from agents.services import create_agent
    from tenants.actors import SYSTEM
    from tenants.services import create_tenant, create_user
    from tests.benchmarks.recalling.crowd import Company

    owner = create_user(email="bench-recall@rapport.example", password="bench bench bench")
    tenants = [create_tenant(name=f"Company {number}", owner_id=owner) for number in range(count)]
    return [Company(each, create_agent(tenant_id=each, actor=SYSTEM, name="Assistant")) for each in tenants]


def _tidy() -> None:
    """As autovacuum leaves it soon after so much was written."""
    from django.db import connection

    from rapport.database import as_role

    if connection.vendor == "postgresql":
        with as_role("DATABASE_OWNER_URL"), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


class Asked(NamedTuple):
    """Milliseconds of all, of this process's processor time, of waiting for the question's meaning; why it was left
    out; how many turns were found."""

    ms: float
    cpu_ms: float
    meaning_ms: float
    failed: str
    found: int


def _ask_first(contact: "Contact", words: "Words") -> tuple[Asked, float]:
    """The first question to a contact, and after how many milliseconds all that it ever said is searched."""
    started = time.perf_counter()
    asked = _ask(contact, words, is_first=True)
    while _ask(contact, words, is_first=True).found != LIMIT:
        time.sleep(0.05)
    return asked, (time.perf_counter() - started) * 1000


def _ask(contact: "Contact", words: "Words", *, is_first: bool = False) -> Asked:
    from agents.memory.episodes.finding import EpisodeSearch, Wanted
    from tests.benchmarks.recalling.crowd import BEGINS_AT

    wanted = Wanted(contact.contact_id, words.question(), BEGINS_AT + timedelta(days=900), LIMIT, "Assistant")
    started, cpu = time.perf_counter(), time.process_time()
    found = EpisodeSearch().find(contact.tenant_id, wanted)
    ms, cpu_ms = (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000
    if len(found.episodes) != LIMIT and not is_first:
        raise RuntimeError(f"{len(found.episodes)} turns were found, not {LIMIT}.")
    return Asked(ms, cpu_ms, found.embedding_ms, found.failed, len(found.episodes))


def _in_turns(asked: "Mapping[str, Sequence[Contact]]", words: "Words", questions: int) -> dict[str, Any]:
    """Each in turn, so that what else the machine does meets all of them alike."""
    spent: dict[str, list[Asked]] = {name: [] for name in asked}
    for number in range(WARM_UP + questions):
        for name, some in asked.items():
            result = _ask(random.choice(some), words)
            if number >= WARM_UP:
                spent[name].append(result)
    return {
        name: _percentiles([one.ms for one in each])
        | {"cpu_ms": _percentiles([one.cpu_ms for one in each])}
        | {"meaning_ms": _percentiles([one.meaning_ms for one in each])}
        | {"without_meaning": round(sum(bool(one.failed) for one in each) / len(each), 4)}
        for name, each in spent.items()
    }


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    return {"p50": round(percentile(values, 50), 2), "p95": round(percentile(values, 95), 2)}


def _scan(size: int) -> float:
    vectors = np.random.default_rng(1).standard_normal((size, 384), dtype=np.float32)
    times = []
    for row in vectors[:20]:
        started = time.perf_counter()
        np.argpartition(-(vectors @ row), LIMIT)
        times.append((time.perf_counter() - started) * 1000)
    return round(percentile(times, 50), 2)


def _judge(figures: dict[str, Any]) -> dict[str, Any]:
    slowest = max(each["p95"] for each in figures.values())
    quickest = min(each["p95"] for each in figures.values())
    middle = (slowest + quickest) / 2
    return {
        "p95_met": slowest <= TARGET_MS,
        "spread": round((slowest - quickest) / 2 / middle, 3),
        "spread_met": (slowest - quickest) / 2 / middle <= TARGET_SPREAD,
    }


def _said_first(asked: Asked, whole_after: float) -> str:
    return f"{asked.ms:.0f} ms, whole after {whole_after:.0f}"


def _print(figures: dict[str, Any], first: "Mapping[str, tuple[Asked, float]]", cold: Sequence[Asked]) -> None:
    sys.stdout.write(
        f"  {'turns of the contact':20} {'p50':>8} {'p95':>8}   of it meaning   processor   left out   first question\n"
    )
    for name, each in figures.items():
        meaning, out = each["meaning_ms"], each["without_meaning"]
        begun = _said_first(*first[name]) if name in first else _percentiles([each.ms for each in cold])
        cpu = each["cpu_ms"]
        times = f"{each['p50']:8.1f} {each['p95']:8.1f}   {meaning['p50']:.1f} / {meaning['p95']:.1f}"
        times = f"{times}   {cpu['p50']:.1f} / {cpu['p95']:.1f}"
        sys.stdout.write(f"  {name:20} {times}   {out:8.1%}   {begun}\n")


if __name__ == "__main__":
    main()
