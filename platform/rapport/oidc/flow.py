"""The two halves of signing in: sending someone to the provider, and believing what comes back.

https://www.rfc-editor.org/rfc/rfc9700 (current practice), https://www.rfc-editor.org/rfc/rfc7636 (PKCE)
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from rapport.oidc.errors import ProviderMisbehaves, TokenRefused
from rapport.oidc.provider import Provider, ask
from rapport.oidc.tokens import read_id_token


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the provider knows us by, and where it sends people back to."""

    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of one browser, which keeps it until it comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for. `authenticated_at`: seconds since 1970, when it says so."""

    subject: str
    email: str
    is_email_verified: bool
    name: str
    authenticated_at: float | None


def begin(
    provider: Provider, credentials: Credentials, *, hint: str = "", is_fresh: bool = False
) -> tuple[str, Attempt]:
    """Where to send the browser. `is_fresh`: the provider asks who it is, also whom it knows."""
    attempt = Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": credentials.client_id,
        "redirect_uri": credentials.redirect_uri,
        "scope": "openid email profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"login_hint": hint} if hint else {}),
        **({"prompt": "login", "max_age": "0"} if is_fresh else {}),
    }
    joint = "&" if urlsplit(provider.authorization_endpoint).query else "?"
    return f"{provider.authorization_endpoint}{joint}{urlencode(query)}", attempt


def finish(provider: Provider, credentials: Credentials, *, code: str, attempt: Attempt) -> Person:
    """Whom the code stands for. Raises TokenRefused, ProviderMisbehaves, and what `OutboundClient.fetch` raises."""
    given = _redeem(provider, credentials, code, attempt)
    claims = read_id_token(
        _text(given, "id_token"),
        keys=ask(provider.jwks_uri),
        issuer=provider.issuer,
        client_id=credentials.client_id,
        nonce=attempt.nonce,
    )
    return _person(claims, _more(provider, claims, given))


def _redeem(provider: Provider, credentials: Credentials, code: str, attempt: Attempt) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": credentials.redirect_uri,
        "code_verifier": attempt.verifier,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if provider.takes_form:
        form |= {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    else:
        pair = f"{quote_plus(credentials.client_id)}:{quote_plus(credentials.client_secret)}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return ask(provider.token_endpoint, method="POST", headers=headers, content=urlencode(form).encode())


def _more(provider: Provider, claims: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the token leaves out, the provider says when it is asked; about the same person, or it is not believed."""
    if "email" in claims or not provider.userinfo_endpoint or not given.get("access_token"):
        return {}
    headers = {"authorization": f"Bearer {_text(given, 'access_token')}"}
    found = ask(provider.userinfo_endpoint, headers=headers)
    if found.get("sub") != claims["sub"]:
        raise TokenRefused("The provider speaks of two people at once. Try once more.")
    return found


def _person(claims: Mapping[str, Any], more: Mapping[str, Any]) -> Person:
    """The address and whether it is verified come from the same place."""
    about = claims if "email" in claims else more
    at, verified = claims.get("auth_time"), about.get("email_verified")
    return Person(
        subject=str(claims["sub"])[:255],
        email=str(about.get("email") or "").strip().lower(),
        is_email_verified=verified is True or verified == "true",
        name=str(claims.get("name") or more.get("name") or "")[:120],
        authenticated_at=float(at) if isinstance(at, int | float) else None,
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise ProviderMisbehaves(f"The provider sent no {name}. Check which kind of client it was set up as.")
    return value
