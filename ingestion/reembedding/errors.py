"""What can go wrong while a tenant moves to another embedding model. Run again, it goes on where it was."""

from rapport.errors import Conflict, InvalidRequest, RapportError


class ModelUnknown(InvalidRequest):
    code = "embedding_model_unknown"


class ReembeddingRuns(Conflict):
    """Another process does it."""

    code = "reembedding_runs"


class PassageTooLong(RapportError):
    """The model does not read as much as the passages are long."""

    code = "passage_too_long"


class ReembeddingUnverified(RapportError):
    """The new collection is not found to be whole; the old one goes on answering."""

    code = "reembedding_unverified"
    is_retryable = True
