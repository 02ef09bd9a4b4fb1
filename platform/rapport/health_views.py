"""`/healthz` for restarts, `/readyz` for traffic. Answers name parts, never reasons: those are for the dashboard."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rapport.health import check_health


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every vital part is ready, else 503; {"status", "parts": {name: "ok" | "waiting"}}."""
    found = check_health()
    is_ready = all(part.is_ready for part in found if part.is_vital)
    parts = {part.name: "ok" if part.is_ready else "waiting" for part in found}
    body = {"status": "ready" if is_ready else "waiting", "parts": parts}
    response = JsonResponse(body, status=200 if is_ready else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # waiting for a part to start is no error
    return response
