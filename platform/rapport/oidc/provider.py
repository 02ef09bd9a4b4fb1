"""A provider's own description of itself, and how it is asked. https://openid.net/specs/openid-connect-discovery-1_0.html"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rapport.oidc.errors import ProviderMisbehaves
from rapport.outbound import Limits, OutboundClient, may_be_in_clear

LIMITS = Limits(connect_seconds=5, read_seconds=10, total_seconds=15, max_bytes=1024 * 1024, max_redirects=0)
_WELL_KNOWN = "/.well-known/openid-configuration"
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Provider:
    """`takes_form`: the client's secret may go into the form, where nobody quotes it in another way than we do; the
    standard's own place is the header."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    takes_form: bool


def check_issuer(text: str) -> str:
    """The issuer without a slash at its end. Raises ProviderMisbehaves for what can be none."""
    issuer = text.strip().removesuffix(_WELL_KNOWN).rstrip("/")
    if len(issuer) > _LONGEST or not _is_safe(issuer) or not _is_plain(issuer):
        raise ProviderMisbehaves(
            "An issuer is an address that begins with https://, for example https://login.example.com.", param="issuer"
        )
    return issuer


def discover(issuer: str) -> Provider:
    """Raises ProviderMisbehaves, and what `OutboundClient.fetch` raises."""
    issuer = check_issuer(issuer)
    found = ask(f"{issuer}{_WELL_KNOWN}")
    said = str(found.get("issuer", ""))
    if said.rstrip("/") != issuer:
        raise ProviderMisbehaves(
            f"This provider calls itself {said[:200]!r}. Enter that as the issuer.", param="issuer"
        )
    methods = found.get("token_endpoint_auth_methods_supported") or []
    return Provider(
        issuer=said,
        authorization_endpoint=_endpoint(found, "authorization_endpoint"),
        token_endpoint=_endpoint(found, "token_endpoint"),
        jwks_uri=_endpoint(found, "jwks_uri"),
        userinfo_endpoint=_endpoint(found, "userinfo_endpoint") if found.get("userinfo_endpoint") else "",
        takes_form="client_secret_post" in methods,
    )


def ask(
    url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, content: bytes | None = None
) -> dict[str, Any]:
    """The JSON object at an address of the provider. Raises ProviderMisbehaves, and what `fetch` raises."""
    with OutboundClient(limits=LIMITS) as client:
        answer = client.fetch(
            url, method=method, headers={"accept": "application/json", **(headers or {})}, content=content
        )
    if answer.status != 200:
        raise ProviderMisbehaves(f"The provider answered {answer.status} at {urlsplit(url).path}. Check its settings.")
    try:
        found = json.loads(answer.content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderMisbehaves(f"The provider answered with something that is not JSON at {urlsplit(url).path}.")
    return found


def _endpoint(found: Mapping[str, Any], name: str) -> str:
    url = found.get(name)
    if not isinstance(url, str) or not _is_safe(url):
        raise ProviderMisbehaves(f"This provider names no {name} that begins with https://.", param="issuer")
    return url


def _is_plain(issuer: str) -> bool:
    parts = urlsplit(issuer)
    return not (parts.query or parts.fragment or parts.username is not None)


def _is_safe(url: str) -> bool:
    """Encrypted; in the clear only to hosts that the operator of this installation named."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018  raises for what is no port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and may_be_in_clear(url)))
