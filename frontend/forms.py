"""Forms of the accounts' pages. What a form's data means is decided by the services it is handed to."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext

from frontend.accounts import waiting_invitation
from frontend.onboarding import found_company
from frontend.phrases import phrase
from tenants.models import User


class CompanyField(forms.CharField):
    """A company's name, with single spaces."""

    def __init__(self) -> None:
        attributes = {"autocomplete": "organization", "placeholder": "Acme Tools"}
        super().__init__(max_length=80, label=gettext("Company name"), widget=forms.TextInput(attrs=attributes))

    def clean(self, value: object) -> str:
        return " ".join(str(super().clean(value)).split())


class CompanyForm(forms.Form):
    """Names the company of a person who has none yet."""

    company = CompanyField()


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Sign-up: the person, their company, its first agent and widget key are all made, or none of them is."""

    company = CompanyField()
    field_order = ["company", "email", "password1"]

    def __init__(self, *arguments: Any, **words: Any) -> None:
        """Who was invited founds no company, and signs up with the address that was invited."""
        self.invitation = waiting_invitation(context.request)
        super().__init__(*arguments, **words)
        if self.invitation is not None:
            del self.fields["company"]
            self.fields["email"].initial = self.invitation.email

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        return user

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth inside `save`, once the user exists."""
        if self.invitation is None:
            found_company(user_id=user.id, name=self.cleaned_data["company"])


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey opens the account by itself unless the person wants it as a second step only."""

    passwordless = forms.BooleanField(
        label=phrase("Opens the account by itself, without a password"), required=False, initial=True
    )

    def __init__(self, *arguments: Any, **words: Any) -> None:
        super().__init__(*arguments, **words)
        name = self.fields["name"]
        name.label, name.help_text, name.max_length = (
            gettext("Name"),
            gettext("So that you know later which device has it."),
            80,
        )
