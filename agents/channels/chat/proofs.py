"""Proof of work: where a widget asks for it, a browser computes for a moment before it becomes a new visitor.

A person does not notice; who makes visitors by the thousand pays for each. Challenges are ALTCHA's, second version
(https://altcha.org/docs/v2/), with PBKDF2, which every browser computes natively. Nothing is kept of one until it is
solved: it is signed, is for one widget, lasts ten minutes and counts once.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import altcha
from django.conf import settings
from django.utils import timezone

from rapport.errors import PermissionDenied, RateLimited
from rapport.ratelimits.buckets import Limit, take
from tenants.selectors import WidgetKeyView

LIFETIME = timedelta(minutes=10)
ALGORITHM = "PBKDF2/SHA-256"
ITERATIONS = 5_000  # of one try
TRIES = 200  # at most; half as many in the mean
LONGEST_PROOF = 4_000  # characters
_MINUTES = LIFETIME // timedelta(minutes=1)
# All of its tokens at once: none is back before the challenge is over.
_ONCE = Limit("proof-once", per_minute=1, burst=_MINUTES + 2)


class ProofOfWorkRequired(PermissionDenied):
    code = "proof_of_work_required"


def new_challenge(widget_key: WidgetKeyView) -> dict[str, Any]:
    """`{"parameters": {…}, "signature": "…"}`, to be solved and sent back whole."""
    made = altcha.create_challenge(
        ALGORITHM,
        ITERATIONS,
        counter=secrets.randbelow(TRIES),
        expires_at=timezone.now() + LIFETIME,
        data={"key": widget_key.key},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    return made.to_dict()


def check_proof(widget_key: WidgetKeyView, proof: str) -> None:
    """`proof`: `{"challenge": …, "solution": …}` as JSON in base64. Raises ProofOfWorkRequired."""
    if not widget_key.requires_proof:
        return
    if not proof:
        raise _refusal("This chat asks new visitors for a proof of work.")
    try:
        payload = altcha.Payload.from_base64(proof)
        found = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _refusal("The proof of work is not one.") from None
    if not found.verified:
        raise _refusal("The proof of work came too late." if found.expired else "The proof of work is wrong.")
    if (payload.challenge.parameters.data or {}).get("key") != widget_key.key:
        raise _refusal("The proof of work is another widget's.")
    try:
        take(_ONCE, str(payload.challenge.signature), tokens=_ONCE.burst)
    except RateLimited:
        raise _refusal("The proof of work was used already.") from None


def _refusal(what: str) -> ProofOfWorkRequired:
    return ProofOfWorkRequired(f"{what} Solve a challenge of POST /v1/widget/challenges and send it.", param="proof")


def _secret(what: str) -> bytes:
    return hashlib.sha256(f"agents.channels.chat.proofs:{what}:{settings.SECRET_KEY}".encode()).digest()
