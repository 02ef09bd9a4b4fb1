"""This app's part on Celery: what a worker does when it starts, and what is forgotten every night."""

import threading
from typing import Any

from celery.schedules import crontab
from celery.signals import worker_ready

from rapport import logs
from rapport.celery import app

log = logs.get_logger(__name__)


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
    """Forget kept answers that are too old, idempotency keys of yesterday and rate limits nobody uses."""
    from agents.runtime.cache import prune_answers
    from billing.visitor_budgets import prune_visitor_spend
    from rapport.idempotency.claims import prune_claims
    from rapport.ratelimits.buckets import prune_buckets
    from tenants.selectors import list_tenant_ids

    for tenant_id in list_tenant_ids():
        prune_visitor_spend(tenant_id=tenant_id)
    answers = sum(prune_answers(tenant_id=tenant_id) for tenant_id in list_tenant_ids())
    log.info("pruned", answers=answers, claims=prune_claims(), buckets=prune_buckets())


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(hour="3", minute="29"), prune.s(), name="agents.prune")
