"""A conversation in a model's own words, once it is closed: by the agent's models for the task `summarise`, within the
budgets of agent and company, with a trace of its own.

The model proposes, code decides: what names a number or anybody that the conversation does not is not kept. The summary
by rules stands until then, and takes its place again as soon as the conversation changes. Without a language model
nothing happens.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from agents.llm.beside import Beside
from agents.llm.gateway import Gateway
from agents.llm.tasks import Limits, ask_task
from agents.masking.conversation import mask_of
from agents.memory.summaries.checking import is_borne
from agents.memory.summaries.lines import Line, as_text, read_lines
from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import Conversation, Episode, Summary, SummaryLevel
from agents.selectors.agents import answering_agent
from agents.tracing.recorder import TraceRecorder
from billing.own_prices import company_prices
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

EXTRACTOR = "model"
OUTCOME = "summary"  # of its trace
LIMITS = Limits(512, 20.0)
MOST_CHARACTERS = 12_000  # of the conversation: its end
LEAST_WORDS = 40  # that the contact said: less is quoted as it is
RULES = """\
Below is a conversation between a customer and a company's assistant that is over. Say in at most three short \
sentences what it was about, what came of it and what is still open, in the customer's language, in the third person. \
Use only names, numbers and dates that stand in it, written as they are written there. Judge nobody and add nothing. \
Reply with these sentences alone."""
_SPEAKERS = {"contact": "Customer", "agent": "Assistant"}


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read in one scope, before a model is asked. `digest`: of what the summary is made of now."""

    beside: Beside
    text: str
    digest: str
    standing: Standing  # before it was read


def summarise_again(*, tenant_id: UUID, conversation_id: UUID) -> None:
    """By rules, when something but words changed."""
    with tenant_scope(tenant_id):
        row = Conversation.objects.filter(id=conversation_id).first()
    if row is not None:
        refresh_summaries(tenant_id=tenant_id, contact_id=row.contact_id, conversations=[row.id])


def write_summary(*, tenant_id: UUID, conversation_id: UUID, gateway: Gateway) -> bool:
    """False when there was nothing to do, nobody to do it, or nothing that could be kept came of it. Called again it
    asks again only if the conversation is another one."""
    read = _read(tenant_id, conversation_id)
    if read is None:
        return False
    beside, started_at, config = read.beside, timezone.now(), read.beside.agent.config
    mask = mask_of(conversation_id=conversation_id, guardrails=config.guardrails, plain=config.prompt.instructions)
    text = mask.text(read.text) if mask else read.text
    reply = ask_task(beside.desk(gateway), "summarise", rules=RULES, text=text, label="Summary", limits=LIMITS)
    reply = mask.restore(reply) if mask and reply else reply
    if not beside.recorder.spans:
        return False
    with tenant_transaction(tenant_id):
        row = beside.settle(OUTCOME, started_at, read.standing)
        if row is None:
            return False
        is_kept = reply is not None and is_borne(reply, read.text) and _keep(row, read, reply)
    if is_kept:
        refresh_summaries(tenant_id=tenant_id, contact_id=row.contact_id)
    return is_kept


def _read(tenant_id: UUID, conversation_id: UUID) -> _Read | None:
    with tenant_scope(tenant_id):
        conversation = Conversation.objects.filter(id=conversation_id, is_remembered=True).first()
        standing = standing_of(conversation.contact_id) if conversation else Standing(is_erased=True)
        row = Summary.objects.filter(level=SummaryLevel.CONVERSATION, key=conversation_id).first()
        if conversation is None or row is None or row.extractor == EXTRACTOR:
            return None
        if standing.is_erased or any(each["kind"] == "forgets" for each in row.lines):
            return None
        said = Episode.objects.filter(conversation_id=conversation_id, origin__in=_SPEAKERS).order_by("sequence")
        spoken = list(said.values_list("origin", "text"))
        if sum(len(text.split()) for origin, text in spoken if origin == "contact") < LEAST_WORDS:
            return None
        text = "\n".join(f"{_SPEAKERS[origin]}: {text}" for origin, text in spoken)[-MOST_CHARACTERS:]
        recorder = TraceRecorder(tenant_id, prices=company_prices())
        return _Read(Beside(conversation, answering_agent(conversation), recorder), text, row.digest, standing)


def _keep(conversation: Conversation, read: _Read, reply: str) -> bool:
    """Not when the conversation has changed meanwhile."""
    try:
        hold_contact(conversation.contact_id)
    except ContactNotFound:
        return False
    row = Summary.objects.filter(level=SummaryLevel.CONVERSATION, key=conversation.id, digest=read.digest).first()
    if row is None:
        return False
    endings = [each for each in read_lines(row.lines) if each.kind in ("done", "handed_off", "unanswered")]
    lines = [Line("written", " ".join(reply.split())), *dict.fromkeys(endings)]
    Summary.objects.filter(id=row.id).update(
        extractor=EXTRACTOR,
        lines=[each.to_json() for each in lines],
        text=as_text(lines, row.language),
        times_made=row.times_made + 1,
        made_at=timezone.now(),
    )
    return True
