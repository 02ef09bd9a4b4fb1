"""What can go wrong with contacts."""

from rapport.errors import Conflict, InvalidRequest, NotFound


class ContactNotFound(NotFound):
    code = "contact_not_found"


class InvalidIdentity(InvalidRequest):
    code = "invalid_identity"


class IdentityTaken(Conflict):
    code = "identity_taken"


class InvalidMerge(InvalidRequest):
    code = "invalid_merge"


class AlreadyMerged(Conflict):
    code = "contact_already_merged"


class NotMerged(Conflict):
    code = "contact_not_merged"
