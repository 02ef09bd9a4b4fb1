"""An ID token is believed when the provider's key signed it, for us, now, and for this very attempt.
https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

import hmac
from collections.abc import Mapping
from typing import Any

from rapport.oidc.errors import TokenRefused

# By keys that the provider publishes. "none" proves nothing, and HMAC's key would be the client's own secret.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
LEEWAY_SECONDS = 60  # clocks differ
_AGAIN = "Try once more; if it stays so, tell whoever set your company's sign-in up."


def read_id_token(token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Its claims. `keys`: the provider's JWK set. Raises TokenRefused."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        algorithm = str(header.get("alg", ""))
        if algorithm not in ALGORITHMS:
            raise TokenRefused(f"The provider's token is not signed as it must be. {_AGAIN}")
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(keys, header, algorithm),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.ExpiredSignatureError:
        raise TokenRefused(f"The provider's token is over already. {_AGAIN}") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise TokenRefused(f"The provider's token is not one for Rapport. {_AGAIN}") from None
    _check_party(claims, client_id)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise TokenRefused(f"The provider's token belongs to another sign-in. {_AGAIN}")
    return claims


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several parties says to whom it was given."""
    audience, party = claims["aud"], claims.get("azp")
    is_for_others = isinstance(audience, list) and len(audience) > 1
    if (is_for_others and party is None) or (party is not None and party != client_id):
        raise TokenRefused(f"The provider's token was given to someone else. {_AGAIN}")


def _key(keys: Mapping[str, Any], header: Mapping[str, Any], algorithm: str) -> Any:
    """The published key that the token names; without a name, the only one there is."""
    import jwt

    published = [each for each in keys.get("keys") or [] if isinstance(each, dict) and each.get("use", "sig") == "sig"]
    named = [each for each in published if "kid" not in header or each.get("kid") == header["kid"]]
    if len(named) != 1 or named[0].get("kty") == "oct":
        raise TokenRefused(f"The provider does not publish the key of its token. {_AGAIN}")
    if named[0].get("alg", algorithm) != algorithm:
        raise TokenRefused(f"The provider's token is not signed with the key that it names. {_AGAIN}")
    return jwt.PyJWK.from_dict(named[0], algorithm=algorithm).key
