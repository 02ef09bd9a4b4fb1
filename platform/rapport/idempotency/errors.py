"""What can go wrong with an idempotency key."""

from rapport.errors import Conflict, InvalidRequest


class InvalidIdempotencyKey(InvalidRequest):
    code = "invalid_idempotency_key"


class IdempotencyKeyReused(InvalidRequest):
    """The key came before with another content."""

    code = "idempotency_key_reused"
    status = 422


class IdempotencyInProgress(Conflict):
    """The first call with this key has not ended."""

    code = "idempotency_in_progress"
    is_retryable = True
