"""The company that is asked: what it knows, an agent, and visitors with chats that have not begun."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tests.benchmarks.turns.streams import Chat
from tests.running import ROOT, wait_until

KNOWLEDGE = ("quickstart.md", "widget.md", "knowledge.md", "inbox.md", "tools.md", "models.md", "sign-in.md")
_VERBS = "change find use set check remove keep share test move".split()
_THINGS = (
    "the widget's colour,a source of documents,a tool's limit,the assistant's model,a member's role,the inbox,"
    "a canned reply,the greeting,an address for mail,a version of the assistant,a key,the office hours"
).split(",")
_WHEN = (
    "when the site is new,for a second brand,before a launch,after an upload,on a phone,in a test chat,"
    "as an owner,without a developer,for German visitors,when nobody is in"
).split(",")


@dataclass(frozen=True)
class Company:
    tenant_id: UUID
    agent_id: UUID
    key_id: UUID


def make_company() -> Company:
    from tenants.models import WidgetKey
    from tests.cast import make_company as make
    from tests.cast import make_user

    made = make("Bench", make_user("bench@rapport.example"), "https://shop.rapport.example")
    return Company(made.tenant_id, made.agent_id, WidgetKey.objects.get(key=made.key).id)


def teach(company: Company, folder: Path = ROOT / "docs", names: Sequence[str] = KNOWLEDGE) -> None:
    """Some of the project's own pages; returns when they can be found."""
    from ingestion.models import Document
    from ingestion.services import ensure_upload_source, submit_document
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope

    source_id = ensure_upload_source(tenant_id=company.tenant_id, actor=SYSTEM)
    for name in names:
        submit_document(
            tenant_id=company.tenant_id,
            actor=SYSTEM,
            source_id=source_id,
            name=name,
            content=(folder / name).read_bytes(),
        )

    def is_read() -> bool:
        with tenant_scope(company.tenant_id):
            return Document.objects.filter(state="ready").count() == len(names)

    wait_until(is_read, seconds=240)


def questions() -> Iterator[str]:
    """No two alike: what was asked before would be answered from what is kept. None speaks of a person or an agent: the
    model would first be asked whether the caller wants one, and its time for that is none that a turn adds."""
    for verb, thing, when in itertools.product(_VERBS, _THINGS, _WHEN):
        yield f"How do I {verb} {thing} {when}?"


def make_chats(company: Company, asked: Iterator[str], *, count: int, turns: int) -> list[Chat]:
    """Each of a visitor of its own."""
    from agents.channels.chat.tokens import VisitorSession, make_token
    from rapport.ids import Prefix, encode
    from tests.cast import Company as CastCompany
    from tests.cast import make_visitor

    whom = CastCompany(company.tenant_id, company.agent_id, "", company.key_id, "")
    chats = []
    for _ in range(count):
        visitor = make_visitor(whom)
        session = VisitorSession(company.tenant_id, company.agent_id, visitor.contact_id, company.key_id)
        conversation = encode(Prefix.CONVERSATION, visitor.conversation_id)
        chats.append(Chat(conversation, make_token(session)[0], tuple(itertools.islice(asked, turns))))
    return chats
