"""Why someone does not get in by a provider."""

from rapport.errors import InvalidRequest, PermissionDenied


class ProviderMisbehaves(InvalidRequest):
    """It is no OpenID provider, or not as its settings say."""

    code = "sign_on_provider"


class TokenRefused(PermissionDenied):
    """What the provider sent does not prove who someone is."""

    code = "sign_on_token"
