"""Chunks as Weaviate objects and back."""

import random
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from weaviate.classes.data import DataObject

from ingestion.embedding.port import Vectors
from ingestion.vectors.port import VectorChunk
from ingestion.vectors.words import analyse

RETURNED = ["document", "version", "source", "ordinal", "title", "headings", "text", "language"]


def place_of(document_id: UUID, version_id: UUID) -> str:
    return f"{document_id}/{version_id}"


def read_place(place: str) -> tuple[UUID, UUID]:
    document, _, version = place.partition("/")
    return UUID(document), UUID(version)


def to_objects(chunks: Sequence[VectorChunk], vectors: Vectors) -> "list[DataObject[Any, Any]]":
    """Of one write. Each write has vectors of another length, which cosine does not see.

    An object that is written again with the same vector keeps its place in the vector index, and is not even looked up
    there; when the server died during the first write, it has none, and would never be found.
    """
    length = np.float32(1 + random.randrange(1, 1 << 16) / (1 << 20))  # noqa: S311  no secret
    return [to_object(chunk, vector * length) for chunk, vector in zip(chunks, vectors, strict=True)]


def to_object(chunk: VectorChunk, vector: Vectors) -> "DataObject[Any, Any]":
    words = analyse(" ".join((chunk.text, chunk.title, *chunk.heading_path)), chunk.language)
    return DataObject(
        uuid=chunk.id,
        vector=vector.tolist(),
        properties={
            "document": chunk.document_id,
            "version": chunk.version_id,
            "source": chunk.source_id,
            "place": place_of(chunk.document_id, chunk.version_id),
            "ordinal": chunk.ordinal,
            "title": chunk.title,
            "headings": list(chunk.heading_path),
            "text": chunk.text,
            "language": chunk.language,
            "words": " ".join(words),
        },
    )


def to_chunk(identity: UUID, properties: Mapping[str, Any]) -> VectorChunk:
    """`identity` comes as the client's own kind of UUID, the properties as plain ones."""
    return VectorChunk(
        id=UUID(int=identity.int),
        document_id=properties["document"],
        version_id=properties["version"],
        source_id=properties["source"],
        ordinal=int(properties["ordinal"]),
        title=properties["title"] or "",
        heading_path=tuple(properties["headings"] or ()),
        text=properties["text"] or "",
        language=properties["language"] or "",
    )
