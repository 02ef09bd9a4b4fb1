"""Collections: what a chunk looks like in Weaviate, and whether a collection that is there looks so.

Words are analysed here and not by Weaviate, so that both vector stores find the same; Weaviate only splits them.
"""

from typing import Any

from weaviate import WeaviateClient
from weaviate.classes.config import Configure, DataType, Property, StopwordsPreset, Tokenization, VectorDistances

from ingestion.vectors.errors import VectorSchemaMismatch
from ingestion.vectors.weaviate.address import ServerAddress

FIELD = Tokenization.FIELD
# Stored with the chunk and given back, never searched.
KEPT = ("title", "text", "language")
IDS = ("document", "version", "source")
OURS = "rapport"
# Of the index's graph. Links of 16 left passages unreachable that stood among near twins (30 of 8,000; of 64: none).
LINKS, CANDIDATES = 64, 128


def collection_name(prefix: str, model_key: str) -> str:
    return f"{prefix}Chunk_{model_key.replace('-', '_')}"


def describe(model_key: str, dimensions: int) -> str:
    """What the collection says of itself: the model and its width."""
    return f"{OURS} {model_key} {dimensions}"


def list_models(client: WeaviateClient, prefix: str) -> dict[str, int]:
    """Key → dimensions, as the collections of this prefix say of themselves."""
    models: dict[str, int] = {}
    for name, config in client.collections.list_all().items():
        ours, *facts = (config.description or "-").split()
        if name.startswith(f"{prefix}Chunk_") and ours == OURS and len(facts) == 2 and facts[1].isdecimal():
            models[facts[0]] = int(facts[1])
    return models


def create(client: WeaviateClient, name: str, *, model_key: str, dimensions: int) -> None:
    client.collections.create(
        name,
        description=describe(model_key, dimensions),
        vector_config=Configure.Vectors.self_provided(
            vector_index_config=Configure.VectorIndex.hnsw(
                distance_metric=VectorDistances.COSINE, ef_construction=CANDIDATES, max_connections=LINKS
            )
        ),
        multi_tenancy_config=Configure.multi_tenancy(
            enabled=True, auto_tenant_creation=True, auto_tenant_activation=True
        ),
        inverted_index_config=Configure.inverted_index(stopwords_preset=StopwordsPreset.NONE),
        properties=_properties(),
    )


def _properties() -> list[Property]:
    kept: dict[str, Any] = {"index_filterable": False, "index_searchable": False}
    return [
        *[Property(name=name, data_type=DataType.UUID) for name in IDS],
        # "document/version" as one term: what is counted and deleted by, exactly.
        Property(name="place", data_type=DataType.TEXT, tokenization=FIELD, index_searchable=False),
        Property(name="words", data_type=DataType.TEXT, tokenization=Tokenization.WHITESPACE, index_filterable=False),
        *[Property(name=name, data_type=DataType.TEXT, tokenization=FIELD, **kept) for name in KEPT],
        Property(name="headings", data_type=DataType.TEXT_ARRAY, tokenization=FIELD, **kept),
        Property(name="ordinal", data_type=DataType.INT, index_filterable=False),
    ]


def check(client: WeaviateClient, name: str, address: ServerAddress, *, model_key: str, dimensions: int) -> None:
    """Raises VectorSchemaMismatch when the collection is not as this version makes it."""
    config = client.collections.use(name).config.get()
    there = {each.name for each in config.properties}
    missing = {each.name for each in _properties()} - there
    if missing or not config.multi_tenancy_config.enabled:
        lack = f"lacks {', '.join(sorted(missing))}" if missing else "has no multi-tenancy"
        raise VectorSchemaMismatch(
            f"The collection {name} in Weaviate at {address.place} is not Rapport's: it {lack}. Point VECTORS_URL at "
            "another server, or give it a prefix (&prefix=Name)."
        )
    if config.description and config.description != describe(model_key, dimensions):
        raise VectorSchemaMismatch(
            f"The collection {name} holds vectors of {config.description.removeprefix('rapport ')} dimensions, the "
            f"embedding model is {model_key} with {dimensions}. Set EMBEDDINGS_URL back, or give VECTORS_URL a prefix."
        )
