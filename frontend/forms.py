"""Forms of the dashboard."""

from django import forms
from django.http import HttpRequest

from tenants.models import User


class CompanyForm(forms.Form):
    """What sign-up asks besides e-mail and password."""

    company = forms.CharField(max_length=120, label="Company name")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the user exists."""
