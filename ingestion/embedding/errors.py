"""What can go wrong when texts become vectors. Must not import Django: the embedder's own process raises these too."""

from rapport.errors import InvalidRequest, RapportError, Unavailable


class EmbeddingUnavailable(Unavailable):
    """The embedder cannot be reached, or did not answer in time; the same call may succeed later."""

    code = "embedding_unavailable"


class EmbeddingUnaffordable(EmbeddingUnavailable):
    """The company's budget does not pay for it now. Who searches goes by words."""

    code = "budget_exhausted"


class TextTooLong(InvalidRequest):
    """A text has more tokens than the model reads. `index` is its place in the call."""

    code = "text_too_long"

    def __init__(self, *, index: int, tokens: int, max_tokens: int) -> None:
        super().__init__(
            f"Text {index} has {tokens} tokens; the embedding model reads at most {max_tokens}. Split it first."
        )
        self.index = index
        self.tokens = tokens
        self.max_tokens = max_tokens


class EmbeddingRefused(RapportError):
    """The endpoint answered, but not with vectors of the model's shape; someone has to change a setting."""

    code = "embedding_refused"


class EmbeddingModelMissing(RapportError):
    """The built-in model's files are not installed, or are not the ones this code knows."""

    code = "embedding_model_missing"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The built-in embedding model cannot be used: {reason} Run `make install` again, or set EMBEDDINGS_URL "
            "to an OpenAI-compatible endpoint (https://host/v1?model=NAME&dimensions=N)."
        )


class EmbeddingNotConfigured(EmbeddingUnavailable):
    """Passages are embedded by a model that no setting names. Waiting helps: someone may put it back."""

    code = "embedding_not_configured"

    def __init__(self, model_key: str) -> None:
        super().__init__(
            f"The passages are embedded by {model_key}, which no setting names. Add its address to "
            "EMBEDDINGS_OTHER_URLS until `manage.py reembed` has moved them to the model of EMBEDDINGS_URL."
        )


class EmbeddingsUrlInvalid(RapportError):
    """EMBEDDINGS_URL cannot be understood."""

    code = "embeddings_url_invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"EMBEDDINGS_URL is wrong: {reason}")
