"""A company with as many conversations as it takes, written beside the product: what each page reads, nothing else.

Everything began in the last four weeks, so that whatever a page sums up, it sums up all of it; and it is late where the
company is, so that the day that runs is nearly a whole one.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

DAYS = 28
LATE = 22  # o'clock
TOGETHER = 2_000  # rows of each kind at once
WORDS = tuple(
    "order parcel refund invoice address delivery price size colour return warranty account password colleague "
    "monday weekend printer battery charger manual discount voucher country customs receipt shop opening hours".split()
)
ACTIONS = ("conversation.closed", "conversation.taken", "contact.merged", "document.submitted", "agent.published")


@dataclass(frozen=True, slots=True)
class Filled:
    """The company, its owner's account, and one object of each kind that has a page."""

    tenant_id: UUID
    owner: Any
    conversation_id: UUID
    contact_id: UUID
    trace_id: UUID


def fill(conversations: int) -> Filled:
    from django.utils import timezone

    from tenants.context import tenant_scope
    from tenants.models import Tenant, User
    from tests.cast import make_company

    owner = User.objects.create(email="owner@rapport.example", name="Owner")
    company = make_company("Big", owner, "https://big.example")
    now, chance = timezone.now(), random.Random(8)
    Tenant.objects.filter(id=company.tenant_id).update(time_zone=where_it_is_late(now))
    begun = sorted(now - timedelta(seconds=chance.uniform(60, DAYS * 86_400)) for _ in range(conversations))
    with tenant_scope(company.tenant_id):
        _know_something()
        rows = _Rows(company.agent_id, owner.id, chance)
        for start in range(0, conversations, TOGETHER):
            for at in begun[start : start + TOGETHER]:
                rows.add_conversation(at)
            rows.write()
    return Filled(company.tenant_id, owner, rows.last["Conversation"], rows.last["Contact"], rows.last["Trace"])


def where_it_is_late(now: datetime) -> str:
    """The zone in which the hour is LATE. (The database of zones says "Etc/GMT-5" for five hours ahead.)"""
    ahead = (LATE - now.astimezone(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+}" if ahead else "UTC"


def _know_something() -> None:
    from ingestion.models import Document, DocumentState, Source

    source = Source.objects.create(kind="upload", name="Files")
    Document.objects.bulk_create(
        Document(source=source, external_id=f"{number}.md", title=f"Page {number}", state=DocumentState.READY)
        for number in range(200)
    )


class _Rows:
    """Rows that wait to be written, in the order in which they may be. Without Django's models around each, which would
    take minutes."""

    def __init__(self, agent_id: UUID, owner_id: UUID, chance: random.Random) -> None:
        from tenants.context import require_tenant_id

        self.agent_id, self.owner_id, self.chance = agent_id, owner_id, chance
        self.tenant_id = require_tenant_id()
        self.waiting: dict[Any, list[dict[str, Any]]] = {}
        self.last: dict[str, UUID] = {}
        self.contacts: list[UUID] = []

    def add(self, kind: Any, at: datetime, **values: Any) -> UUID:
        id_ = UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | self.chance.getrandbits(76))
        self.waiting.setdefault(kind, []).append({"id": id_, "tenant_id": self.tenant_id, **values})
        self.last[kind.__name__] = id_
        return id_

    def write(self) -> None:
        from django.db import connection, transaction

        moment, is_sqlite = connection.ops.adapt_datetimefield_value, connection.vendor == "sqlite"
        prepare: dict[type, Callable[[Any], Any]] = {datetime: moment}
        if is_sqlite:
            prepare[UUID] = attrgetter("hex")
        with transaction.atomic(), connection.cursor() as cursor:
            for kind, rows in self.waiting.items():
                fields = kind._meta.concrete_fields
                names = ", ".join(connection.ops.quote_name(each.column) for each in fields)
                usual = {each.attname: each.get_db_prep_save(each.get_default(), connection) for each in fields}
                table, places = connection.ops.quote_name(kind._meta.db_table), ", ".join(["%s"] * len(fields))
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({places})",
                    [tuple(_prepared({**usual, **row}, prepare)) for row in rows],
                )
        self.waiting.clear()

    def add_conversation(self, at: datetime) -> None:
        from agents.models import Conversation
        from ingestion.models import Contact

        chance = self.chance
        if not self.contacts or chance.random() < 0.4:
            number = len(self.contacts)
            contact = self.add(Contact, at, name=f"{chance.choice(WORDS).title()} {number}", created_at=at,
                               email=f"c{number}@example.org", last_seen_at=at, is_anonymous=False)  # fmt: skip
            self.contacts.append(contact)
        turns, person = chance.choice((1, 1, 2, 3)), chance.random() < 0.06
        ends, contact_id = at + timedelta(seconds=20 * turns), chance.choice(self.contacts[-2_000:])
        conversation = self.add(
            Conversation, at, agent_id=self.agent_id, contact_id=contact_id, subject=self.words(8),
            channel=chance.choice(("chat", "chat", "chat", "chat", "api", "phone", "test")),
            message_count=2 * turns, had_person=person, created_at=at, last_message_at=ends,
            state=self.state(person), assignee_id=self.owner_id if person else None,
            handed_off_at=ends if person else None, handoff_reason="asked" if person else "",
        )  # fmt: skip
        for number in range(turns):
            self.add_turn(conversation, contact_id, number, at + timedelta(seconds=20 * number))
        self.add_audit(conversation, ends)

    def state(self, person: bool) -> str:
        """Most of those that people had are closed; some dozens are not."""
        if person:
            return "closed" if self.chance.random() < 0.98 else self.chance.choice(("waiting", "human"))
        return "closed" if self.chance.random() < 0.5 else "agent"

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def add_turn(self, conversation_id: UUID, contact_id: UUID, number: int, at: datetime) -> None:
        from agents.models import CacheLookup, Message, Trace, Turn

        chance, draw = self.chance, self.chance.random()
        outcome, state = ("unknown", "done") if draw < 0.05 else ("", "failed") if draw < 0.06 else ("answered", "done")
        said = {"conversation_id": conversation_id}
        question = self.add(Message, at, **said, sequence=2 * number + 1, role="contact", text=self.words(10),
                            created_at=at)  # fmt: skip
        later = at + timedelta(seconds=2)
        answer = self.add(Message, later, **said, sequence=2 * number + 2, role="agent", text=self.words(40),
                          created_at=later)  # fmt: skip
        turn = self.add(Turn, at, **said, question_id=question, answer_id=answer, state=state, outcome=outcome,
                        created_at=at, finished_at=later)  # fmt: skip
        cost = chance.randrange(200, 4_000)
        self.add(Trace, later, **said, turn_id=turn, agent_id=self.agent_id, contact_id=contact_id, agent_version=1,
                 outcome=outcome or "failed", started_at=at, duration_us=chance.randrange(200_000, 4_000_000),
                 input_tokens=900, output_tokens=120, cost_micros=cost)  # fmt: skip
        if chance.random() < 0.3:
            self.add(CacheLookup, later, turn_id=turn, agent_id=self.agent_id, found="exact", is_served=True,
                     saved_micros=cost, created_at=later)  # fmt: skip
        self.add_usage(conversation_id, turn, later, cost)

    def add_usage(self, conversation_id: UUID, turn_id: UUID, at: datetime, cost: int) -> None:
        from billing.models import UsageRecord

        facts = (
            ("messages", "", "message", 1, 0),
            ("input_tokens", "gpt-5-mini", "chat", 900, cost),
            ("output_tokens", "gpt-5-mini", "chat", 120, cost),
        )
        for meter, model, step, quantity, micros in facts:
            self.add(UsageRecord, at, source_event_id=turn_id, meter=meter, model=model, step=step, quantity=quantity,
                     cost_micros=micros, currency="USD", price_version="1", agent_id=self.agent_id, turn_id=turn_id,
                     conversation_id=conversation_id, occurred_at=at, recorded_at=at)  # fmt: skip

    def add_audit(self, conversation_id: UUID, at: datetime) -> None:
        from rapport.ids import Prefix, encode
        from tenants.models import AuditEntry

        self.add(AuditEntry, at, actor=f"user:{self.owner_id}", action=self.chance.choice(ACTIONS),
                 subject=encode(Prefix.CONVERSATION, conversation_id), created_at=at)  # fmt: skip


def _prepared(row: Mapping[str, Any], prepare: Mapping[type, Callable[[Any], Any]]) -> Iterator[Any]:
    """As the database takes it; usual values are prepared already."""
    for value in row.values():
        how = prepare.get(type(value))
        yield how(value) if how else value
