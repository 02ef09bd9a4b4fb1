"""How sign-up and sign-in behave, where allauth leaves it to the product."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's defaults, but a new person lands on their first run."""

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        request: HttpRequest | None = self.request
        if request is not None and request.user.is_authenticated:
            return reverse("welcome")
        return reverse("account_login")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("welcome")


LATELY_SECONDS = 600


def signed_in_lately(request: HttpRequest) -> bool:
    """Signed in, or confirmed with the password, within ten minutes: asked for before what must not be done from a
    browser that someone left open."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - float(each.get("at", 0)) < LATELY_SECONDS for each in records)
