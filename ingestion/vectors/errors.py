"""What can go wrong in a vector store."""

from collections.abc import Sequence
from uuid import UUID

from rapport.errors import RapportError, Unavailable


class VectorStoreUnavailable(Unavailable):
    code = "vector_store_unavailable"


class VectorWriteFailed(Unavailable):
    """Some objects were not written. `failed_ids` names them; writing the whole batch again is safe."""

    code = "vector_write_failed"

    def __init__(self, failed_ids: Sequence[UUID], reason: str) -> None:
        super().__init__(f"{len(failed_ids)} passages were not written to the vector store: {reason}")
        self.failed_ids = tuple(failed_ids)


class VectorSchemaMismatch(RapportError):
    """The store holds vectors of another shape; the message says which setting to change."""

    code = "vector_schema_mismatch"
