"""`python -m tests.kill.erasure --tries 200`: messages, conversations and contacts are erased while their turns, index,
facts and graph are under way, and the worker is killed with -9 at a random step each time. Then all stores are asked.

`--servers` does it on PostgreSQL, Kafka, Redis, Weaviate and Neo4j instead of the embedded parts, `--seed` repeats a
run. The last line is one JSON object; the exit status says whether nothing was left.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.kill import dying
from tests.kill.residue import residue
from tests.running import Running, prepare, wait_until

if TYPE_CHECKING:
    from tests.cast import Company

WORD = "numbat"
KINDS = ("message", "conversation", "contact")
SECONDS = 90.0
AT_RANDOM = "some moment"  # nobody came to the step
_LATE = 1.5  # seconds, after which it is not waited for


@dataclass
class Run:
    """What came of it."""

    tries: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    left: dict[str, list[str]] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.left or self.unfinished or self.unsigned)


@dataclass(frozen=True)
class Scene:
    """A company, whose shop sends events, on running processes."""

    running: Running
    company: "Company"
    key: str
    settings: dict[str, str]

    @property
    def tenant_id(self) -> UUID:
        return self.company.tenant_id


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.kill.erasure", description=__doc__)
    arguments.add_argument("--tries", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--servers", action="store_true")
    given = arguments.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    started = time.monotonic()
    with _scene(on_servers=given.servers) as scene:
        run = _try_all(scene, given.tries, random.Random(seed))
    result = {
        "seed": seed,
        "tries": run.tries,
        "killed": sum(run.killed.values()),
        "at": dict(sorted(run.killed.items())),
        "kinds": dict(run.kinds),
        "left": run.left,
        "unfinished": run.unfinished,
        "unsigned": run.unsigned,
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    sys.stdout.write(f"{json.dumps(result)}\n")
    return 0 if run.is_good else 1


@contextmanager
def _scene(*, on_servers: bool) -> Iterator[Scene]:
    from tests.servers import corners

    folder = Path(tempfile.mkdtemp(prefix="rapport-"))  # a short name: sockets live in it
    try:
        parts: AbstractContextManager[dict[str, str]] = corners() if on_servers else nullcontext({})
        with parts as servers:
            settings = {**servers, "LEASE_SECONDS": "3", "RAPPORT_TEST_DEATHS": "1", "EMAIL_URL": "embedded:"}
            if on_servers:
                settings |= {"ALLOWED_HOSTS": "localhost", "SECRET_KEY": "only-for-tests-" + "x" * 40}
            os.environ.update({"DATABASE_URL": "", **settings, "DATA_DIR": str(folder)})
            os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
            prepare(folder, settings)
            import django

            django.setup()
            only = "embedder,worker,events,ingest" if on_servers else "embedder,worker,events"
            with Running(folder, only=only, environment=settings) as running:
                yield _furnish(running, settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(running: Running, settings: dict[str, str]) -> Scene:
    from tenants.actors import SYSTEM
    from tenants.api_keys import create_api_key
    from tests.cast import make_company, make_user

    company = make_company("Acme", make_user("alice@acme.example"), "https://shop.acme.example")
    key = create_api_key(tenant_id=company.tenant_id, name="Shop", scopes=["events.write"], actor=SYSTEM)
    return Scene(running, company, key.secret, settings)


def _try_all(scene: Scene, tries: int, chance: random.Random) -> Run:
    run = Run()
    for number in range(tries):
        kind = KINDS[number % len(KINDS)]
        steps = sorted(dying.STEPS) if kind == "contact" else sorted(set(dying.STEPS) - dying.OF_EVENTS)
        step, times = chance.choice(steps), chance.choice((0, 0, 0, 1, 2, 5, 20))
        name = f"{number} {kind}, {step} {times}"
        _try(scene, run, number, kind, step, times, chance)
        run.tries += 1
        run.kinds[kind] += 1
        _say(f"{name}: {run.left.get(str(number)) or 'nothing left'}")
        if len(run.left) + len(run.unfinished) > 3:
            _say(scene.running.output()[-4000:])
            break
    return run


def _try(scene: Scene, run: Run, number: int, kind: str, step: str, times: int, chance: random.Random) -> None:
    word, folder = f"{WORD}{number}", scene.running.folder
    person = _Person(scene, word)
    person.talk()
    if chance.random() < 0.7:  # else it is asked for while nothing of it is remembered yet
        time.sleep(chance.random() * 1.5)
    dying.tell(folder, step, times)
    erasure_id = person.erase(kind)
    person.go_on(kind)
    try:
        wait_until(lambda: not dying.is_told(folder), seconds=_LATE)
        run.killed[step] += 1
    except TimeoutError:
        dying.forget(folder)
        scene.running.kill("worker")
        run.killed[AT_RANDOM] += 1
    try:
        wait_until(lambda: _is_done(scene, erasure_id) and not scene.running.pending(), seconds=SECONDS)
    except TimeoutError:
        run.unfinished.append(f"{number} {kind} {step} {times}")
        return
    if not _is_signed(scene, erasure_id):
        run.unsigned.append(str(number))
    if places := residue(word, scene.tenant_id, folder, scene.settings):
        run.left[str(number)] = places


class _Person:
    """A contact who says a word, and whose shop knows it too."""

    def __init__(self, scene: Scene, word: str) -> None:
        from ingestion.contacts.services import ensure_contact

        self.scene, self.word = scene, word
        self.contact_id = ensure_contact(tenant_id=scene.tenant_id, external_id=f"user-{word.removeprefix(WORD)}")
        self.first, self.second = self._begin(), self._begin()

    def talk(self) -> None:
        self._say(self.first, "I live in Bergen.")
        self.message_id = self._say(self.first, f"My name is {self.word.title()}. My order number is {self.word}-4711.")
        self._say(self.first, "What is my order number?")

    def go_on(self, kind: str) -> None:
        """Work that begins while it is erased, with what is left."""
        if kind == "contact":
            return
        self._say(self.second, "What is my order number?")
        if kind == "message":
            self._say(self.first, "And where do I live?")

    def erase(self, kind: str) -> UUID:
        from tenants.actors import SYSTEM
        from tenants.privacy.erasure import request_erasure
        from tenants.privacy.models import ErasureKind
        from tenants.privacy.parts import request_part_erasure

        tenant_id = self.scene.tenant_id
        if kind == "contact":
            self._say(self.second, f"And {self.word}-4712?")
            self._shop()
            return request_erasure(tenant_id=tenant_id, contact_id=self.contact_id, actor=SYSTEM)
        part_id = self.message_id if kind == "message" else self.first
        return request_part_erasure(tenant_id=tenant_id, kind=ErasureKind(kind), part_id=part_id, actor=SYSTEM)

    def _begin(self) -> UUID:
        from agents.services import start_conversation
        from tenants.actors import visitor_actor

        company = self.scene.company
        return start_conversation(
            tenant_id=company.tenant_id,
            agent_id=company.agent_id,
            contact_id=self.contact_id,
            actor=visitor_actor(self.contact_id),
        )

    def _say(self, conversation_id: UUID, text: str) -> UUID:
        from agents.services import post_message
        from rapport.ids import new_id
        from tenants.actors import visitor_actor

        return post_message(
            tenant_id=self.scene.tenant_id,
            conversation_id=conversation_id,
            text=text,
            idempotency_key=str(new_id()),
            actor=visitor_actor(self.contact_id),
        ).message_id

    def _shop(self) -> None:
        """The shop's own events of the contact: a trait and an order, on their way when the erasure is asked for."""
        from django.test import Client

        who = {"userId": f"user-{self.word.removeprefix(WORD)}"}
        product = {"product_id": self.word, "name": self.word}
        calls: list[dict[str, Any]] = [
            {"type": "identify", "messageId": f"i-{self.word}", "traits": {"nickname": self.word}, **who},
            {
                "type": "track",
                "messageId": f"t-{self.word}",
                "event": "Order Completed",
                "properties": {"products": [product]},
                **who,
            },
        ]
        headers = {"Authorization": f"Bearer {self.scene.key}"}
        client = Client(SERVER_NAME="localhost", headers=headers)
        answer = client.post("/v1/batch", {"batch": calls}, content_type="application/json")
        assert answer.status_code == 200, answer.content


def _is_done(scene: Scene, erasure_id: UUID) -> bool:
    from tenants.privacy.selectors import get_erasure

    return get_erasure(tenant_id=scene.tenant_id, erasure_id=erasure_id).is_done


def _is_signed(scene: Scene, erasure_id: UUID) -> bool:
    from tenants.privacy.receipts import Finding, verify
    from tenants.privacy.selectors import get_erasure

    return verify(get_erasure(tenant_id=scene.tenant_id, erasure_id=erasure_id).receipt) is Finding.OURS


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
