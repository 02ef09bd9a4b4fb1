"""Stripe's webhook: verified, stored, answered. What it means is found out by the worker, seconds later."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.errors import ForgedWebhook
from billing.stripe.door import is_on
from billing.stripe.inbox import store_event
from billing.stripe.signature import verify
from rapport import logs
from rapport.config import get_config
from rapport.edge import error_body, request_id
from rapport.errors import BodyTooLarge, RapportError

log = logs.get_logger(__name__)

MOST_BYTES = 1024 * 1024


@csrf_exempt
@never_cache
@require_POST
def take_event(request: HttpRequest) -> JsonResponse:
    """200 also for what was there already: Stripe sends until it hears one. What is not signed leaves nothing."""
    if not is_on():
        raise Http404
    try:
        body = _body(request)
        verify(body, request.headers.get("Stripe-Signature", ""), get_config().stripe_webhook_secrets)
        is_new = store_event(body)
    except RapportError as error:
        log.warning("stripe_webhook_refused", code=error.code, reason=error.message)
        return JsonResponse(error_body(error, request_id(request)), status=error.status)
    return JsonResponse({"received": True, "is_new": is_new})


def _body(request: HttpRequest) -> bytes:
    """Raises BodyTooLarge before more is read than an event can have."""
    try:
        body = request.read(MOST_BYTES + 1)
    except OSError:
        raise ForgedWebhook("It was cut off.") from None
    if len(body) > MOST_BYTES:
        raise BodyTooLarge(f"An event of Stripe's has at most {MOST_BYTES:,} bytes.")
    return body
