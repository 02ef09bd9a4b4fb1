"""The relay: outbox → bus. It marks a row only when the bus has it for good, so a crash repeats rows and loses none."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from rapport import logs
from rapport.errors import RapportError
from rapport.events.bulk import OutboxRow, mark_published, waiting_outbox
from rapport.events.bus import EventBus, Message
from rapport.events.models import OutboxEvent
from rapport.events.roles import RoleHolder
from rapport.events.topics import all_topics

BATCH = 1000
MARKED_FAILED = 50  # who looks for the reason finds it in the first rows that wait
PRUNE_BATCH = 2000
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)

log = logs.get_logger(__name__)


class Relay:
    """One at a time per installation (a role), because two would publish one key's rows out of order."""

    def __init__(self, bus: EventBus) -> None:
        self.bus = bus
        self.role = RoleHolder("relay")
        self._failures = 0
        self._is_prepared = False

    def run_once(self) -> int:
        """Publish one batch of waiting rows in id order; returns how many. Raises BusUnavailable."""
        if not self.role.is_mine():
            return 0
        self._prepare()
        rows = waiting_outbox(BATCH)
        if rows:
            self._publish(rows)
        return len(rows)

    def _prepare(self) -> None:
        if not self._is_prepared:
            self.bus.prepare(all_topics())
            self._is_prepared = True

    def _publish(self, rows: Sequence[OutboxRow]) -> None:
        """Rows become visible in commit order, not in id order; within a key that is the order of its transactions."""
        try:
            self.bus.append([Message(row.topic, row.key, row.payload.encode()) for row in rows])
        except RapportError as error:
            first = OutboxEvent.objects.filter(id__in=[row.id for row in rows[:MARKED_FAILED]])
            first.update(attempts=F("attempts") + 1, last_error=str(error)[:300])
            raise
        mark_published([row.id for row in rows], timezone.now())

    def step(self) -> float:
        """`run_once` for a loop: returns how many seconds to wait for a ring before the next step."""
        try:
            count = self.run_once()
        except RapportError as error:
            wait = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
            self._failures += 1
            log.warning("relay_waits", code=error.code, seconds=wait, failures=self._failures)
            self.role.report(error.message)
            return wait
        if self._failures:
            self._failures = 0
            self.role.report("")
        return 0.0 if count == BATCH else 1.0


def prune_outbox(*, older_than_hours: float) -> int:
    """Drop rows that were published long ago; returns how many."""
    before = timezone.now() - timedelta(hours=older_than_hours)
    total = 0
    while ids := list(OutboxEvent.objects.filter(published_at__lt=before).values_list("id", flat=True)[:PRUNE_BATCH]):
        total += OutboxEvent.objects.filter(id__in=ids).delete()[0]
    return total
