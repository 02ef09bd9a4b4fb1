"""The one place that speaks with Stripe: one client, one version of its API, errors of ours. Answers are plain data.

Nothing here knows a company, and nothing is read of what Stripe sends but ids: whatever counts is asked for here.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from billing.errors import StripeRefused, StripeUnavailable
from rapport import logs
from rapport.config import get_config

log = logs.get_logger(__name__)

API_VERSION = "2026-08-26.dahlia"  # of the client, and of the webhook endpoint that `sync-catalogue` makes
TIMEOUT_SECONDS = 20
RETRIES = 2
PAGE = 100
Data = Mapping[str, Any]


def is_on() -> bool:
    return bool(get_config().stripe_secret_key)


def transport() -> Any:
    """What carries requests: a `stripe.HTTPClient`. Tests put their own Stripe in its place."""
    import stripe

    return stripe.RequestsClient(timeout=TIMEOUT_SECONDS)


def client() -> Any:
    """The SDK's own client. Raises StripeUnavailable while Stripe is off."""
    key = get_config().stripe_secret_key
    if not key:
        raise StripeUnavailable("Stripe is not set up here: STRIPE_SECRET_KEY is empty.")
    import stripe

    logging.getLogger("stripe").setLevel(logging.WARNING)  # it tells of every call

    return stripe.StripeClient(
        key, stripe_version=API_VERSION, max_network_retries=RETRIES, http_client=transport(), base_addresses={}
    )


def call(method: Callable[[Any], Any]) -> dict[str, Any]:
    """One call, outside of every scope. Raises StripeRefused for what Stripe will never take, StripeUnavailable for
    what may work later, of which nobody knows whether it was done."""
    import stripe

    try:
        answer: dict[str, Any] = method(client()).to_dict()
    except stripe.RateLimitError as error:
        raise StripeUnavailable("Stripe asks to be called less often.", code=error.code or "") from error
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        log.warning("stripe_refused", code=error.code, param=getattr(error, "param", None), request=error.request_id)
        raise StripeRefused("Stripe did not take that.", code=error.code or "", reason=_reason(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("stripe_key_refused", code=error.code, request=error.request_id)
        raise StripeUnavailable("Stripe does not know the key it was given.", code="key") from error
    except stripe.StripeError as error:
        log.warning("stripe_unavailable", error=type(error).__name__, request=error.request_id)
        raise StripeUnavailable("Stripe cannot be reached. Try again in a minute.") from error
    return answer


def pages(
    method: Callable[[Any, dict[str, Any]], Any], params: Mapping[str, Any], *, most: int = 1000
) -> Iterator[Any]:
    """Every object of a list, page by page."""
    asked, seen = {**params, "limit": PAGE}, 0
    while True:
        answer = call(lambda stripe, asked=asked: method(stripe, asked))  # type: ignore[misc]
        yield from answer["data"]
        seen += len(answer["data"])
        if not answer.get("has_more") or not answer["data"] or seen >= most:
            return
        asked = {**asked, "starting_after": answer["data"][-1]["id"]}


def _reason(error: Any) -> str:
    """Stripe's own words, for logs and the operator; they name parameters, never cards."""
    return str(getattr(error, "user_message", "") or "")[:300]
