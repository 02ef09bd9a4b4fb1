"""How sign-up and sign-in behave, where allauth leaves it to the product."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse

from rapport import encryption
from rapport.config import get_config
from tenants.errors import InvitationNotFound
from tenants.members import InvitationView, find_invitation


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's defaults, but a new person lands on their first run, or at the invitation that brought them."""

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        request: HttpRequest | None = self.request
        if request is not None and request.user.is_authenticated:
            return _first_page(request)
        return reverse("account_login")

    def is_reauthentication_required(self, *, app: str, **words: object) -> bool:
        """`frontend.confirming` asks, for all pages in the same way."""
        return False

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return _first_page(request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's defaults, but the secret that an authenticator app shares is encrypted in the database, and passkeys
    are for the host that browsers know."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": str(urlsplit(get_config().public_url).hostname), "name": "Rapport"}

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)


INVITATION = "invitation"  # in the session: the token of a link that was opened before signing in


def waiting_invitation(request: HttpRequest | None) -> InvitationView | None:
    """The invitation whose link this browser opened, while it is open."""
    token = request.session.get(INVITATION) if request is not None else None
    try:
        return find_invitation(token) if isinstance(token, str) else None
    except InvitationNotFound:
        return None


def _first_page(request: HttpRequest) -> str:
    if waiting_invitation(request) is not None:
        return reverse("answer_invitation", args=[request.session[INVITATION]])
    return reverse("welcome")
