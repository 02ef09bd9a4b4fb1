"""Health checks of the database and of the processes that move events and do the work."""

from django.db import connection
from django.utils import timezone

from rapport.config import get_config
from rapport.errors import Unavailable
from rapport.events.models import Role
from rapport.events.selectors import oldest_due_seconds
from rapport.health import register_check

LATE_SECONDS = 60.0


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_relay() -> None:
    role = Role.objects.filter(name="relay").first()
    if role is None or role.owned_until is None or role.owned_until < timezone.now():
        raise Unavailable("No process carries events: start `manage.py run`, or `manage.py events`.")
    if role.trouble:
        raise Unavailable(role.trouble)


def check_consumer() -> None:
    roles = list(Role.objects.filter(name__startswith="consumer:"))
    if not any(role.owned_until and role.owned_until > timezone.now() for role in roles):
        raise Unavailable("No process takes events in: start `manage.py run`, or `manage.py events`.")
    if trouble := [role.trouble for role in roles if role.trouble]:
        raise Unavailable(" ".join(trouble))


def check_worker() -> None:
    """Whoever rings says every few seconds that it lives; work that is long overdue means that no one answers."""
    seen = Role.objects.filter(name="sweeper").values_list("owned_until", flat=True).first()
    if seen is None or seen < timezone.now():
        raise Unavailable("No worker runs: start `manage.py run`, or `manage.py worker`.")
    late = oldest_due_seconds()
    if late > LATE_SECONDS:
        raise Unavailable(f"Work has been waiting for {late:.0f} seconds: the worker does not keep up.")


def check_broker() -> None:
    from rapport.redis_address import check_redis, read_redis_address

    check_redis(read_redis_address("CELERY_BROKER_URL", get_config().celery_broker_url), keeps_tasks=True)


def check_streams() -> None:
    from rapport.redis_address import check_redis, read_redis_address

    check_redis(read_redis_address("STREAMS_URL", get_config().streams_url))


def register() -> None:
    if get_config().celery_broker_url.startswith("redis"):
        register_check("broker", check_broker, is_aside=True)
    if get_config().streams_url.startswith("redis"):
        register_check("streams", check_streams, is_aside=True)
    register_check("database", check_database)
    register_check("relay", check_relay)
    register_check("consumer", check_consumer)
    register_check("worker", check_worker)
