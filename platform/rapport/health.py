"""Is this installation alive, and is each of its parts ready? `/healthz` for restarts, `/readyz` for traffic.

Any floor registers a check of its part. Answers name parts, never reasons: those are for the dashboard and the logs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rapport import logs
from rapport.events.models import GroupMember, Role

Check = Callable[[], str]
_checks: dict[str, Check] = {}
log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """`trouble` "" means ready; else a sentence for the operator."""

    name: str
    trouble: str

    @property
    def is_ready(self) -> bool:
        return not self.trouble


def register_check(name: str, check: Check) -> None:
    """`check` gives "" when the part is ready, else a sentence that says what to do; it may raise. Must be quick."""
    _checks[name] = check


def check_parts() -> list[PartHealth]:
    """Every registered part, by name."""
    return [_check(name, check) for name, check in sorted(_checks.items())]


def _check(name: str, check: Check) -> PartHealth:
    try:
        return PartHealth(name, check())
    except Exception as error:
        log.warning("part_not_ready", part=name, error=type(error).__name__)
        return PartHealth(name, f"{name} does not answer ({type(error).__name__}); the logs say more.")


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part is ready, else 503; {"status", "parts": {name: "ok" | "waiting"}}."""
    found = check_parts()
    parts: Mapping[str, str] = {part.name: "ok" if part.is_ready else "waiting" for part in found}
    is_ready = all(part.is_ready for part in found)
    return JsonResponse({"status": "ready" if is_ready else "waiting", "parts": parts}, status=200 if is_ready else 503)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _relay() -> str:
    role = Role.objects.filter(name="relay").first()
    if role is None or role.owned_until is None or role.owned_until < timezone.now():
        return "No process carries events: start `manage.py run`, or `manage.py events`."
    return role.trouble


def _consumer() -> str:
    is_there = GroupMember.objects.filter(alive_until__gt=timezone.now()).exists()
    return "" if is_there else "No process takes events in: start `manage.py run`, or `manage.py events`."


register_check("database", _database)
register_check("relay", _relay)
register_check("consumer", _consumer)
