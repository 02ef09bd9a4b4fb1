"""Vectors of texts by the embedding model that answers for the tenant, counted and billed."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.quotas import check_quota
from ingestion.embedding.paying import buy_vectors, pay
from ingestion.embedding.port import Vectors
from ingestion.pipeline.stores import get_search_stores
from rapport.errors import InvalidRequest

MOST_TEXTS = 256
LONGEST_TEXT = 8_000  # characters


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """`is_packed`: vectors as base64 of little-endian float32, as OpenAI's own client asks."""

    texts: tuple[str, ...]
    is_packed: bool
    model: str
    dimensions: int | None


def read_embedding(body: object) -> EmbeddingRequest:
    """Raises InvalidRequest."""
    if not isinstance(body, dict):
        raise InvalidRequest("The body is a JSON object.")
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_TEXTS:
        raise InvalidRequest(f"input is a text, or a list of at most {MOST_TEXTS} texts.", param="input")
    if not all(isinstance(each, str) and len(each.strip()) > 0 and len(each) <= LONGEST_TEXT for each in texts):
        raise InvalidRequest(
            f"Each input is a text of 1 to {LONGEST_TEXT} characters; lists of token numbers are not read.",
            param="input",
        )
    form = body.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise InvalidRequest("encoding_format is float or base64.", param="encoding_format")
    return EmbeddingRequest(tuple(texts), form == "base64", str(body.get("model") or ""), body.get("dimensions"))


def embed_texts(request: EmbeddingRequest, *, tenant_id: UUID) -> dict[str, Any]:
    """OpenAI's list of embeddings, and the fact of it in the ledger. Raises PaymentOverdue, BudgetExhausted, and what
    the embedder raises."""
    check_quota(tenant_id=tenant_id)
    embedder = get_search_stores().of(tenant_id).embedder
    if request.dimensions not in (None, embedder.model.dimensions):
        raise InvalidRequest(f"This model gives {embedder.model.dimensions} dimensions.", param="dimensions")
    vectors, bill = buy_vectors(embedder, request.texts, tenant_id=tenant_id, purpose="passage")
    pay(bill, tenant_id=tenant_id, step="embed_api")
    return {
        "object": "list",
        "data": _rows(vectors, is_packed=request.is_packed),
        "model": embedder.model.key,
        "usage": {"prompt_tokens": bill.tokens, "total_tokens": bill.tokens},
    }


def _rows(vectors: Vectors, *, is_packed: bool) -> Sequence[dict[str, Any]]:
    shown = (_packed(row) for row in vectors) if is_packed else (row.tolist() for row in vectors)
    return [{"object": "embedding", "index": index, "embedding": each} for index, each in enumerate(shown)]


def _packed(row: Vectors) -> str:
    return base64.b64encode(row.astype("<f4").tobytes()).decode()
