"""Did Stripe send this, and now? Over the body's own bytes, before anything in it is believed.

The SDK refuses what is too old. What comes from the future it takes, so that is refused here: whoever once saw a secret
could else sign in advance.
"""

import time
from collections.abc import Sequence

from billing.errors import ForgedWebhook

TOLERANCE_SECONDS = 300


def verify(body: bytes, header: str, secrets: Sequence[str]) -> None:
    """Raises ForgedWebhook."""
    import stripe

    if not secrets or not all(secrets):
        raise ForgedWebhook("There is no secret to verify it by.")
    error = ""
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS)
            break
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as failure:
            error = str(failure) or error
    else:
        is_old = "tolerance" in error
        raise ForgedWebhook("It was signed too long ago." if is_old else "The signature is not Stripe's.")
    if _signed_at(header) > time.time() + TOLERANCE_SECONDS:
        raise ForgedWebhook("It says that it was signed in the future.")


def _signed_at(header: str) -> int:
    """The SDK has read it already."""
    return next(int(value) for name, _, value in (each.partition("=") for each in header.split(",")) if name == "t")
