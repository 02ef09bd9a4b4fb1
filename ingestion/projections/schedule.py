"""When comparisons run by themselves: every tenant once a day, and sooner when there is reason to doubt a store.

Reasons: a store was away and came back or was started again (a crash may have cost it what it had confirmed), a worker
found that a store does not hold what was written, a write failed half-way. Tenants take turns, the longest unchecked
first; a turn, and all turns of a call together, are bounded in time, so that upkeep never crowds out ingest.
"""

import time
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from ingestion.graph.registry import get_graph_store
from ingestion.models import ProjectionCheck
from ingestion.pipeline.stores import Stores
from ingestion.projections.doubts import ask_for_all_checks, note_store
from ingestion.projections.reconcile import OF_STORE, compare_tenants, take_turn
from ingestion.vectors.registry import get_vector_store
from rapport import logs
from rapport.config import get_config
from rapport.errors import RapportError
from rapport.health import check_part

CALL_SECONDS = 20.0
TURN_SECONDS = 5.0
CLAIM = timedelta(minutes=5)

log = logs.get_logger(__name__)


def check_daily(stores: Stores) -> None:
    """Once a day: what is held of tenants that are gone, then everybody's turn comes."""
    tally = compare_tenants(stores, mends=True, names=tuple(OF_STORE), owns_all=exclusive_stores())
    log.info("projection_checks_due", tenants=ask_for_all_checks(), **tally.found)


def exclusive_stores() -> tuple[str, ...]:
    """Stores that no other installation can be writing to: the embedded ones, which are files of this one."""
    config = get_config()
    urls = {"vectors": config.vectors_url, "graph": config.graph_url}
    return tuple(name for name, url in urls.items() if url.startswith("embedded:"))


def run_due_checks(stores: Stores, *, seconds: float = CALL_SECONDS) -> int:
    """Turns of tenants that are due, for about so long; returns how many comparisons came to their end."""
    deadline = time.monotonic() + seconds
    finished = 0
    while time.monotonic() < deadline and (check := _claim()):
        try:
            finished += take_turn(check, stores, seconds=min(TURN_SECONDS, deadline - time.monotonic()))
        except RapportError as error:
            log.warning("projection_check_put_off", tenant_id=str(check.tenant_id), error=error.code)
            _release(check, later=True)
            return finished
        _release(check)
    return finished


def _claim() -> ProjectionCheck | None:
    """The tenant whose turn it is; two workers never take the same one."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = ProjectionCheck.objects.filter(free, due_at__lte=now).order_by(
        "due_at", F("finished_at").asc(nulls_first=True)
    )
    for check in due[:5]:
        if ProjectionCheck.objects.filter(free, id=check.id).update(claimed_until=now + CLAIM):
            return check
    return None


def _release(check: ProjectionCheck, *, later: bool = False) -> None:
    """One that is not done goes behind the others that wait."""
    rows = ProjectionCheck.objects.filter(id=check.id)
    rows.update(claimed_until=None)
    rows.exclude(due_at=None).update(due_at=timezone.now() + timedelta(minutes=1 if later else 0))


def watch_stores() -> None:
    """Ask each store whether it answers, and whether it was started again since it was last asked: then it is compared
    for everybody."""
    for name in OF_STORE:
        if health := check_part(name):
            note_store(name, is_up=health.is_ready, incarnation=_incarnation(name) if health.is_ready else "")


def _incarnation(name: str) -> str:
    """One that answers and cannot say it now is asked again the next time."""
    try:
        return (get_vector_store() if name == "vectors" else get_graph_store()).incarnation()
    except RapportError as error:
        log.warning("incarnation_unknown", store=name, error=error.code)
        return ""
