"""Asks through the product: each paragraph is an uploaded document that the real processes ingest, each question a
message in a conversation of its own that the turn answers, with its trace. "Removed" is the search's own scope.

The processes that ingest are stopped before the questions, so that the turns can run here, one after the other.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

from tests.benchmarks.answering.dataset import Asked, Dataset
from tests.benchmarks.answering.figures import Answer, Case


def prepare_settings(folder: Path) -> None:
    """A data folder of its own, before anything of Django is imported."""
    os.environ.update(
        DATA_DIR=str(folder),
        DATABASE_URL="",
        DJANGO_SETTINGS_MODULE="rapport.settings",
        LOG_LEVEL="WARNING",
        DEMO_SITE_PORT="0",
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant that knows the paragraphs. Two agents, so that known answers of one are not told by the other."""

    tenant_id: UUID
    documents: tuple[UUID, ...]
    asked_with: UUID
    asked_without: UUID


def ask_product(dataset: Dataset, folder: Path) -> list[Case]:
    """Ingest, then ask every question with its paragraph and without it."""
    company = _found_company(dataset, folder)
    cases = []
    for number, asked in enumerate(dataset.questions):
        present = _ask(company, asked, agent_id=company.asked_with, excluded=None)
        removed = _ask(company, asked, agent_id=company.asked_without, excluded=company.documents[asked.paragraph])
        cases.append(Case(asked, present, removed))
        if number % 100 == 99:
            print(f"asked {number + 1} of {len(dataset.questions)}", file=sys.stderr)
    return cases


def _found_company(dataset: Dataset, folder: Path) -> Company:
    from tenants.services import create_tenant, create_user
    from tests.running import Running

    owner = create_user(email="bench@rapport.example", password="bench bench bench")
    tenant_id = create_tenant(name="Bench", owner_id=owner)
    with Running(folder, only="worker,events"):
        documents = _ingest(tenant_id, dataset.paragraphs)
    return Company(tenant_id, documents, _agent(tenant_id, "With"), _agent(tenant_id, "Without"))


def _ingest(tenant_id: UUID, paragraphs: Sequence[str]) -> tuple[UUID, ...]:
    from ingestion.selectors import tally_documents
    from ingestion.services import ensure_upload_source, submit_document
    from tenants.actors import SYSTEM

    source_id = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
    documents = tuple(
        submit_document(
            tenant_id=tenant_id,
            actor=SYSTEM,
            source_id=source_id,
            name=f"{number:04d}.txt",
            content=text.encode(),
        ).document_id
        for number, text in enumerate(paragraphs)
    )
    _wait(lambda: tally_documents(tenant_id=tenant_id)[0]["ready"] >= len(paragraphs))
    return documents


def _wait(is_done: Callable[[], bool], *, seconds: float = 900.0) -> None:
    ends_at = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > ends_at:
            raise TimeoutError("The paragraphs are not ingested.")
        time.sleep(0.5)


def _agent(tenant_id: UUID, name: str) -> UUID:
    """An agent on the variant that shows its best find even where it would say that it does not know."""
    from agents.llm.extractive.model import ALWAYS_NAME
    from agents.services.agents import AgentChanges, create_agent, update_agent
    from tenants.actors import SYSTEM

    agent_id = create_agent(tenant_id=tenant_id, actor=SYSTEM, name=name)
    update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=AgentChanges(model=ALWAYS_NAME), actor=SYSTEM)
    return agent_id


def _ask(company: Company, asked: Asked, *, agent_id: UUID, excluded: UUID | None) -> Answer:
    from agents.services.conversations import post_message, start_conversation
    from tenants.actors import SYSTEM

    conversation_id = start_conversation(
        tenant_id=company.tenant_id, agent_id=agent_id, contact_id=uuid4(), actor=SYSTEM, channel="test"
    )
    posted = post_message(
        tenant_id=company.tenant_id,
        conversation_id=conversation_id,
        text=asked.question,
        idempotency_key="",
        actor=SYSTEM,
    )
    others = tuple(each for each in company.documents if each != excluded) if excluded else ()
    cpu, wall = time.process_time(), time.perf_counter()
    _answer_turn(company, posted.turn_id, others)
    cpu_ms, wall_ms = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
    return replace(_read_answer(company.tenant_id, posted.turn_id), cpu_ms=cpu_ms, wall_ms=wall_ms)


def _answer_turn(company: Company, turn_id: UUID, document_ids: tuple[UUID, ...]) -> None:
    from agents.runtime.parts import get_parts
    from agents.runtime.product_search import ProductSearch
    from agents.runtime.turn import answer_turn
    from ingestion.vectors.port import SearchScope

    parts = replace(get_parts(), search=ProductSearch(SearchScope(document_ids=document_ids)))
    answer_turn(tenant_id=company.tenant_id, turn_id=turn_id, parts=parts)


def _read_answer(tenant_id: UUID, turn_id: UUID) -> Answer:
    """As the conversation shows it; the confidence is the one in the trace."""
    from agents.llm.extractive.weights import PATH
    from agents.models import Message, Span
    from agents.tracing import names
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        message = Message.objects.get(turn_id=turn_id, role="agent")
        spans = Span.objects.filter(trace__turn_id=turn_id).values_list("attributes", flat=True)
        confidence = next((a[names.CONFIDENCE] for a in spans if a.get(names.CONFIDENCE) is not None), 0.0)
    quotes = tuple(str(citation["quote"]) for citation in message.citations)
    return Answer(quotes[0] if quotes else "", quotes, float(confidence), is_given=confidence >= _refuse_below(PATH))


def _refuse_below(path: Path) -> float:
    return float(json.loads(path.read_text(encoding="utf-8"))["modes"]["tokens"]["refuse_below"])
