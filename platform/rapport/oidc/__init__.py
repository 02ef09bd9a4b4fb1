"""OpenID Connect, as the party that relies on a provider: authorization code, PKCE, nonce, a signature that is checked.
https://openid.net/specs/openid-connect-core-1_0.html

Providers are chosen by customers, so every call goes through `rapport.outbound`. Nothing here knows who signs in where.
"""

from rapport.oidc.errors import ProviderMisbehaves, TokenRefused
from rapport.oidc.flow import Attempt, Credentials, Person, begin, finish
from rapport.oidc.provider import Provider, check_issuer, discover

__all__ = [
    "Attempt",
    "Credentials",
    "Person",
    "Provider",
    "ProviderMisbehaves",
    "TokenRefused",
    "begin",
    "check_issuer",
    "discover",
    "finish",
]
