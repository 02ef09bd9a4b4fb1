"""What an embedder promises. Callers know only this; which implementation they get is decided by `EMBEDDINGS_URL`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Purpose = Literal["query", "passage"]
SPECIAL_TOKENS = 8  # at most, beside a text's own, of which there is none without a byte


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """Identity of a model: vectors of different `key`s never meet in one search."""

    key: str  # e.g. "minilm-l6-v2-int8-1"; part of collection names, so [a-z0-9-] only
    dimensions: int
    max_tokens: int  # longer input is refused, never cut silently
    languages: tuple[str, ...] = ()  # ISO 639-1 of those it was made for; () for every language


class Embedder(Protocol):
    """Embeds texts as unit-length float32 rows.

    Safe to call from several threads. Deterministic per text: the result does not depend on what else is in the batch
    (up to 1e-3 cosine). Raises `EmbeddingUnavailable` (retryable) when the endpoint cannot be reached and
    `TextTooLong` (not retryable) naming the index of the offending text.
    """

    @property
    def model(self) -> EmbeddingModel: ...

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        """Return shape (len(texts), dimensions). Queries overtake passages that wait in the same embedder."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens per text as the model counts them, special tokens included; used for chunk sizes and for usage."""
        ...


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What a model makes of each token of one text, in context: the last layer's states before pooling.

    `states`: float16, shape (tokens, dimensions), not normalised. `offsets`: int32, shape (tokens, 2), the token's
    characters in the text; special tokens are (0, 0).
    """

    states: NDArray[np.float16]
    offsets: NDArray[np.int32]


@runtime_checkable
class TokenEmbedder(Protocol):
    """An optional capability of an embedder: states per token. Callers ask `isinstance` and do without it otherwise."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """One entry per text, in order. Runs with a query's priority. Raises as `Embedder.embed` does."""
        ...
