"""Trying a model of a company's own provider: one word is really asked for, timed, paid, and kept as a trace."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from agents.errors import InvalidModelProvider
from agents.llm.asking import Aside, Reply, ask_aside
from agents.llm.choosing import choice_of
from agents.llm.gateway import FAILURES, Gateway
from agents.llm.paying import Tab
from agents.llm.port import ChatRequest
from agents.selectors.providers import get_model_provider, get_reach
from agents.services.providers import note_check
from agents.tracing.recorder import TraceRecorder
from agents.tracing.writing import TraceSubject, write_trace
from billing.errors import BudgetExhausted
from billing.own_prices import CompanyPrices, company_prices
from billing.quotas import check_quota
from billing.services import UsageSubject
from rapport.errors import RapportError
from tenants.actors import Actor
from tenants.context import tenant_scope, tenant_transaction

STEP = "try_model"
OUTCOME = "trial"  # of its trace
SECONDS = 20.0
MOST_TOKENS = 256  # models that think first need room for it
_ASKED = ({"role": "user", "content": "Answer with the single word: ready"},)
_SHOWN = 80  # characters of its answer


@dataclass(frozen=True, slots=True)
class Trial:
    """`error` "": it answered. Times in milliseconds, cost in micro-units."""

    model: str
    trace_id: UUID
    text: str = ""
    first_token_ms: int | None = None
    duration_ms: int = 0
    cost_micros: int = 0
    error: str = ""
    code: str = ""

    @property
    def is_working(self) -> bool:
        return not self.error


def try_model(*, tenant_id: UUID, provider_id: UUID, actor: Actor, model: str = "") -> Trial:
    """Ask `model`, or its first one. What went wrong is in the result. Raises ModelProviderNotFound, SecretUnreadable,
    PaymentOverdue, BudgetExhausted, and InvalidModelProvider for a model that it does not offer."""
    check_quota(tenant_id=tenant_id)
    offered = get_model_provider(tenant_id=tenant_id, provider_id=provider_id).models
    name = model or offered[0]
    if name not in offered:
        raise InvalidModelProvider("This provider offers no such model.", param="model")
    reach, started_at = get_reach(tenant_id=tenant_id, provider_id=provider_id), timezone.now()
    recorder = TraceRecorder(tenant_id, prices=_prices(tenant_id))
    request = ChatRequest("", prompt=_ASKED, max_output_tokens=MOST_TOKENS, timeout_seconds=SECONDS)
    tab = Tab(tenant_id, recorder)
    aside = Aside(recorder, Gateway(), STEP, tab.check)  # without breakers: a person wants to know now
    try:
        trial = _trial(name, recorder.id, ask_aside(aside, request, [choice_of(reach, reach.entry(name))]))
    except (*FAILURES, BudgetExhausted) as error:
        if not tab.attempts:
            raise
        trial = _failed(name, error, recorder)
    with tenant_transaction(tenant_id):
        tab.pay(UsageSubject())
        write_trace(recorder, TraceSubject(recorder.id, None, None, 0, None), outcome=OUTCOME, started_at=started_at)
    note_check(
        tenant_id=tenant_id, provider_id=provider_id, model=name, error=trial.error, code=trial.code, actor=actor
    )
    return trial


def _prices(tenant_id: UUID) -> CompanyPrices:
    with tenant_scope(tenant_id):
        return company_prices()


def _trial(name: str, trace_id: UUID, reply: Reply) -> Trial:
    first = None if reply.first_us is None else reply.first_us // 1000
    return Trial(name, trace_id, reply.text.strip()[:_SHOWN], first, reply.duration_us // 1000, reply.micros)


def _failed(name: str, error: RapportError, recorder: TraceRecorder) -> Trial:
    micros = sum(span.cost_micros for span in recorder.spans)
    return Trial(
        name,
        recorder.id,
        duration_ms=recorder.elapsed_us() // 1000,
        cost_micros=micros,
        error=error.message,
        code=error.code,
    )
