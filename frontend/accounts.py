"""How sign-up and sign-in behave, where allauth leaves it to the product."""

from allauth.account.adapter import DefaultAccountAdapter
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
