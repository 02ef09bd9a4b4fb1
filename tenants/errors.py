"""What can go wrong with tenants and their keys."""

from rapport.errors import Conflict, InvalidRequest, NotFound, PermissionDenied


class UnknownWidgetKey(NotFound):
    code = "unknown_widget_key"


class ApiKeyNotFound(NotFound):
    code = "api_key_not_found"


class InvalidApiKey(InvalidRequest):
    code = "invalid_api_key"


class MemberNotFound(NotFound):
    code = "member_not_found"


class InvitationNotFound(NotFound):
    code = "invitation_not_found"


class InvalidMember(InvalidRequest):
    code = "invalid_member"


class NoSeatLeft(Conflict):
    """The company has as many people as its plan has seats."""

    code = "no_seat_left"


class LastOwner(InvalidRequest):
    code = "last_owner"


class FailedEventNotFound(NotFound):
    code = "failed_event_not_found"


class OriginNotAllowed(PermissionDenied):
    code = "origin_not_allowed"


class InvalidOrigin(InvalidRequest):
    code = "invalid_origin"


class InvalidTenant(InvalidRequest):
    code = "invalid_tenant"


class IdentitySecretNotFound(NotFound):
    code = "identity_secret_not_found"


class InvalidIdentityToken(InvalidRequest):
    """What was shown as a visitor's identity proves nothing; the message says what is wrong with it."""

    code = "identity_invalid"


class IdentityExpired(InvalidRequest):
    """It was right, and is over: a fresh one is asked for."""

    code = "identity_expired"


class IdentityRequired(PermissionDenied):
    """Nobody chats here, or goes on, without saying who they are."""

    code = "identity_required"


class SignOnNotFound(NotFound):
    code = "sign_on_not_found"


class InvalidSignOn(InvalidRequest):
    code = "invalid_sign_on"


class SignOnRefused(PermissionDenied):
    """A company's provider vouches for someone whom we do not let in by it."""

    code = "sign_on_refused"
