"""Callers named without keeping who they are: addresses and accounts are hashed under this installation's secret."""

import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import force_bytes


def hashed_caller(text: str) -> str:
    """The same for the same text, and only here."""
    return hmac.new(force_bytes(settings.SECRET_KEY), text.encode(), hashlib.sha256).hexdigest()[:32]


def address_of(request: HttpRequest) -> str:
    """The address that the request came from, hashed. Behind a proxy uvicorn puts the right one here."""
    return hashed_caller(str(request.META.get("REMOTE_ADDR", "")))
