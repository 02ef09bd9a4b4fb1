"""Is it still the person who signed in? The one door to what must not be done from a browser that someone left open.

Views ask `Visit.confirm_first`. Whoever signed in longer ago than ten minutes confirms it in the way that they have: a
password, a passkey, a code, or once more their company's sign-in.
"""

import time
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.urls import reverse

LATELY_SECONDS = 600


def signed_in_lately(request: HttpRequest) -> bool:
    """Signed in, or confirmed, within ten minutes; by any way that opens the account."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - float(each.get("at", 0)) < LATELY_SECONDS for each in records)


def confirm_address(back: str) -> str:
    """Where to confirm; from there one comes back to `back`, a path of ours."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
