"""Health checks of what the frame's own checks do not see: the worker, and partitions that stopped."""

from django.utils import timezone

from rapport.events.models import Role
from rapport.events.selectors import events_health

LATE_SECONDS = 60.0


def check_worker() -> str:
    """Whoever rings says every few seconds that it lives; work that is long overdue means that no one answers."""
    seen = Role.objects.filter(name="sweeper").values_list("owned_until", flat=True).first()
    if seen is None or seen < timezone.now():
        return "No worker runs: start `manage.py run`, or `manage.py worker`."
    late = events_health().oldest_due_seconds
    return f"Work has been waiting for {late:.0f} seconds: the worker does not keep up." if late > LATE_SECONDS else ""


def check_partitions() -> str:
    """A consumer leaves a partition alone in which too many records cannot be read."""
    return " ".join(Role.objects.filter(name__startswith="consumer:").values_list("trouble", flat=True))


def register() -> None:
    from rapport.health import register_check

    register_check("worker", check_worker)
    register_check("partitions", check_partitions)
