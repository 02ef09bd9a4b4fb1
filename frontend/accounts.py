"""How sign-up and sign-in behave, where allauth leaves it to the product."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from rapport import encryption
from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.errors import InvitationNotFound
from tenants.members import InvitationView, find_invitation
from tenants.models import User
from tenants.sign_on.connections import Connection, connection_of_member, demanded_of
from tenants.signing_in import note_sign_in


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

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, str]]:
        """Of a person without a password, the passkey first; then their company; at the very end a new password."""
        found = list(super().get_reauthentication_methods(user))
        found.sort(key=lambda each: _ORDER.get(each["id"], len(_ORDER)))
        if user.is_authenticated and connection_of_member(user.pk):
            way = {
                "id": "company",
                "description": gettext("Use your company's sign-in"),
                "url": reverse("company_confirm"),
            }
            found.append(way)
        new_password = {
            "id": "reset",
            "description": gettext("Set a password"),
            "url": reverse("account_reset_password"),
        }
        return found or [new_password]

    def pre_login(self, request: HttpRequest, user: User, **words: object) -> HttpResponse | None:
        """Whose company insists on its own sign-in comes that way, whatever else they know."""
        demanded = demanded_of(user_id=user.id, emails=_verified_addresses(user))
        if demanded is not None and not _came_by(request, user, demanded):
            request.session[SENT_HERE] = user.email
            return redirect("company_sign_in")
        response: HttpResponse | None = super().pre_login(request, user, **words)
        return response

    def post_login(self, request: HttpRequest, user: User, **words: object) -> HttpResponse:
        methods = [str(each.get("method", "")) for each in get_authentication_records(request, user)]
        note_sign_in(user_id=user.id, methods=methods)
        response: HttpResponse = super().post_login(request, user, **words)
        return response

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return _first_page(request)


_ORDER = {"reauthenticate": 0, "mfa_reauthenticate:webauthn": 1, "mfa_reauthenticate": 2}


def _verified_addresses(user: User) -> list[str]:
    return list(EmailAddress.objects.filter(user_id=user.id, verified=True).values_list("email", flat=True))


def _came_by(request: HttpRequest, user: User, connection: Connection) -> bool:
    """By this company's sign-in, just now: earlier steps of the same attempt are in the records."""
    asked = encode(Prefix.TENANT, connection.tenant_id)
    return any(each.get("company") == asked for each in get_authentication_records(request, user))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's defaults, but the secret that an authenticator app shares is encrypted in the database, and passkeys
    are for the host that browsers know."""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  as allauth calls it
        """What a new passkey is called until the person names it."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1} if count else gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": str(urlsplit(get_config().public_url).hostname), "name": "Rapport"}

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)


SENT_HERE = "company_asks"  # in the session: the address of whose company asks for its own sign-in
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
