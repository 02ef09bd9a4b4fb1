"""This app's part on Celery: what a worker does when it starts, and what is forgotten every night."""

import threading
from typing import Any
from uuid import UUID

from celery.schedules import crontab
from celery.signals import worker_ready

from rapport import logs
from rapport.celery import app

log = logs.get_logger(__name__)

READ_SECONDS = 900.0  # then no further company begins: the next hour comes


@worker_ready.connect
def warm_up(**_: object) -> None:
    """Load the model in the background, so that the first contact does not wait for it."""
    threading.Thread(target=_load_parts, name="warm-up", daemon=True).start()


def _load_parts() -> None:
    from agents.runtime.parts import get_parts

    try:
        get_parts()
    except (Exception, SystemExit) as error:  # a wrong setting ends the turn that needs it, not this thread's worker
        log.warning("model_not_loaded", error=type(error).__name__)


@app.task(name="agents.prune", expires=3600)
def prune() -> None:
    """Forget kept answers that are too old, idempotency keys of yesterday and rate limits nobody uses. Make the months
    of traces that come, and drop those that companies' retention has emptied."""
    from agents.cache.keeping import prune_answers
    from agents.tracing.partitions import drop_empty_months, keep_months_ahead
    from billing.budgets import prune_spend
    from billing.company_budget import recount_company_budget
    from rapport.idempotency.claims import prune_claims
    from rapport.ratelimits.buckets import prune_buckets
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        prune_spend(tenant_id=tenant_id)
        recount_company_budget(tenant_id=tenant_id)
    answers = sum(prune_answers(tenant_id=tenant_id) for tenant_id in list_tenant_ids())
    log.info("trace_months", made=keep_months_ahead(), dropped=drop_empty_months())
    log.info("pruned", answers=answers, claims=prune_claims(), buckets=prune_buckets())


@app.task(name="agents.expire_approvals", expires=240)
def expire_waiting_calls() -> None:
    """Calls of tools that nobody agreed to in time: their turns go on without them."""
    from agents.tools.approvals import expire_approvals
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        expire_approvals(tenant_id=tenant_id)


@app.task(name="agents.watch_calls", expires=50)
def watch_telephone_calls() -> None:
    """Telephone calls that hang are ended, and those whose carrier says nothing are counted."""
    from agents.channels.phone.watching import watch_calls
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        watch_calls(tenant_id=tenant_id)


@app.task(name="agents.ring_campaigns", expires=50)
def ring_campaigns() -> None:
    """Campaigns in which somebody is due now, or that are over."""
    from agents.channels.phone.campaigns.dialling import ring_due_campaigns
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        ring_due_campaigns(tenant_id=tenant_id)


@app.task(name="agents.index_memory", expires=3600)
def index_memory() -> None:
    """Make findable what a turn's own event has not, tenant by tenant; one whose embedder is away, or whose budget is
    spent, waits for the next night."""
    from agents.memory.episodes.catching_up import catch_up
    from billing.errors import BudgetExhausted
    from rapport.errors import Unavailable
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        try:
            count = catch_up(tenant_id=tenant_id)
        except (Unavailable, BudgetExhausted) as error:
            log.warning("memory_not_indexed", tenant_id=str(tenant_id), code=error.code)
        else:
            log.info("memory_indexed", tenant_id=str(tenant_id), conversations=count)


@app.task(name="agents.summarise_memory", expires=3600)
def summarise_memory() -> None:
    """Make the summaries that are behind, tenant by tenant."""
    from agents.memory.summaries.catching_up import catch_up_summaries
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        log.info("memory_summarised", tenant_id=str(tenant_id), made=catch_up_summaries(tenant_id=tenant_id))


@app.task(name="agents.read_waiting", expires=1800, deadline_seconds=1_800.0)
def read_waiting() -> None:
    """Every hour: conversations that no budget paid for to be read by a model, of companies that have money again."""
    from agents.llm.registry import get_gateway
    from agents.memory.proposing import take_up_waiting
    from billing.rounds import go_round
    from tenants.selectors import list_tenant_ids

    def turn(tenant_id: UUID) -> int:
        return take_up_waiting(tenant_id=tenant_id, gateway=get_gateway())

    went = go_round("waiting-memory", turn, list_tenant_ids(), seconds=READ_SECONDS, lanes=1)
    if read := sum(went.done):
        log.info("waiting_conversations_read", count=read, failed=went.failed, left=went.left)


@app.task(name="agents.close_quiet", expires=1500)
def close_quiet() -> None:
    """Conversations that nobody goes on with are over: their memory and summaries are made of the whole."""
    from agents.inbox.quiet import close_quiet_conversations
    from tenants.selectors import list_tenant_ids

    closed = sum(close_quiet_conversations(tenant_id=tenant_id) for tenant_id in list_tenant_ids())
    if closed:
        log.info("conversations_closed", count=closed)


@app.task(name="agents.mail_answers", expires=50)
def mail_unread_answers() -> None:
    """People's answers that did not reach the contact in the chat go out by mail."""
    from agents.inbox.answer_mail import ask_for_mails
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        ask_for_mails(tenant_id=tenant_id)


@app.task(name="agents.sum_activity", expires=840)
def sum_activity() -> None:
    """Sums of days that are over, and of those in which something changed late."""
    from agents.activity.summing import roll_up
    from tenants.selectors import list_tenant_ids

    if made := sum(roll_up(tenant_id=tenant_id) for tenant_id in list_tenant_ids()):
        log.info("activity_summed", days=made)


@app.task(name="agents.sweep_attachments", expires=3000)
def sweep_unsent_files() -> None:
    """Files that nobody sent with a message within a day."""
    from agents.attachments.keeping import sweep_attachments
    from tenants.selectors import list_tenant_ids

    if swept := sum(sweep_attachments(tenant_id=tenant_id) for tenant_id in list_tenant_ids()):
        log.info("attachments_swept", count=swept)


@app.task(name="agents.keep_dearest", expires=1800)
def keep_dearest_subjects() -> None:
    """Every hour: which conversations and contacts cost most, and what the period's conversations and channels come to,
    of companies with many rows."""
    from agents.costs.keeping import keep_dearest
    from agents.costs.shares import keep_shares
    from billing.rounds import go_round
    from tenants.selectors import list_tenant_ids

    def turn(tenant_id: UUID) -> bool:
        made = keep_dearest(tenant_id=tenant_id)
        return bool(keep_shares(tenant_id=tenant_id)) or made

    went = go_round("dearest", turn, list_tenant_ids(), lanes=1)
    if made := sum(went.done):
        log.info("dearest_counted", companies=made, failed=went.failed, left=went.left)


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(hour="3", minute="29"), prune.s(), name="agents.prune")
    sender.add_periodic_task(crontab(hour="2", minute="41"), index_memory.s(), name="agents.index_memory")
    sender.add_periodic_task(crontab(hour="4", minute="11"), summarise_memory.s(), name="agents.summarise_memory")
    sender.add_periodic_task(crontab(minute="3,18,33,48"), sum_activity.s(), name="agents.sum_activity")
    sender.add_periodic_task(crontab(minute="22"), read_waiting.s(), name="agents.read_waiting")
    sender.add_periodic_task(crontab(minute="28"), keep_dearest_subjects.s(), name="agents.keep_dearest")
    sender.add_periodic_task(crontab(minute="8,38"), close_quiet.s(), name="agents.close_quiet")
    sender.add_periodic_task(crontab(minute="53"), sweep_unsent_files.s(), name="agents.sweep_attachments")
    sender.add_periodic_task(crontab(), watch_telephone_calls.s(), name="agents.watch_calls")
    sender.add_periodic_task(crontab(), ring_campaigns.s(), name="agents.ring_campaigns")
    sender.add_periodic_task(crontab(), mail_unread_answers.s(), name="agents.mail_answers")
    sender.add_periodic_task(crontab(minute="*/5"), expire_waiting_calls.s(), name="agents.expire_approvals")
