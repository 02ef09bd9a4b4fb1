"""How often the doors may be knocked at: sign-in, sign-up, password reset, one-time codes, and links that came by mail.

By address and by account, over all processes. Every attempt counts, whether it opens or not, and whether the account
exists or not; whoever knocks too often is told when to try again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from rapport import logs
from rapport.errors import RateLimited
from rapport.ratelimits.buckets import Limit, take
from rapport.ratelimits.callers import address_of, hashed_caller

log = logs.get_logger(__name__)

ENTRY_ADDRESS = Limit("entry-address", per_minute=20, burst=40)  # an office signs in behind one address
ENTRY_ACCOUNT = Limit("entry-account", per_minute=2, burst=10)
MAIL_ADDRESS = Limit("mail-address", per_minute=5, burst=20)
MAIL_ACCOUNT = Limit("mail-account", per_minute=1, burst=5)  # each attempt may write to somebody
CODE_ACCOUNT = Limit("code-account", per_minute=1, burst=5)  # a million codes: one is guessed in about two years
LINK_ADDRESS = Limit("link-address", per_minute=20, burst=40)


def _nobody(request: HttpRequest) -> str:
    return ""


def _entered(name: str) -> Callable[[HttpRequest], str]:
    """The account that a form's field names, existing or not."""
    return lambda request: request.POST.get(name, "").strip().lower()


def _half_signed_in(request: HttpRequest) -> str:
    """Whoever gave the password, and is asked for the second step."""
    login = unstash_login(request, peek=True)
    return str(login.user.pk) if login and login.user else ""


def _signed_in(request: HttpRequest) -> str:
    return str(request.user.pk or "")


@dataclass(frozen=True, slots=True)
class Door:
    """`account`: whose it is; "" for nobody's. `methods`: what counts as knocking."""

    by_address: Limit
    by_account: Limit | None = None
    account: Callable[[HttpRequest], str] = _nobody
    methods: frozenset[str] = frozenset({"POST"})


_OPENING = frozenset({"GET", "POST"})

DOORS = {
    "account_login": Door(ENTRY_ADDRESS, ENTRY_ACCOUNT, _entered("login")),
    "mfa_login_webauthn": Door(ENTRY_ADDRESS),
    "mfa_authenticate": Door(ENTRY_ADDRESS, CODE_ACCOUNT, _half_signed_in),
    "account_reauthenticate": Door(ENTRY_ADDRESS, ENTRY_ACCOUNT, _signed_in),
    "mfa_reauthenticate": Door(ENTRY_ADDRESS, CODE_ACCOUNT, _signed_in),
    "mfa_reauthenticate_webauthn": Door(ENTRY_ADDRESS, CODE_ACCOUNT, _signed_in),
    "account_signup": Door(MAIL_ADDRESS, MAIL_ACCOUNT, _entered("email")),
    "account_reset_password": Door(MAIL_ADDRESS, MAIL_ACCOUNT, _entered("email")),
    "account_reset_password_from_key": Door(LINK_ADDRESS, methods=_OPENING),
    "account_confirm_email": Door(LINK_ADDRESS, methods=_OPENING),
    "answer_invitation": Door(LINK_ADDRESS, methods=_OPENING),
    "company_sign_in": Door(ENTRY_ADDRESS, ENTRY_ACCOUNT, _entered("email")),
    "company_signed_in": Door(ENTRY_ADDRESS, methods=_OPENING),
}


class DoorsMiddleware:
    """Counts, and refuses with a page and `Retry-After`. After the middleware that knows sessions and accounts."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        door = DOORS.get(name or "")
        if door is None or request.method not in door.methods:
            return None
        try:
            _knock(request, str(name), door)
        except RateLimited as error:
            log.info("door_refused", door=name, retry_after_seconds=error.retry_after_seconds)
            return too_often(request, error)
        return None


def _knock(request: HttpRequest, name: str, door: Door) -> None:
    """The address first: one that knocks everywhere uses up nobody's account. Raises RateLimited."""
    take(door.by_address, address_of(request))
    account = door.account(request)
    if door.by_account and account:
        take(door.by_account, hashed_caller(f"{name}:{account}"))


def too_often(request: HttpRequest, error: RateLimited) -> HttpResponse:
    """The page that says when to try again."""
    seconds = error.retry_after_seconds or 60
    minutes = -(-seconds // 60)
    response = render(
        request, "429.html", {"seconds": seconds, "minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    response["Retry-After"] = str(seconds)
    return response


def refuse_too_many(request: HttpRequest) -> HttpResponse:
    """What allauth answers where it counts by itself (mail to one address, changes of a password)."""
    return too_often(request, RateLimited(gettext("Too many attempts."), retry_after_seconds=180))
