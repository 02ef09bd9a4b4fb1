"""A question's vector in production: by the embedding model that answers for the tenant."""

from uuid import UUID

from agents.cache.looking import Embedded
from ingestion.pipeline.stores import get_search_stores
from rapport.errors import RapportError, Unavailable


def embed_question(tenant_id: UUID, question: str) -> Embedded | None:
    """None when the embedder is away or the question is too long for it: it is then a miss."""
    try:
        embedder = get_search_stores().of(tenant_id).embedder
        vector = embedder.embed([question], purpose="query")[0]
        return Embedded(vector, embedder.model.key, embedder.count_tokens([question])[0])
    except Unavailable:
        return None
    except RapportError as error:
        if error.code == "text_too_long":
            return None
        raise
