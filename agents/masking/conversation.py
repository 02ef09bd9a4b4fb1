"""Whose mask: that of one conversation, as its agent's guardrails want it."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.utils.encoding import force_bytes

from agents.configuration.sections.guardrails import Guardrails
from agents.masking.masking import Mask
from agents.masking.patterns import find_personal


def mask_of(*, conversation_id: UUID, guardrails: Guardrails, plain: str = "") -> Mask | None:
    """None when nothing is masked. `plain`: what the company itself tells the model; that is not hidden."""
    if not guardrails.mask_personal_data:
        return None
    own = guardrails.personal_patterns
    known = frozenset(plain[each.start : each.end] for each in find_personal(plain, own))
    return Mask(_key(conversation_id), own, known)


def _key(conversation_id: UUID) -> bytes:
    secret = b"rapport.masking:" + force_bytes(settings.SECRET_KEY)
    return hashlib.sha256(secret + conversation_id.bytes).digest()
