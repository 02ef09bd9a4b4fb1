"""Is it still the person who signed in? The one door to what must not be done from a browser that someone left open.

Views ask `Visit.confirm_first`; the middleware asks before the account's own pages. Whoever signed in longer ago than
ten minutes confirms it in the way that they have: a password, a passkey, a code, or once more their company's sign-in.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tenants import web

# What changes how an account is opened.
ACCOUNT_PAGES = frozenset(
    {
        "account_set_password",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
ACCOUNT_WRITES = frozenset({"account_email"})


def signed_in_lately(request: HttpRequest) -> bool:
    return isinstance(request.user.pk, UUID) and web.signed_in_lately(request, request.user.pk)


def confirm_address(back: str) -> str:
    """Where to confirm; from there one comes back to `back`, a path of ours."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"


class ConfirmingMiddleware:
    """Sends whoever signed in long ago to confirm before these pages; allauth itself would let those pass who have no
    password."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        is_asked = name in ACCOUNT_PAGES or (name in ACCOUNT_WRITES and request.method == "POST")
        if not is_asked or not request.user.is_authenticated or signed_in_lately(request):
            return None
        return redirect(confirm_address(request.path))
